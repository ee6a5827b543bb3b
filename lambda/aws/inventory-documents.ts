import type { InventoryDocument, UnmanagedAssignment } from '../domain/inventory';
import { S3DocumentStore } from './s3-document-store';

/** What inventories leave in the artefacts bucket. */
export function inventoryDocuments(bucket: string) {
  return {
    lists: new S3DocumentStore<readonly string[]>(bucket),
    parts: new S3DocumentStore<readonly UnmanagedAssignment[]>(bucket),
    inventories: new S3DocumentStore<InventoryDocument>(bucket),
  };
}
