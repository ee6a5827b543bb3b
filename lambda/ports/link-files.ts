/** What a key of the artefacts bucket holds now. */
export type FileState =
  | { readonly exists: false }
  | { readonly exists: true; readonly versionId: string; readonly contentBytes: number };

/** The bucket's `links_data/` prefix. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface LinkFiles {
  /** AWS: S3 answers with what was written last, so what is seen is true at that moment. */
  look(key: string): Promise<FileState>;
}
