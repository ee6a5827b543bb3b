import type { AccountId, PermissionSetName, PrincipalId } from '../../lambda/domain/ids';
import { linkIdOf } from '../../lambda/domain/link';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { ManagedAssignment, ReadEntry } from '../../lambda/domain/region-switch';
import {
  compareWithBundle,
  isRecreated,
  type LinkStanding,
  type Standing,
} from '../../lambda/domain/region-switch-comparison';
import { planSubmissions } from '../../lambda/domain/region-switch-plan';
import { parsedLink } from '../support/any-link';

const DOCUMENT: PermissionSet = { permissionSetName: 'Ps', description: 'd' };
const LINK = parsedLink('root%all%Ps%team%GROUP%ssofile');

function assignment(accountId: string) {
  return {
    accountId: accountId as AccountId,
    permissionSetName: 'Ps' as PermissionSetName,
    principalType: 'GROUP' as const,
    principalName: 'team',
  };
}

function read(accountId: string): ReadEntry {
  return { kind: 'assignment', principalId: 'id' as PrincipalId, ...assignment(accountId) };
}

const live = (document: PermissionSet): ReadEntry => ({
  kind: 'permissionSet',
  permissionSetName: document.permissionSetName as PermissionSetName,
  document,
});

function standingOf(managed: readonly ManagedAssignment[], link: Partial<LinkStanding> = {}): Standing {
  const { accountId: _, ...pair } = assignment('');
  const shown = { linkId: 'a', linkData: 'text', status: 'COMPLETED', waitingFor: [], skipped: [], ...pair, ...link };
  const set = { permissionSetName: 'Ps' as PermissionSetName, document: DOCUMENT, status: 'COMPLETED' };
  return { links: [shown], permissionSets: [set], managed };
}

const expected = { permissionSets: [DOCUMENT], assignments: [assignment('200000000001')] };
const same = (name: string) => name;

test('what is as it was is equal', () => {
  const comparison = compareWithBundle(expected, [live(DOCUMENT), read('200000000001')], standingOf([]), same);
  expect(comparison).toEqual({
    permissionSets: { equal: 1, different: [], missing: [] },
    assignments: { equal: 1, missing: [], additional: [] },
  });
  expect(isRecreated(comparison)).toBe(true);
});

test.each<[string, Standing, RegExp]>([
  [
    'a row that failed',
    standingOf([{ ...assignment('200000000001'), state: 'FAILED', claims: ['text'], error: 'no' }]),
    /^it is FAILED: no$/,
  ],
  ['a link that waits', standingOf([], { waitingFor: ['principal: GROUP team'] }), /^principal: GROUP team$/],
  [
    'a link that skips the account',
    standingOf([], { skipped: [{ accountId: '200000000001', message: 'SUSPENDED' }] }),
    /^SUSPENDED$/,
  ],
  ['a link of other accounts', standingOf([]), /^no link covers the account: text is COMPLETED$/],
  ['no link', { ...standingOf([]), links: [] }, /^no link of this permission set/],
])('an assignment is missing with the reason: %s', (_, standing, why) => {
  const comparison = compareWithBundle(expected, [live(DOCUMENT)], standing, same);
  expect(comparison.assignments.missing).toEqual([{ ...assignment('200000000001'), why: expect.stringMatching(why) }]);
  expect(isRecreated(comparison)).toBe(false);
});

test('a permission set is different in fields, or missing, and what came is told', () => {
  const other = { ...DOCUMENT, relayState: 'https://example.com' };
  const standing = standingOf([{ ...assignment('200000000002'), state: 'PROVISIONED', claims: ['text'] }]);
  const found = [live(other), read('200000000001'), read('200000000002'), read('200000000003')];
  const { permissionSets, assignments } = compareWithBundle(expected, found, standing, same);
  expect(permissionSets.different).toMatchObject([{ permissionSetName: 'Ps', fields: [{ field: 'relayState' }] }]);
  expect(assignments.additional.map(({ why }) => why)).toEqual([
    'it is claimed by text',
    'it is not managed by the installation',
  ]);
  const missing = compareWithBundle(expected, [], { ...standing, permissionSets: [] }, same).permissionSets.missing;
  expect(missing).toEqual([{ permissionSetName: 'Ps', why: 'it is not declared in the installation' }]);
});

test('only what is not declared yet, and what failed, is submitted; what is declared otherwise stays', () => {
  const bundle = { permissionSets: [DOCUMENT], links: [{ link: LINK, limits: {} }] };
  const present = (status: string, document = DOCUMENT, limits = {}) => ({
    links: [{ link: LINK, limits }],
    standingOfLinks: [{ linkId: linkIdOf(LINK), status }],
    permissionSets: [{ permissionSetName: 'Ps' as PermissionSetName, document, status }],
  });
  const counts = (...given: Parameters<typeof present>) => {
    const plan = planSubmissions(bundle, present(...given));
    return [plan.permissionSets.length, plan.links.length, plan.conflicts.length];
  };
  expect(planSubmissions(bundle, { links: [], standingOfLinks: [], permissionSets: [] })).toEqual({
    ...bundle,
    conflicts: [],
  });
  expect(counts('COMPLETED')).toEqual([0, 0, 0]);
  expect(counts('COMPLETED_WITH_FAILURES')).toEqual([1, 1, 0]);
  expect(counts('COMPLETED', { ...DOCUMENT, relayState: 'x' }, { expiresAt: '2099-01-01T00:00:00Z' })).toEqual([
    0, 0, 2,
  ]);
});
