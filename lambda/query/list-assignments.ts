import type { Answer } from '../api/answer';
import { invalid, ok } from '../api/answer';
import type { PrincipalType } from '../domain/ids';
import { principalKey } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import type { Item, Store } from '../ports/store';
import { type AssignmentFilters, fitsAssignment } from './assignment-filters';
import { listUnmanagedAssignments } from './list-unmanaged';
import { printPageToken } from './page-token';
import { type RawParameters, readParameters, readPosition } from './query-parameters';
import type { QueryWorld } from './query-world';
import { readPages, type Source } from './read-pages';
import { showAssignment } from './show-assignment';

const PRINCIPAL_TYPES: readonly PrincipalType[] = ['GROUP', 'USER'];

/** `GET /assignments`: managed assignments by principal and permission set; with `managed=false` those of the inventory. */
export async function listAssignments(world: QueryWorld, requestId: string, raw: RawParameters): Promise<Answer> {
  const parameters = readParameters(raw, ['managed', 'principalType', 'principalName', 'permissionSet', 'nextToken']);
  if (!parameters.ok) return invalid(parameters.problems, requestId);
  const { managed, nextToken, ...filters } = parameters.value;
  if (managed === 'false') return listUnmanagedAssignments(world, requestId, filters, nextToken);
  return list(world.store, requestId, filters, nextToken);
}

/** `GET /accounts/{accountId}/assignments`: the same in one account. */
export async function listAccountAssignments(
  world: QueryWorld,
  requestId: string,
  accountId: string,
  raw: RawParameters,
): Promise<Answer> {
  const path = readParameters({ accountId: [accountId] }, ['accountId']);
  const query = readParameters(raw, ['managed', 'nextToken']);
  if (!path.ok || !query.ok) {
    return invalid([...(path.ok ? [] : path.problems), ...(query.ok ? [] : query.problems)], requestId);
  }
  const { managed, nextToken } = query.value;
  if (managed === 'false') return listUnmanagedAssignments(world, requestId, { accountId }, nextToken);
  return list(world.store, requestId, { accountId }, nextToken);
}

async function list(
  store: Store,
  requestId: string,
  filters: AssignmentFilters,
  nextToken: string | undefined,
): Promise<Answer> {
  const sources = sourcesFor(store, filters);
  const question = `assignments ${JSON.stringify(Object.entries(filters).sort())}`;
  const position = readPosition(nextToken, question, sources.length);
  if (!position.ok) return invalid(position.problems, requestId);
  const { entries, next } = await readPages(sources, position.value, (items) => select(store, filters, items));
  return ok({ assignments: entries, ...(next ? { nextToken: printPageToken(next, question) } : {}) });
}

/** The narrowest index that answers the question; without one the whole ledger. */
function sourcesFor(store: Store, filters: AssignmentFilters): Source[] {
  const { accountId, principalType, principalName, permissionSet } = filters;
  if (accountId) return [index(store, 'byAccount', 'accountId', accountId)];
  if (principalName) {
    const types = PRINCIPAL_TYPES.filter((type) => principalType === undefined || principalType === type);
    return types.map((type) => index(store, 'byPrincipal', 'principalKey', principalKey(type, principalName)));
  }
  if (permissionSet) return [index(store, 'byPermissionSet', 'permissionSetName', permissionSet)];
  return [(limit, after) => store.scan({ table: 'ledger', limit, ...(after ? { after } : {}) })];
}

function index(store: Store, name: string, attribute: string, value: string): Source {
  const partition = { name: attribute, value };
  return (limit, after) =>
    store.queryIndex({ table: 'ledger', index: name, partition, limit, ...(after ? { after } : {}) });
}

/** An index lags and holds keys only: rows are read anew, and those that no longer fit are left out. */
async function select(store: Store, filters: AssignmentFilters, items: readonly Item[]) {
  const keys = items
    .filter(({ pk }) => pk.startsWith('arn:'))
    .map(({ pk, sk }) => ({ table: 'ledger', pk, sk }) as const);
  const rows = (await store.getMany(keys)) as unknown as LedgerRow[];
  return rows
    .filter((row) => fitsAssignment(row, filters))
    .sort(byKey)
    .map(showAssignment);
}

/** Within one read: by permission set, principal, account. AWS: BatchGetItem answers in any order. */
function byKey(left: LedgerRow, right: LedgerRow): number {
  return sortKey(left) < sortKey(right) ? -1 : 1;
}

function sortKey({ permissionSetName, principalType, principalName, accountId }: LedgerRow): string {
  return [permissionSetName, principalType, principalName, accountId].join('\u0000');
}
