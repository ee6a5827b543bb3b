/**
 * Conditional writes as plain values: the rules of the lease, the marks and the ledger are functions that return
 * them, so that the same protocol runs on DynamoDB and in memory and can be tested write by write.
 */

export type TableName = 'links' | 'ledger' | 'control' | 'organization' | 'permission-sets';

export interface Key {
  readonly table: TableName;
  readonly pk: string;
  readonly sk: string;
}

/** An item as stored: attributes beside its key. Values are JSON. */
export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/** One test of one attribute. An attribute that is absent passes only `absent`. */
export type AttributeTest =
  | { readonly equals: string | number | boolean }
  | { readonly absent: true }
  | { readonly present: true }
  | { readonly below: number }
  | { readonly atMost: number };

/** All tests must pass. Keys are attribute paths, dotted for nested maps (`operation.id`). */
export type Condition = Readonly<Record<string, AttributeTest>>;

/** What one write does to the item at `at`, when any of the conditions holds (no `when`: always). */
export type Write = { readonly at: Key; readonly when?: readonly Condition[] } & (
  | { readonly put: Readonly<Record<string, unknown>> }
  | { readonly update: Update }
  | { readonly delete: true }
  | { readonly check: true }
);

/** Transactions to try in order: the next one only when a condition of the one before did not hold. */
export type Attempts = readonly (readonly Write[])[];

export interface Update {
  /** Top-level attributes to set, whole. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Numbers to add to; an absent attribute counts as 0. */
  readonly add?: Readonly<Record<string, number>>;
}
