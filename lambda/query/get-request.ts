import type { Answer } from '../api/answer';
import { notFound, ok } from '../api/answer';
import { convergenceKey, convergenceOf } from '../domain/convergence';
import { fullPassRequestStatus } from '../domain/full-pass-request';
import { heldPlanOf, planKey } from '../domain/held-plan';
import type { PermissionSetName, RequestId } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import { linkDocumentOf, linkKey } from '../domain/link-document';
import { permissionSetDocumentOf, permissionSetKey } from '../domain/permission-set-document';
import { permissionSetRequestStatus } from '../domain/permission-set-status';
import type { LinkOutcome } from '../domain/plan-document';
import { planRequestStatus } from '../domain/plan-request-status';
import {
  CHANGE_PREFIX,
  type RequestedChange,
  type RequestRecord,
  requestChangeOf,
  requestKey,
  requestOf,
  requestPartition,
} from '../domain/request';
import { type RequestStatus, requestStatus } from '../domain/request-status';
import { queryAll, type Store } from '../ports/store';

/** Errors shown of one request; the numbers beside them count all. */
const MOST_ERRORS_SHOWN = 1000;

/** `GET /requests/{requestId}`: what became of a request, computed now. */
export async function getRequest(store: Store, requestId: string, asked: string): Promise<Answer> {
  const item = await store.get(requestKey(asked as RequestId));
  if (!item) return notFound(`There is no request ${asked}`, requestId);
  const request = requestOf(item);
  if (request.kind === 'permissionSet') return getPermissionSetRequest(store, request);
  if (request.kind === 'plan') return getPlanRequest(store, request);
  if (request.kind === 'fullPass') return shown(request, fullPassRequestStatus(request));
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
  return shown(request, status);
}

async function getPermissionSetRequest(store: Store, request: RequestRecord): Promise<Answer> {
  const name = request.subject as PermissionSetName;
  const document = permissionSetDocumentOf(await store.get(permissionSetKey(name)));
  const convergence = convergenceOf(name, await store.get(convergenceKey(name)));
  return shown(request, permissionSetRequestStatus(request, document, convergence));
}

async function getPlanRequest(store: Store, request: RequestRecord): Promise<Answer> {
  const item = await store.get(planKey(request.subject));
  return shown(request, planRequestStatus(item && heldPlanOf(item)));
}

function shown(request: RequestRecord, status: RequestStatus): Answer {
  const { requestId, kind, action, subject, linkId, generation, createdAt, submittedBy } = request;
  const of = kind === 'link' ? { linkId } : kind === 'permissionSet' ? { generation } : {};
  const described = { requestId, kind, action, subject, ...of, createdAt, submittedBy };
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
