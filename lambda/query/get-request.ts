import type { Answer } from '../api/answer';
import { notFound, ok } from '../api/answer';
import type { RequestId } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import { linkDocumentOf, linkKey } from '../domain/link-document';
import type { LinkOutcome } from '../domain/plan-document';
import {
  CHANGE_PREFIX,
  type RequestedChange,
  type RequestRecord,
  requestChangeOf,
  requestKey,
  requestOf,
  requestPartition,
} from '../domain/request';
import { requestStatus } from '../domain/request-status';
import { queryAll, type Store } from '../ports/store';

/** Errors shown of one request; the numbers beside them count all. */
const MOST_ERRORS_SHOWN = 1000;

/** `GET /requests/{requestId}`: what became of a request, computed now. */
export async function getRequest(store: Store, requestId: string, asked: string): Promise<Answer> {
  const item = await store.get(requestKey(asked as RequestId));
  if (!item) return notFound(`There is no request ${asked}`, requestId);
  const request = requestOf(item);
  // The outcome before the changes, these before their rows: what an outcome says is planned has its changes by then.
  const outcome = await readOutcome(store, request);
  const changes = await readChanges(store, request);
  const rows = await readRows(store, changes);
  const status = requestStatus({
    request,
    changes,
    rowOf: ({ rowPk, rowSk }) => rows.get(`${rowPk}#${rowSk}`),
    ...(outcome ? { outcome } : {}),
  });
  const { kind, action, subject, linkId, createdAt, submittedBy } = request;
  const described = { requestId: request.requestId, kind, action, subject, linkId, createdAt, submittedBy };
  return ok({ ...described, ...status, errors: status.errors.slice(0, MOST_ERRORS_SHOWN) });
}

async function readChanges(store: Store, { requestId }: RequestRecord): Promise<RequestedChange[]> {
  const query = { table: 'control', pk: requestPartition(requestId), sortPrefix: CHANGE_PREFIX } as const;
  return (await queryAll(store, query)).map(requestChangeOf);
}

async function readRows(store: Store, changes: readonly RequestedChange[]): Promise<Map<string, LedgerRow>> {
  const keys = new Map(
    changes.map(({ rowPk, rowSk }) => [`${rowPk}#${rowSk}`, { table: 'ledger', pk: rowPk, sk: rowSk } as const]),
  );
  const items = await store.getMany([...keys.values()]);
  return new Map(items.map((item) => [`${item.pk}#${item.sk}`, item as unknown as LedgerRow]));
}

async function readOutcome(store: Store, { linkId, pairId }: RequestRecord): Promise<LinkOutcome | undefined> {
  if (!linkId || !pairId) return undefined;
  const item = await store.get(linkKey({ pairId, linkId }));
  return item ? linkDocumentOf(item).outcome : undefined;
}
