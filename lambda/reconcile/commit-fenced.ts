import type { Fence } from '../domain/lease';
import { fenceCheck } from '../domain/lease';
import type { Write } from '../domain/write';
import { MOST_WRITES, type Store } from '../ports/store';

export type CommitOutcome = 'committed' | 'conflicts' | 'overtaken';

/**
 * Commits writes that are independent of each other in fenced transactions of at most 100. A write whose condition
 * does not hold is left out (`conflicts`); the others are committed without it.
 */
export async function commitFenced(store: Store, fence: Fence, writes: readonly Write[]): Promise<CommitOutcome> {
  return commitGroups(
    store,
    fence,
    writes.map((write) => [write]),
  );
}

/**
 * The same for groups of writes that belong together: a group is committed whole or left out. With `check`, nothing is
 * committed any more once it does not hold (`conflicts`).
 */
export async function commitGroups(
  store: Store,
  fence: Fence,
  groups: Iterable<readonly Write[]>,
  check?: Write,
): Promise<CommitOutcome> {
  const first = [fenceCheck(fence), ...(check ? [check] : [])];
  let conflicts = false;
  for (const batch of batches(groups, first.length)) {
    const outcome = await commitBatch(store, first, batch);
    if (outcome === 'overtaken') return 'overtaken';
    conflicts ||= outcome === 'conflicts';
  }
  return conflicts ? 'conflicts' : 'committed';
}

async function commitBatch(
  store: Store,
  first: readonly Write[],
  batch: readonly (readonly Write[])[],
): Promise<CommitOutcome> {
  let left = batch;
  while (left.length > 0) {
    const outcome = await store.transact([...first, ...left.flat()]);
    if (outcome.applied) break;
    if (outcome.failed.includes(0)) return 'overtaken';
    if (outcome.failed.some((position) => position < first.length)) return 'conflicts';
    left = withoutFailed(left, first.length, new Set(outcome.failed));
  }
  return left.length < batch.length ? 'conflicts' : 'committed';
}

/** The groups none of whose writes failed; the first of them is at `first` of the transaction. */
function withoutFailed(
  groups: readonly (readonly Write[])[],
  first: number,
  failed: ReadonlySet<number>,
): (readonly Write[])[] {
  let position = first;
  return groups.filter((writes) => {
    const start = position;
    position += writes.length;
    return !writes.some((_, offset) => failed.has(start + offset));
  });
}

/** Fills transactions: as many groups as fit beside the fence and what else is checked. */
function* batches(groups: Iterable<readonly Write[]>, checks: number): Generator<(readonly Write[])[]> {
  let batch: (readonly Write[])[] = [];
  let size = checks;
  for (const writes of groups) {
    if (writes.length === 0) continue;
    if (size + writes.length > MOST_WRITES) {
      yield batch;
      batch = [];
      size = checks;
    }
    batch.push(writes);
    size += writes.length;
  }
  if (batch.length > 0) yield batch;
}
