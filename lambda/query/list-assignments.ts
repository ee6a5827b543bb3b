import type { Answer } from '../api/answer';
import { invalid, ok } from '../api/answer';
import type { PrincipalType } from '../domain/ids';
import { principalKey } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import type { Item, Store } from '../ports/store';
import { printPageToken } from './page-token';
import { type Parameters, type RawParameters, readParameters, readPosition } from './query-parameters';
import { readPages, type Source } from './read-pages';
import { showAssignment } from './show-assignment';

type Filter = 'accountId' | 'principalType' | 'principalName' | 'permissionSet';

const PRINCIPAL_TYPES: readonly PrincipalType[] = ['GROUP', 'USER'];

/** `GET /assignments`: managed assignments by principal and permission set. */
export async function listAssignments(store: Store, requestId: string, raw: RawParameters): Promise<Answer> {
  const parameters = readParameters(raw, ['principalType', 'principalName', 'permissionSet', 'nextToken']);
  if (!parameters.ok) return invalid(parameters.problems, requestId);
  const { nextToken, ...filters } = parameters.value;
  return list(store, requestId, filters, nextToken);
}

/** `GET /accounts/{accountId}/assignments`: managed assignments in one account. */
export async function listAccountAssignments(
  store: Store,
  requestId: string,
  accountId: string,
  raw: RawParameters,
): Promise<Answer> {
  const path = readParameters({ accountId: [accountId] }, ['accountId']);
  const query = readParameters(raw, ['nextToken']);
  if (!path.ok || !query.ok) {
    return invalid([...(path.ok ? [] : path.problems), ...(query.ok ? [] : query.problems)], requestId);
  }
  return list(store, requestId, { accountId }, query.value.nextToken);
}

async function list(
  store: Store,
  requestId: string,
  filters: Parameters<Filter>,
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
function sourcesFor(store: Store, filters: Parameters<Filter>): Source[] {
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
async function select(store: Store, filters: Parameters<Filter>, items: readonly Item[]) {
  const keys = items
    .filter(({ pk }) => pk.startsWith('arn:'))
    .map(({ pk, sk }) => ({ table: 'ledger', pk, sk }) as const);
  const rows = (await store.getMany(keys)) as unknown as LedgerRow[];
  return rows
    .filter((row) => fits(row, filters))
    .sort(byKey)
    .map(showAssignment);
}

function fits(row: LedgerRow, { accountId, principalType, principalName, permissionSet }: Parameters<Filter>): boolean {
  return (
    (accountId === undefined || row.accountId === accountId) &&
    (principalType === undefined || row.principalType === principalType) &&
    (principalName === undefined || row.principalName === principalName) &&
    (permissionSet === undefined || row.permissionSetName === permissionSet)
  );
}

/** Within one read: by permission set, principal, account. AWS: BatchGetItem answers in any order. */
function byKey(left: LedgerRow, right: LedgerRow): number {
  return sortKey(left) < sortKey(right) ? -1 : 1;
}

function sortKey({ permissionSetName, principalType, principalName, accountId }: LedgerRow): string {
  return [permissionSetName, principalType, principalName, accountId].join('\u0000');
}
