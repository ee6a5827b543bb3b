import { holds, updated } from '../domain/apply-write';
import type { Item, Key, Write } from '../domain/write';
import { InvariantViolated } from '../ports/faults';
import {
  type IndexQuery,
  type Page,
  type PartitionQuery,
  queryAll,
  type Store,
  type TransactOutcome,
} from '../ports/store';

/**
 * A store whose writes stay in memory: what is read is what would be there if they had been made. Nothing below it is
 * changed. Whole tables and indexes cannot be read: they would not show what was written.
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
    const written = [...this.written.values()].filter(
      ({ key }) => key.table === table && key.pk === pk && key.sk.startsWith(sortPrefix),
    );
    if (written.length === 0) return this.below.query(query);
    const hidden = new Set(written.map(({ key }) => key.sk));
    const below = (await queryAll(this.below, { table, pk, sortPrefix })).filter(({ sk }) => !hidden.has(sk));
    const items = [...below, ...written.flatMap(({ item }) => item ?? [])];
    items.sort((left, right) => (left.sk < right.sk ? -1 : 1));
    return { items: descending ? items.reverse() : items };
  }

  async queryIndex(query: IndexQuery): Promise<Page<Item>> {
    throw new InvariantViolated(`The index ${query.index} does not show what is written in memory.`);
  }

  async scan({ table }: { table: string }): Promise<Page<Item>> {
    throw new InvariantViolated(`The table ${table} does not show what is written in memory.`);
  }

  async transact(writes: readonly Write[]): Promise<TransactOutcome> {
    const read = await Promise.all(writes.map(({ at }) => this.get(at)));
    const failed = writes.flatMap(({ when }, position) => (holds(read[position], when) ? [] : [position]));
    if (failed.length > 0) return { applied: false, failed };
    for (const [position, write] of writes.entries()) this.write(write, read[position]);
    return { applied: true };
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
