import type { AccountId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { LedgerRow, WorkItem } from '../domain/ledger-row';
import { isUnfinished, WORK_PARTITIONS } from '../domain/ledger-row';
import { discardWork } from '../domain/worker-writes';
import type { Item, Key } from '../domain/write';
import { attempt } from '../leadership/attempt';
import type { PageKey, Store } from '../ports/store';

/** A work item and where it lies. */
export interface ListedWork {
  readonly at: Key;
  readonly item: WorkItem;
}

/** A page of work items; and how many pages of each kind are read ahead when the first are not due or their accounts busy. */
const PAGE_ITEMS = 500;
const MOST_PAGES = 10;
/** The list is read again after this long, so that new revocations come first. */
const READ_AGAIN_MS = 3_000;

/** The head of the list of work, revocations before grants, as it was read last. */
export class WorkList {
  private listed: ListedWork[] = [];
  private readAt = Number.NEGATIVE_INFINITY;
  private complete = false;

  constructor(
    private readonly store: Store,
    private readonly fence: Fence,
  ) {}

  /** Up to `count` due items in accounts that are not busy, one per account; taken off the list as read. */
  async take(count: number, busy: ReadonlySet<AccountId>, now: number): Promise<ListedWork[]> {
    if (count <= 0) return [];
    let taken = this.pick(count, busy, now);
    const isStale = now - this.readAt > READ_AGAIN_MS;
    if (isStale || (taken.length < count && !this.complete)) {
      await this.read(count, busy, now);
      taken = this.pick(count, busy, now);
    }
    const chosen = new Set(taken);
    this.listed = this.listed.filter((work) => !chosen.has(work));
    return taken;
  }

  /** Whether an item that was read is due, whatever keeps it from starting. */
  hasDue(now: number): boolean {
    return this.listed.some(({ item }) => (item.notBefore ?? 0) <= now) || !this.complete;
  }

  /** When the next item becomes due, epoch milliseconds; nothing when the list is empty. */
  nextDueAt(): number | undefined {
    const times = this.listed.map(({ item }) => item.notBefore ?? 0);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Whether the list is as young as `time`, epoch milliseconds: only then "nothing is due" is certain enough to end. */
  wasReadSince(time: number): boolean {
    return this.readAt >= time;
  }

  /** The list no longer reflects the table: read it again at the next take. */
  invalidate(): void {
    this.complete = false;
  }

  /** Takes an item off the table whose row has nothing to do; false: the row has. */
  async discardIfDone({ at, item }: ListedWork, row: LedgerRow | undefined): Promise<boolean> {
    const isCurrent = row !== undefined && isUnfinished(row) && row.generation === item.generation;
    if (isCurrent) return false;
    const isOther = row !== undefined && isUnfinished(row);
    if (!isOther) await attempt(this.store, discardWork(at, item, this.fence));
    return true;
  }

  private pick(count: number, busy: ReadonlySet<AccountId>, now: number): ListedWork[] {
    const picked: ListedWork[] = [];
    const accounts = new Set(busy);
    for (const work of this.listed) {
      if (picked.length >= count) break;
      const { accountId, notBefore = 0 } = work.item;
      if (notBefore > now || accounts.has(accountId)) continue;
      accounts.add(accountId);
      picked.push(work);
    }
    return picked;
  }

  /** Reads from the head until enough can start, everything was read, or the bound is reached. */
  private async read(count: number, busy: ReadonlySet<AccountId>, now: number): Promise<void> {
    this.listed = [];
    this.readAt = now;
    this.complete = true;
    for (const pk of [WORK_PARTITIONS.delete, WORK_PARTITIONS.create]) {
      let after: PageKey | undefined;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const page = await this.store.query({ table: 'ledger', pk, limit: PAGE_ITEMS, ...(after ? { after } : {}) });
        this.listed.push(...page.items.map(listedWork));
        after = page.next;
        if (!after) break;
        if (this.pick(count, busy, now).length >= count) break;
      }
      if (after) this.complete = false;
    }
  }
}

function listedWork(item: Item): ListedWork {
  return { at: { table: 'ledger', pk: item.pk, sk: item.sk }, item: item as unknown as WorkItem };
}
