/** What a key of the artefacts bucket holds now. */
export type FileState =
  | { readonly exists: false }
  | { readonly exists: true; readonly versionId: string; readonly contentBytes: number };

/** The same with its content as text; of a file that is too large only that it is. */
export type FileContent =
  | { readonly exists: false }
  | { readonly exists: true; readonly versionId: string; readonly text: string }
  | { readonly exists: true; readonly versionId: string; readonly contentBytes: number; readonly text?: undefined };

/** Files that users submit. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface SubmittedFiles {
  /** AWS: S3 answers with what was written last, so what is seen is true at that moment. */
  look(key: string): Promise<FileState>;
}

export interface ReadableFiles {
  /** Reads a file of at most `mostBytes`. */
  read(key: string, mostBytes: number): Promise<FileContent>;
}
