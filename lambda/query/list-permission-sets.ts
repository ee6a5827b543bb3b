import type { Answer } from '../api/answer';
import { invalid, notFound, ok } from '../api/answer';
import { type Convergence, convergenceKey, convergenceOf } from '../domain/convergence';
import type { PermissionSetName } from '../domain/ids';
import { definitionOf, requiredPolicies } from '../domain/permission-set-definition';
import {
  GENERATION_PREFIX,
  generationOf,
  LISTED,
  type PermissionSetDocument,
  permissionSetDocumentOf,
  permissionSetKey,
  permissionSetPartition,
  submittedDocument,
} from '../domain/permission-set-document';
import { isGone, permissionSetMessage, permissionSetStatus } from '../domain/permission-set-status';
import type { Item, Key, Store } from '../ports/store';
import { listUnmanagedPermissionSets } from './list-unmanaged';
import { printPageToken } from './page-token';
import { type RawParameters, readParameters, readPosition } from './query-parameters';
import { readPages } from './read-pages';

/**
 * `GET /permission-sets`: those that are declared, in order of their names; with `name`, that one; with `managed=false`
 * those that are not ours.
 */
export async function listPermissionSets(store: Store, requestId: string, raw: RawParameters): Promise<Answer> {
  const parameters = readParameters(raw, ['managed', 'name', 'nextToken']);
  if (!parameters.ok) return invalid(parameters.problems, requestId);
  const { managed, name, nextToken } = parameters.value;
  if (managed === 'false' && name !== undefined)
    return invalid([{ path: 'name', message: 'is no filter of what is not managed: leave it out' }], requestId);
  if (managed === 'false') return listUnmanagedPermissionSets(store, requestId, nextToken);
  if (name !== undefined) return getPermissionSet(store, requestId, name as PermissionSetName, {});
  const question = 'permission sets';
  const position = readPosition(nextToken, question, 1);
  if (!position.ok) return invalid(position.problems, requestId);
  const { entries, next } = await readPages(
    [
      (limit, after) =>
        store.queryIndex({
          table: 'permission-sets',
          index: 'byListed',
          partition: LISTED,
          limit,
          ...(after ? { after } : {}),
        }),
    ],
    position.value,
    (items) => show(store, items),
  );
  return ok({ permissionSets: entries, ...(next ? { nextToken: printPageToken(next, question) } : {}) });
}

/** `GET /permission-sets/{name}`. */
export async function getPermissionSet(
  store: Store,
  requestId: string,
  name: PermissionSetName,
  raw: RawParameters,
): Promise<Answer> {
  const none = readParameters(raw, []);
  if (!none.ok) return invalid(none.problems, requestId);
  const document = permissionSetDocumentOf(await store.get(permissionSetKey(name)));
  const convergence = convergenceOf(name, await store.get(convergenceKey(name)));
  if (!document || isGone(document, convergence)) return notFound(`There is no permission set ${name}`, requestId);
  return ok(view(document, convergence));
}

/** `GET /permission-sets/{name}/generations`: its history, the last submission first; kept when it is deleted. */
export async function listGenerations(
  store: Store,
  requestId: string,
  name: PermissionSetName,
  raw: RawParameters,
): Promise<Answer> {
  const parameters = readParameters(raw, ['nextToken']);
  if (!parameters.ok) return invalid(parameters.problems, requestId);
  const question = `generations of ${name}`;
  const position = readPosition(parameters.value.nextToken, question, 1);
  if (!position.ok) return invalid(position.problems, requestId);
  const pk = permissionSetPartition(name);
  const history = { table: 'permission-sets', pk, sortPrefix: GENERATION_PREFIX, descending: true } as const;
  const { entries, next } = await readPages(
    [(limit, after) => store.query({ ...history, limit, ...(after ? { after } : {}) })],
    position.value,
    async (items) => items.map(showGeneration),
  );
  if (entries.length === 0 && !next) return notFound(`There was never a permission set ${name}`, requestId);
  return ok({ generations: entries, ...(next ? { nextToken: printPageToken(next, question) } : {}) });
}

function showGeneration(item: Item) {
  const { generation, at, submittedBy, action, document } = generationOf(item);
  return { generation, at, submittedBy, action, ...(document ? { document: JSON.parse(document) as unknown } : {}) };
}

/** The index lags and holds keys only: documents are read anew. */
async function show(store: Store, indexed: readonly Item[]) {
  const keys = indexed.map(({ pk, sk }): Key => ({ table: 'permission-sets', pk, sk }));
  const documents = (await store.getMany(keys)).map((item) => permissionSetDocumentOf(item) as PermissionSetDocument);
  const states = await store.getMany(documents.map(({ permissionSetName }) => convergenceKey(permissionSetName)));
  const convergences = new Map(states.map((item) => [String(item.permissionSetName), item]));
  return documents
    .map((document) => {
      const name = document.permissionSetName;
      return { document, convergence: convergenceOf(name, convergences.get(name)) };
    })
    .filter(({ document, convergence }) => !isGone(document, convergence))
    .sort((one, other) => (one.document.permissionSetName < other.document.permissionSetName ? -1 : 1))
    .map(({ document, convergence }) => view(document, convergence, MOST_UNPROVISIONED_IN_LIST));
}

/** AWS: a Lambda proxy answer has at most 6 MB, and a page shows a hundred documents of up to 45 kB. */
const MOST_UNPROVISIONED_IN_LIST = 20;

function view(
  document: PermissionSetDocument,
  convergence: Convergence,
  mostUnprovisioned = Number.POSITIVE_INFINITY,
): Readonly<Record<string, unknown>> {
  const { permissionSetArn, applied, unprovisioned = [], unprovisionedCount = 0 } = convergence;
  const { permissionSetName, generation, submittedBy, submittedAt, source } = document;
  const submitted = submittedDocument(document);
  const message = permissionSetMessage(document, convergence);
  return {
    permissionSetName,
    ...(permissionSetArn ? { permissionSetArn } : {}),
    document: submitted,
    generation,
    appliedGeneration: applied,
    status: permissionSetStatus(document, convergence),
    ...(message ? { message } : {}),
    requiredPolicies: requiredPolicies(definitionOf(submitted)),
    unprovisioned: unprovisioned
      .slice(0, mostUnprovisioned)
      .map(({ accountId, message: reason }) => ({ accountId, message: reason })),
    unprovisionedCount,
    submittedBy,
    submittedAt,
    source,
  };
}
