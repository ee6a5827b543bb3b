/** Durable state: items that are read consistently and written in conditional transactions. */

import type { Item, Key, TableName, Write } from '../domain/write';

export type { AttributeTest, Condition, Item, Key, TableName, Update, Write } from '../domain/write';

/** `failed`: the positions of the writes whose condition did not hold. Nothing was written then. */
export type TransactOutcome =
  | { readonly applied: true }
  | { readonly applied: false; readonly failed: readonly number[] };

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass as `after` for the next page; absent at the end. A page may be short or empty before the end. */
  readonly next?: PageKey;
}

/** Where a page ended, as the store understands it. */
export type PageKey = Readonly<Record<string, string>>;

export interface PartitionQuery {
  readonly table: TableName;
  readonly pk: string;
  readonly sortPrefix?: string;
  /** From the last sort key to the first. */
  readonly descending?: boolean;
  readonly limit?: number;
  readonly after?: PageKey;
}

export interface IndexQuery {
  readonly table: TableName;
  readonly index: string;
  /** The name and value of the index's partition key. */
  readonly partition: { readonly name: string; readonly value: string };
  readonly limit?: number;
  readonly after?: PageKey;
}

/** Most writes one transaction may hold. AWS: TransactWriteItems takes up to 100 items. */
export const MOST_WRITES = 100;

export interface Store {
  /** Consistent read of one item. */
  get(key: Key): Promise<Item | undefined>;
  /** Consistent read of many items of one table; those that do not exist are left out. Any number of keys. */
  getMany(keys: readonly Key[]): Promise<Item[]>;
  /** Consistent read of one partition in order of the sort key, a page at a time. */
  query(query: PartitionQuery): Promise<Page<Item>>;
  /** Eventually consistent read of an index. Never decide from it; it serves readers. */
  queryIndex(query: IndexQuery): Promise<Page<Item>>;
  /** Consistent read of a whole table, a page at a time. */
  scan(query: { table: TableName; limit?: number; after?: PageKey }): Promise<Page<Item>>;
  /** All writes or none; at most `MOST_WRITES`, no item twice. Conflicts with other transactions are retried inside. */
  transact(writes: readonly Write[]): Promise<TransactOutcome>;
}

/** Every item of a table, all pages, as they are read. */
export async function* scanAll(store: Store, table: TableName): AsyncGenerator<Item> {
  let after: PageKey | undefined;
  do {
    const page: Page<Item> = await store.scan({ table, ...(after ? { after } : {}) });
    yield* page.items;
    after = page.next;
  } while (after);
}

/** Every item of a partition, all pages. */
export async function queryAll(store: Store, query: PartitionQuery): Promise<Item[]> {
  const items: Item[] = [];
  let after: PageKey | undefined;
  do {
    const page = await store.query({ ...query, ...(after ? { after } : {}) });
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items;
}
