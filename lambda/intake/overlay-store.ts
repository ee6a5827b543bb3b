import { holds, updated } from '../domain/apply-write';
import type { Item, Key, Write } from '../domain/write';
import { InvariantViolated } from '../ports/faults';
import {
  type IndexQuery,
  type Page,
  type PageKey,
  type PartitionQuery,
  queryAll,
  type Store,
  type TableName,
  type TransactOutcome,
} from '../ports/store';

/**
 * A store whose writes stay in memory: what is read is what would be there if they had been made. Nothing below it is
 * changed. An index of a table that was written to cannot be read: it would not show that.
 */
export class OverlayStore implements Store {
  /** Items as they were written; nothing: deleted. */
  private readonly written = new Map<string, { readonly key: Key; readonly item: Item | undefined }>();

  constructor(private readonly below: Store) {}

  async get(key: Key): Promise<Item | undefined> {
    const written = this.written.get(textOf(key));
    return written ? written.item : this.below.get(key);
  }

  async getMany(keys: readonly Key[]): Promise<Item[]> {
    const unwritten = await this.below.getMany(keys.filter((key) => !this.written.has(textOf(key))));
    return [...unwritten, ...keys.flatMap((key) => this.written.get(textOf(key))?.item ?? [])];
  }

  /** A partition with writes is answered in one page. */
  async query(query: PartitionQuery): Promise<Page<Item>> {
    const { table, pk, sortPrefix = '', descending = false } = query;
    const written = this.writtenIn(table).filter(({ key }) => key.pk === pk && key.sk.startsWith(sortPrefix));
    if (written.length === 0) return this.below.query(query);
    const hidden = new Set(written.map(({ key }) => key.sk));
    const below = (await queryAll(this.below, { table, pk, sortPrefix })).filter(({ sk }) => !hidden.has(sk));
    const items = [...below, ...written.flatMap(({ item }) => item ?? [])];
    items.sort((left, right) => (left.sk < right.sk ? -1 : 1));
    return { items: descending ? items.reverse() : items };
  }

  async queryIndex(query: IndexQuery): Promise<Page<Item>> {
    if (this.writtenIn(query.table).length === 0) return this.below.queryIndex(query);
    throw new InvariantViolated(`The index ${query.index} does not show what is written in memory.`);
  }

  /** What was written is shown on the last page. */
  async scan(query: { table: TableName; limit?: number; after?: PageKey }): Promise<Page<Item>> {
    const page = await this.below.scan(query);
    const below = page.items.filter(({ pk, sk }) => !this.written.has(textOf({ table: query.table, pk, sk })));
    if (page.next) return { items: below, next: page.next };
    return { items: [...below, ...this.writtenIn(query.table).flatMap(({ item }) => item ?? [])] };
  }

  /** Of a partition what was written here and nothing else. */
  itemsWritten(table: TableName, partition: string): Item[] {
    return this.writtenIn(table).flatMap(({ item }) => (item?.pk === partition ? item : []));
  }

  async transact(writes: readonly Write[]): Promise<TransactOutcome> {
    const read = await Promise.all(writes.map(({ at }) => this.get(at)));
    const failed = writes.flatMap(({ when }, position) => (holds(read[position], when) ? [] : [position]));
    if (failed.length > 0) return { applied: false, failed };
    for (const [position, write] of writes.entries()) this.write(write, read[position]);
    return { applied: true };
  }

  private writtenIn(table: TableName) {
    return [...this.written.values()].filter(({ key }) => key.table === table);
  }

  private write(write: Write, read: Item | undefined): void {
    const { at } = write;
    const { pk, sk } = at;
    const save = (item: Item | undefined) => this.written.set(textOf(at), { key: at, item });
    if ('put' in write) save({ ...write.put, pk, sk });
    else if ('delete' in write) save(undefined);
    else if ('update' in write) save(updated(read ?? { pk, sk }, write.update));
  }
}

function textOf({ table, pk, sk }: Key): string {
  return JSON.stringify([table, pk, sk]);
}
