import type { Answer } from '../api/answer';
import { invalid, notFound } from '../api/answer';
import type { PermissionSetName } from '../domain/ids';
import type { Store } from '../ports/store';
import { getPlan } from './get-plan';
import { getRequest } from './get-request';
import { listAccountAssignments, listAssignments } from './list-assignments';
import { getLink, listLinks } from './list-links';
import { getPermissionSet, listGenerations, listPermissionSets } from './list-permission-sets';
import { type RawParameters, readParameters } from './query-parameters';
import type { QueryWorld } from './query-world';

/** A GET request as it arrived. */
export interface Query {
  readonly requestId: string;
  /** The route's pattern, e.g. `/links/{linkId}`. */
  readonly resource: string;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly parameters: RawParameters;
}

type Route = (world: QueryWorld, query: Query) => Promise<Answer>;

const ROUTES: Readonly<Record<string, Route>> = {
  '/requests/{requestId}': plain('requestId', getRequest),
  '/plans/{planId}': ({ store }, { requestId, path, parameters }) => {
    const planId = path.planId ?? '';
    if (!ID.test(planId)) return Promise.resolve(notFound('There is no such planId', requestId));
    return getPlan(store, requestId, planId, parameters);
  },
  '/links': ({ store }, { requestId, parameters }) => listLinks(store, requestId, parameters),
  '/links/{linkId}': plain('linkId', getLink),
  '/permission-sets': ({ store }, { requestId, parameters }) => listPermissionSets(store, requestId, parameters),
  '/permission-sets/{name}': named((store, requestId, name, parameters) =>
    getPermissionSet(store, requestId, name, parameters),
  ),
  '/permission-sets/{name}/generations': named((store, requestId, name, parameters) =>
    listGenerations(store, requestId, name, parameters),
  ),
  '/assignments': (world, { requestId, parameters }) => listAssignments(world, requestId, parameters),
  '/accounts/{accountId}/assignments': (world, { requestId, path, parameters }) =>
    listAccountAssignments(world, requestId, path.accountId ?? '', parameters),
};

/** The routes that are answered, as API Gateway knows them. */
export const QUERY_RESOURCES: readonly string[] = Object.keys(ROUTES);

/** Answers a question about what is stored; changes nothing. */
export async function answerQuery(world: QueryWorld, query: Query): Promise<Answer> {
  const route = ROUTES[query.resource];
  if (!route) return notFound(`There is nothing at ${query.resource}`, query.requestId);
  return route(world, query);
}

/** A route about one permission set; what is no name names nothing. */
function named(
  show: (store: Store, requestId: string, name: PermissionSetName, parameters: RawParameters) => Promise<Answer>,
): Route {
  return async ({ store }, { requestId, path, parameters }) => {
    const name = path.name ?? '';
    return readParameters({ name: [name] }, ['name']).ok
      ? show(store, requestId, name as PermissionSetName, parameters)
      : notFound('There is no such permission set', requestId);
  };
}

/** Ids of requests and links; anything else names nothing, however long it is. */
const ID = /^[\w-]{1,64}$/;

/** A route that shows one thing and takes no parameters. */
function plain(name: string, show: (store: Store, requestId: string, asked: string) => Promise<Answer>): Route {
  return async ({ store }, { requestId, path, parameters }) => {
    const none = readParameters(parameters, []);
    if (!none.ok) return invalid(none.problems, requestId);
    const asked = path[name] ?? '';
    return ID.test(asked) ? show(store, requestId, asked) : notFound(`There is no such ${name}`, requestId);
  };
}
