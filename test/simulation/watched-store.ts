import type { Item, Store, TransactOutcome, Write } from '../../lambda/ports/store';
import { InMemoryStore } from '../support/in-memory-store';
import type { Invocation } from './invocation';

/** A write that was applied, with the item before and after it. */
export interface AppliedWrite {
  readonly write: Write;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** The store in memory, and what every invocation does to it. */
export class WatchedStore extends InMemoryStore {
  /** Called after every transaction that was applied. */
  onApplied: (writes: readonly AppliedWrite[], by: Invocation) => void = () => undefined;

  /** The store as one invocation reaches it. */
  portOf(invocation: Invocation): Store {
    const read = <T>(what: string, effect: () => Promise<T>) => invocation.call('read', what, effect);
    return {
      get: (key) => read(`gets ${key.pk} ${key.sk}`, () => this.get(key)),
      getMany: (keys) => read(`gets ${keys.length} items`, () => this.getMany(keys)),
      query: (query) => read(`queries ${query.pk}`, () => this.query(query)),
      queryIndex: (query) => read(`queries ${query.index}`, () => this.queryIndex(query)),
      scan: (query) => read(`scans ${query.table}`, () => this.scan(query)),
      transact: (writes) =>
        invocation.call('write', `transacts ${writes.map(described).join(', ')}`, () =>
          this.transactBy(writes, invocation),
        ),
    };
  }

  private async transactBy(writes: readonly Write[], by: Invocation): Promise<TransactOutcome> {
    const before = writes.map(({ at }) => this.peek(at));
    const outcome = await this.transact(writes);
    if (!outcome.applied) return outcome;
    this.onApplied(
      writes.map((write, position) => ({ write, before: before[position], after: this.peek(write.at) })),
      by,
    );
    return outcome;
  }
}

function described(write: Write): string {
  const verb = ['put', 'update', 'delete', 'check'].find((name) => name in write) ?? '';
  return `${verb} ${write.at.pk.slice(-30)} ${write.at.sk.slice(-20)}`;
}
