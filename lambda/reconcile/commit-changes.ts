import { rememberingCause } from '../domain/cause';
import type { RequestId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { LedgerRow } from '../domain/ledger-row';
import { rowKey } from '../domain/ledger-row';
import type { Change } from '../domain/plan';
import { operationOf } from '../domain/plan';
import type { PlannedChange } from '../domain/plan-document';
import {
  holdRow,
  insertAppliedRow,
  insertRow,
  keepRow,
  reviseRow,
  setClaims,
  setReachable,
  setUnreachable,
} from '../domain/planner-writes';
import { type RequestedChange, requestedChangeWrite } from '../domain/request';
import type { Write } from '../domain/write';
import type { Store } from '../ports/store';
import { type CommitOutcome, commitGroups } from './commit-fenced';

/** Requests that are shown a change; of more than this many for one link the newest count. */
const MOST_REQUESTS_PER_CHANGE = 90;

/**
 * Carries out changes, each with its work item and what its requests are shown in one transaction. A change whose row
 * is no longer as it was read is left out (`conflicts`): its pair is looked at again, since its marks stay. `check` has
 * to hold all the time.
 */
export function commitChanges(
  store: Store,
  fence: Fence,
  changes: readonly PlannedChange[],
  check?: Write,
): Promise<CommitOutcome> {
  return commitGroups(store, fence, changes.map(writesOf), check);
}

function writesOf({ change, requests, cause }: PlannedChange): Write[] {
  return [
    ...rememberingCause(rowWrites(change), change.row, cause),
    ...requestWrites(change, requests.slice(-MOST_REQUESTS_PER_CHANGE)),
  ];
}

function rowWrites(change: Change): Write[] {
  switch (change.type) {
    case 'insert':
      return change.isApplied ? insertAppliedRow(change.row) : insertRow(change.row);
    case 'revise':
      return reviseRow(change.row, change);
    case 'claims':
      return setClaims(change.row, change.claims, change.reason);
    case 'reachable':
      return setReachable(change.row, change.claims, change.reason);
    case 'hold':
      return isHeldAlready(change) ? [] : holdRow(change.row, change.planId, change.reason);
    case 'keep':
      return keepRow(change.row, change.planId, change.reason);
    case 'unreachable':
      return setUnreachable(change.row, change.claims, change.message);
    case 'follow':
      return [];
  }
}

function isHeldAlready({ row, planId }: Extract<Change, { type: 'hold' | 'keep' }>): boolean {
  return row.heldBy === planId && row.unreachable === undefined;
}

function requestWrites(change: Change, requests: readonly RequestId[]): Write[] {
  const requested = requestedChange(change);
  return requests.map((requestId) => requestedChangeWrite(requestId, requested));
}

function requestedChange(change: Change): RequestedChange {
  const { pk, sk } = rowKey(change.row);
  const base = { accountId: change.row.accountId, rowPk: pk, rowSk: sk, born: change.row.born };
  if (change.type === 'insert')
    return { ...base, kind: 'create', generation: 1, reason: change.row.reason, ...adoption(change.row) };
  const row: LedgerRow = change.row;
  // The generation that would remove it, once that is allowed.
  if (change.type === 'hold' || change.type === 'keep') {
    return { ...base, kind: 'delete', generation: row.generation + 1, reason: change.reason };
  }
  if (change.type === 'revise') {
    const kind = operationOf(change) ?? 'create';
    return { ...base, kind, generation: row.generation + 1, reason: change.reason };
  }
  return { ...base, kind: row.desired ? 'create' : 'delete', generation: row.generation, reason: row.reason };
}

function adoption({ adopted }: { readonly adopted?: boolean }): { adopted?: true } {
  return adopted ? { adopted } : {};
}
