import type { Item } from '../write';

/** A committed change of one item of a table. */
export interface StoredChange {
  /** Unique, and the same however often the change is delivered. */
  readonly changeId: string;
  /** Decimal digits; rises from change to change of an item. */
  readonly sequence: string;
  /** ISO 8601, to the second. */
  readonly at: string;
  readonly before?: Item;
  readonly after?: Item;
  /** The item went because its time was over. */
  readonly hasExpired: boolean;
}
