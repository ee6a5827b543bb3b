import type { Answer } from '../api/answer';
import { invalid, notFound, ok } from '../api/answer';
import type { PermissionSetName, PrincipalType } from '../domain/ids';
import { linkIdOf, pairIdOf, parseLinkText } from '../domain/link';
import { type LinkDocument, linkDocumentOf, linkKey, pairLinksPartition } from '../domain/link-document';
import type { Problem } from '../domain/problem';
import { listedLinkKey, WAITING_LINKS, waits } from '../domain/waiting-link';
import type { Item, Store } from '../ports/store';
import { isShown, LinkView } from './link-view';
import { printPageToken } from './page-token';
import { type Parameters, type RawParameters, readParameters, readPosition } from './query-parameters';
import { readPages, type Source } from './read-pages';

const FILTERS = ['permissionSet', 'principalType', 'principalName', 'scope', 'linkData', 'waiting'] as const;
type Filter = (typeof FILTERS)[number];

/** `GET /links`: links that are declared, with how they stand. */
export async function listLinks(store: Store, requestId: string, raw: RawParameters): Promise<Answer> {
  const parameters = readParameters(raw, [...FILTERS, 'nextToken']);
  if (!parameters.ok) return invalid(parameters.problems, requestId);
  const { nextToken, ...filters } = parameters.value;
  const problems = linkDataProblems(filters.linkData);
  if (problems.length > 0) return invalid(problems, requestId);
  const question = `links ${JSON.stringify(Object.entries(filters).sort())}`;
  const position = readPosition(nextToken, question, 1);
  if (!position.ok) return invalid(position.problems, requestId);
  const view = new LinkView(store);
  const { entries, next } = await readPages([sourceFor(store, filters)], position.value, (items) =>
    Promise.all(
      items
        .map(linkDocumentOf)
        .filter((link) => isShown(link) && fits(link, filters))
        .map((link) => view.show(link)),
    ),
  );
  return ok({ links: entries, ...(next ? { nextToken: printPageToken(next, question) } : {}) });
}

/** `GET /links/{linkId}`. */
export async function getLink(store: Store, requestId: string, asked: string): Promise<Answer> {
  const found = await store.queryIndex({
    table: 'links',
    index: 'byLinkId',
    partition: { name: 'linkId', value: asked },
    limit: 1,
  });
  const [indexed] = found.items;
  // The index lags: the document is read anew.
  const item = indexed && (await store.get({ table: 'links', pk: indexed.pk, sk: indexed.sk }));
  if (!item || !isShown(linkDocumentOf(item))) return notFound(`There is no link ${asked}`, requestId);
  return ok(await new LinkView(store).show(linkDocumentOf(item)));
}

function linkDataProblems(linkData: string | undefined): readonly Problem[] {
  if (linkData === undefined) return [];
  const parsed = parseLinkText(linkData);
  return parsed.ok ? [] : parsed.problems;
}

/** One link, what waits or one pair when the filters name it; else all links. */
function sourceFor(store: Store, filters: Parameters<Filter>): Source {
  const { linkData, permissionSet, principalType, principalName, waiting } = filters;
  if (linkData !== undefined) return oneLink(store, linkData);
  if (waiting === 'true') return linksThatWait(store);
  if (permissionSet && principalType && principalName) {
    const principal = { type: principalType as PrincipalType, name: principalName };
    const pk = pairLinksPartition(pairIdOf({ permissionSetName: permissionSet as PermissionSetName, principal }));
    return (limit, after) => store.query({ table: 'links', pk, limit, ...(after ? { after } : {}) });
  }
  return (limit, after) => store.scan({ table: 'links', limit, ...(after ? { after } : {}) });
}

function linksThatWait(store: Store): Source {
  return async (limit, after) => {
    const page = await store.query({ table: 'control', pk: WAITING_LINKS, limit, ...(after ? { after } : {}) });
    return { ...page, items: await store.getMany(page.items.map(listedLinkKey)) };
  };
}

function oneLink(store: Store, linkData: string): Source {
  return async () => {
    const parsed = parseLinkText(linkData);
    if (!parsed.ok) return { items: [] };
    const link = parsed.value;
    const item: Item | undefined = await store.get(linkKey({ pairId: pairIdOf(link), linkId: linkIdOf(link) }));
    return { items: item ? [item] : [] };
  };
}

function fits(link: LinkDocument, filters: Parameters<Filter>): boolean {
  const { permissionSet, principalType, principalName, scope, waiting } = filters;
  return (
    (waiting === undefined || waits(link) === (waiting === 'true')) &&
    (permissionSet === undefined || link.permissionSetName === permissionSet) &&
    (principalType === undefined || link.principalType === principalType) &&
    (principalName === undefined || link.principalName === principalName) &&
    (scope === undefined || scope === link.scopeType || scope === `${link.scopeType}%${link.scopeValue}`)
  );
}
