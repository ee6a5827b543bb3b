import type { DeclaredLink } from '../../lambda/domain/exported-files';
import { parseStructuredLink } from '../../lambda/domain/link';
import { limitsOf } from '../../lambda/domain/link-limits';
import { type PermissionSet, parsePermissionSet } from '../../lambda/domain/permission-set';
import type { Problem } from '../../lambda/domain/problem';
import type { Answered, Api } from './signed-api';

/** Every link that is declared. One that was deleted is not, whatever its deletion waits for. */
export async function readLinks(api: Api): Promise<DeclaredLink[]> {
  const links: DeclaredLink[] = [];
  for await (const { links: page } of pages(api, '/links')) {
    for (const { link, linkId, deleted } of page) if (!deleted) links.push(declaredLink(link, linkId));
  }
  return links;
}

/** Every permission set that is declared. */
export async function readPermissionSets(api: Api): Promise<PermissionSet[]> {
  const documents: PermissionSet[] = [];
  for await (const { permissionSets: page } of pages(api, '/permission-sets')) {
    for (const { document, permissionSetName, status } of page) {
      if (status === 'DELETING') continue;
      const parsed = parsePermissionSet(document, 'document');
      if (!parsed.ok) throw new Error(unreadable(`permission set ${permissionSetName}`, parsed.problems));
      documents.push(parsed.value);
    }
  }
  return documents;
}

/** Every entry of a list of the API, all pages. */
export async function readAll(api: Api, path: string, property: string): Promise<Answered[]> {
  const entries: Answered[] = [];
  for await (const page of pages(api, path)) entries.push(...page[property]);
  return entries;
}

/** All pages of a listing, one after the other. */
export async function* pages(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<Answered> {
  let nextToken: string | undefined;
  do {
    const page: Answered = await api.get(path, { ...query, ...(nextToken ? { nextToken } : {}) });
    yield page;
    nextToken = page.nextToken;
  } while (nextToken);
}

function declaredLink(link: Answered, linkId: string): DeclaredLink {
  const parsed = parseStructuredLink(link, 'link');
  if (!parsed.ok) throw new Error(unreadable(`link ${linkId}`, parsed.problems));
  return { link: parsed.value, limits: limitsOf(link) };
}

/** Nothing is left out silently: what is not understood ends the command. */
function unreadable(what: string, problems: readonly Problem[]): string {
  const told = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  return `The API answered a ${what} that this version does not understand; use the version that is deployed: ${told}`;
}
