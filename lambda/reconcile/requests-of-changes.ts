import { causeOf } from '../domain/cause';
import type { LinkId, RequestId } from '../domain/ids';
import { isUnfinished, type LedgerRow } from '../domain/ledger-row';
import type { LinkDocument } from '../domain/link-document';
import { type Change, operationOf } from '../domain/plan';
import type { PlannedChange } from '../domain/plan-document';

/** Names the requests that wait for each change and who brought it about, and follows what is still pending for a request that changes nothing itself. */
export function withRequests(
  changes: readonly Change[],
  rows: readonly LedgerRow[],
  documents: readonly LinkDocument[],
): PlannedChange[] {
  const open = new Map<LinkId, readonly RequestId[]>();
  for (const { linkId, openRequests } of documents) if (openRequests.length > 0) open.set(linkId, openRequests);
  if (open.size === 0) return changes.map((change) => ({ change, requests: [] }));
  const planned: PlannedChange[] = changes.map((change) => ({
    change,
    requests: requestsOf(change, open),
    cause: causeOf(change, documents),
  }));
  const changed = new Set(changes.map(({ row }) => row.accountId));
  for (const row of rows) {
    if (changed.has(row.accountId) || !isUnfinished(row)) continue;
    const change: Change = { type: 'follow', row };
    const requests = requestsOf(change, open);
    if (requests.length > 0) planned.push({ change, requests });
  }
  return planned;
}

/** A request counts a change that its link claimed or released, and that is still to be applied or was taken over. */
function requestsOf(change: Change, open: ReadonlyMap<LinkId, readonly RequestId[]>): RequestId[] {
  if (open.size === 0) return [];
  const isUnderWay = change.type === 'insert' || operationOf(change) !== undefined;
  if (!isUnderWay && !isUnfinished(change.row as LedgerRow)) return [];
  const claimed = 'claims' in change ? change.claims : change.row.claims;
  const released = change.type === 'revise' && !change.desired ? change.row.claims : [];
  return [...claimed, ...released].flatMap(({ linkId }) => open.get(linkId) ?? []);
}
