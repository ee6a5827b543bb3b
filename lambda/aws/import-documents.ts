import type { ImportEntry, ImportReport } from '../domain/import-report';
import { S3DocumentStore } from './s3-document-store';

/** What imports leave in the artefacts bucket. */
export function importDocuments(bucket: string) {
  return {
    lists: new S3DocumentStore<readonly string[]>(bucket),
    parts: new S3DocumentStore<readonly ImportEntry[]>(bucket),
    reports: new S3DocumentStore<ImportReport>(bucket),
  };
}
