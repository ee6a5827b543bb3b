import { holds, updated } from '../../lambda/domain/apply-write';
import type {
  IndexQuery,
  Item,
  Key,
  Page,
  PageKey,
  PartitionQuery,
  Store,
  TableName,
  TransactOutcome,
  Write,
} from '../../lambda/ports/store';
import { MOST_WRITES } from '../../lambda/ports/store';

/** The Store port in memory: the same laws as DynamoDB, shown by the contract suite of the port. */
export class InMemoryStore implements Store {
  private readonly tables = new Map<TableName, Map<string, Map<string, Item>>>();
  /** Called before every transaction; a test may throw or stop there. */
  beforeTransact: (writes: readonly Write[]) => void | Promise<void> = () => undefined;
  /** Called after every transaction that was applied. */
  afterTransact: (writes: readonly Write[]) => void | Promise<void> = () => undefined;
  transactions = 0;

  async get(key: Key): Promise<Item | undefined> {
    return clone(this.find(key));
  }

  async getMany(keys: readonly Key[]): Promise<Item[]> {
    return keys.flatMap((key) => clone(this.find(key)) ?? []);
  }

  async query({ table, pk, sortPrefix = '', descending = false, limit, after }: PartitionQuery): Promise<Page<Item>> {
    const items = [...(this.table(table).get(pk)?.values() ?? [])].filter((item) => item.sk.startsWith(sortPrefix));
    const sorted = items.sort(bySortKey);
    return page(descending ? sorted.reverse() : sorted, limit, after, descending);
  }

  async queryIndex({ table, partition, limit, after }: IndexQuery): Promise<Page<Item>> {
    const items = this.all(table).filter((item) => item[partition.name] === partition.value);
    return page(items.sort(byKey), limit, after);
  }

  async scan({ table, limit, after }: { table: TableName; limit?: number; after?: PageKey }): Promise<Page<Item>> {
    return page(this.all(table).sort(byKey), limit, after);
  }

  async transact(writes: readonly Write[]): Promise<TransactOutcome> {
    if (writes.length > MOST_WRITES)
      throw new Error(`A transaction takes at most ${MOST_WRITES} writes, not ${writes.length}.`);
    const keys = new Set(writes.map(({ at }) => JSON.stringify([at.table, at.pk, at.sk])));
    if (keys.size < writes.length) throw new Error('A transaction cannot write one item twice.');
    await this.beforeTransact(writes);
    const failed = writes.flatMap((write, index) => (holds(this.find(write.at), write.when) ? [] : [index]));
    if (failed.length > 0) return { applied: false, failed };
    for (const write of writes) this.apply(write);
    this.transactions += 1;
    await this.afterTransact(writes);
    return { applied: true };
  }

  /** Everything stored in one table, in key order. */
  all(table: TableName): Item[] {
    return [...this.table(table).values()].flatMap((partition) => [...partition.values()]).sort(byKey);
  }

  /** What is stored now, looked at from outside; not to be changed. */
  peek(key: Key): Item | undefined {
    return this.find(key);
  }

  /** How many items a partition has. */
  count(table: TableName, pk: string): number {
    return this.table(table).get(pk)?.size ?? 0;
  }

  private apply(write: Write): void {
    if ('put' in write) this.save(write.at, { ...write.put, pk: write.at.pk, sk: write.at.sk });
    else if ('delete' in write) this.partition(write.at).delete(write.at.sk);
    else if ('update' in write) {
      this.save(write.at, updated(this.find(write.at) ?? { pk: write.at.pk, sk: write.at.sk }, write.update));
    }
  }

  private save(at: Key, item: Item): void {
    this.partition(at).set(at.sk, clone(item) as Item);
  }

  private find(key: Key): Item | undefined {
    return this.table(key.table).get(key.pk)?.get(key.sk);
  }

  private table(name: TableName): Map<string, Map<string, Item>> {
    const table = this.tables.get(name) ?? new Map<string, Map<string, Item>>();
    this.tables.set(name, table);
    return table;
  }

  private partition({ table, pk }: Key): Map<string, Item> {
    const partition = this.table(table).get(pk) ?? new Map<string, Item>();
    this.table(table).set(pk, partition);
    return partition;
  }
}

/** As JSON would copy it. */
function clone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clone) as T;
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) if (part !== undefined) copy[name] = clone(part);
  return copy as T;
}

function page(items: Item[], limit = Number.POSITIVE_INFINITY, after?: PageKey, descending = false): Page<Item> {
  const follows = (item: Item, key: PageKey) => compare([item.pk, item.sk], [key.pk ?? '', key.sk ?? '']);
  const start = after ? items.findIndex((item) => (descending ? -1 : 1) * follows(item, after) > 0) : 0;
  if (start < 0) return { items: [] };
  const shown = items.slice(start, start + limit);
  const last = shown.at(-1);
  const more = start + shown.length < items.length;
  return { items: shown.map(clone), ...(more && last ? { next: { pk: last.pk, sk: last.sk } } : {}) };
}

function compare(left: readonly string[], right: readonly string[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

const bySortKey = (left: Item, right: Item) => compare([left.sk], [right.sk]);
const byKey = (left: Item, right: Item) => compare([left.pk, left.sk], [right.pk, right.sk]);
