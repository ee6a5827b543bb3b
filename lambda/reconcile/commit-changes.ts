import type { RequestId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import { fenceCheck } from '../domain/lease';
import type { LedgerRow } from '../domain/ledger-row';
import { rowKey } from '../domain/ledger-row';
import type { Change } from '../domain/plan';
import { operationOf } from '../domain/plan';
import type { PlannedChange } from '../domain/plan-document';
import { insertRow, reviseRow, setClaims, setReachable, setUnreachable } from '../domain/planner-writes';
import { type RequestedChange, requestedChangeWrite } from '../domain/request';
import type { Write } from '../domain/write';
import { MOST_WRITES, type Store } from '../ports/store';

/** Requests that are shown a change; of more than this many for one link the newest count. */
const MOST_REQUESTS_PER_CHANGE = 90;

export type CommitOutcome = 'committed' | 'conflicts' | 'overtaken';

/**
 * Carries out changes in fenced transactions of at most 100 writes. A change whose row is no longer as it was read is
 * left out (`conflicts`): its pair is looked at again, since its marks stay.
 */
export async function commitChanges(
  store: Store,
  fence: Fence,
  changes: readonly PlannedChange[],
): Promise<CommitOutcome> {
  let conflicts = false;
  for (const batch of batches(changes.map(writesOf))) {
    const outcome = await commitBatch(store, fence, batch);
    if (outcome === 'overtaken') return 'overtaken';
    conflicts ||= outcome === 'conflicts';
  }
  return conflicts ? 'conflicts' : 'committed';
}

async function commitBatch(store: Store, fence: Fence, batch: readonly Write[][]): Promise<CommitOutcome> {
  let left = batch;
  let conflicts = false;
  while (left.length > 0) {
    const outcome = await store.transact([fenceCheck(fence), ...left.flat()]);
    if (outcome.applied) break;
    if (outcome.failed.includes(0)) return 'overtaken';
    conflicts = true;
    const failed = new Set(outcome.failed);
    left = withoutFailed(left, failed);
  }
  return conflicts ? 'conflicts' : 'committed';
}

/** The changes none of whose writes failed; position 0 of the transaction was the fence. */
function withoutFailed(changes: readonly Write[][], failed: ReadonlySet<number>): Write[][] {
  const kept: Write[][] = [];
  let position = 1;
  for (const writes of changes) {
    if (!writes.some((_, offset) => failed.has(position + offset))) kept.push(writes);
    position += writes.length;
  }
  return kept;
}

/** Groups changes so that a group and the fence fit one transaction. */
function* batches(changes: readonly Write[][]): Generator<Write[][]> {
  let batch: Write[][] = [];
  let size = 1;
  for (const writes of changes) {
    if (writes.length === 0) continue;
    if (size + writes.length > MOST_WRITES) {
      yield batch;
      batch = [];
      size = 1;
    }
    batch.push(writes);
    size += writes.length;
  }
  if (batch.length > 0) yield batch;
}

function writesOf({ change, requests }: PlannedChange): Write[] {
  return [...rowWrites(change), ...requestWrites(change, requests.slice(-MOST_REQUESTS_PER_CHANGE))];
}

function rowWrites(change: Change): Write[] {
  switch (change.type) {
    case 'insert':
      return insertRow(change.row);
    case 'revise':
      return reviseRow(change.row, change);
    case 'claims':
      return setClaims(change.row, change.claims);
    case 'reachable':
      return setReachable(change.row, change.claims);
    case 'unreachable':
      return setUnreachable(change.row, change.claims, change.message);
    case 'follow':
      return [];
  }
}

function requestWrites(change: Change, requests: readonly RequestId[]): Write[] {
  const requested = requestedChange(change);
  return requests.map((requestId) => requestedChangeWrite(requestId, requested));
}

function requestedChange(change: Change): RequestedChange {
  const { pk, sk } = rowKey(change.row);
  const base = { accountId: change.row.accountId, rowPk: pk, rowSk: sk, born: change.row.born };
  if (change.type === 'insert') return { ...base, kind: 'create', generation: 1, reason: change.row.reason };
  const row: LedgerRow = change.row;
  if (change.type === 'revise') {
    const kind = operationOf(change) ?? 'create';
    return { ...base, kind, generation: row.generation + 1, reason: change.reason };
  }
  return { ...base, kind: row.desired ? 'create' : 'delete', generation: row.generation, reason: row.reason };
}
