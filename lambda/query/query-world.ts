import type { UnmanagedAssignment } from '../domain/inventory';
import type { DocumentStore } from '../ports/document-store';
import type { Store } from '../ports/store';

/** What questions are answered from. */
export interface QueryWorld {
  readonly store: Store;
  /** Lists of unmanaged assignments, by key. */
  readonly inventoryParts: Pick<DocumentStore<readonly UnmanagedAssignment[]>, 'load'>;
}
