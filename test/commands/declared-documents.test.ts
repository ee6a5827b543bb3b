import { readLinks, readPermissionSets } from '../../bin/commands/declared-documents';
import type { Api } from '../../bin/commands/signed-api';
import { structuredLinkOf } from '../../lambda/domain/link';
import { parsedLink } from '../support/any-link';

const LINKS = ['root%all%Ps%one%GROUP%ssofile', 'root%all%Ps%two%GROUP%ssofile'].map(parsedLink);

/** An API whose pages are given. */
function answering(...pages: readonly Readonly<Record<string, unknown>>[]): Api {
  return {
    get: async (_, { nextToken = '0' } = {}) => {
      const next = Number(nextToken) + 1;
      return { ...pages[Number(nextToken)], ...(next < pages.length ? { nextToken: String(next) } : {}) };
    },
    post: () => Promise.reject(new Error('Reading posts nothing.')),
  };
}

test('links of all pages are read, empty ones among them, with their limits; deleted ones are not declared', async () => {
  const [one, two] = LINKS;
  if (!one || !two) throw new Error('There are two links.');
  const limits = { notBefore: '2026-10-01T08:00:00Z', except: { tags: [{ key: 'frozen' }] } };
  const api = answering(
    { links: [{ linkId: 'a', status: 'HELD', link: structuredLinkOf(one, limits) }] },
    { links: [] },
    { links: [{ linkId: 'b', status: 'HELD', deleted: true, link: structuredLinkOf(two) }] },
    { links: [{ linkId: 'c', status: 'COMPLETED', link: structuredLinkOf(two) }] },
  );
  expect(await readLinks(api)).toEqual([
    { link: one, limits },
    { link: two, limits: {} },
  ]);
});

test('permission sets that are being deleted are not declared', async () => {
  const set = (permissionSetName: string, status: string) => ({
    permissionSetName,
    status,
    document: { permissionSetName },
  });
  const api = answering(
    { permissionSets: [set('One', 'COMPLETED'), set('Two', 'DELETING')] },
    { permissionSets: [set('Three', 'FAILED')] },
  );
  expect(await readPermissionSets(api)).toEqual([{ permissionSetName: 'One' }, { permissionSetName: 'Three' }]);
});

test('what is not understood ends the reading, and is named with the field', async () => {
  const permissionSets = [
    { permissionSetName: 'One', status: 'COMPLETED', document: { permissionSetName: 'One', newer: 1 } },
  ];
  await expect(readPermissionSets(answering({ permissionSets }))).rejects.toThrow(
    /permission set One .* document\.newer/,
  );
  const links = [{ linkId: 'abc', status: 'COMPLETED', link: { scope: { type: 'planet' } } }];
  await expect(readLinks(answering({ links }))).rejects.toThrow(/link abc .* link\.scope/);
});
