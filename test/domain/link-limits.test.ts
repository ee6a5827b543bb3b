import fc from 'fast-check';
import { coverage, expandScopes, type ScopedLink } from '../../lambda/domain/claims';
import type { AccountId, LinkId, OrganizationalUnitId } from '../../lambda/domain/ids';
import { type LinkLimits, outOfTime, timeProblems } from '../../lambda/domain/link-limits';
import { indexOrganization } from '../../lambda/domain/organization';
import type { Scope } from '../../lambda/domain/scope';
import type { ScopeExceptions } from '../../lambda/domain/scope-exceptions';
import { account, root, scopedLink } from '../support/links';

const UNITS = ['ou-ab12-workloads', 'ou-ab12-payments', 'ou-ab12-sandboxes', root] as OrganizationalUnitId[];
const organization = indexOrganization('111111111111' as AccountId, [
  account('111111111111'),
  account('200000000001', ['ou-ab12-payments', 'ou-ab12-workloads'], { team: 'Finance' }),
  account('200000000002', ['ou-ab12-workloads'], { team: 'Data' }),
  account('200000000003', ['ou-ab12-sandboxes'], { frozen: '' }),
  account('200000000004', ['ou-ab12-sandboxes'], {}, 'SUSPENDED'),
  account('200000000005'),
]);
const ids = (...numbers: number[]) => numbers.map((number) => String(200000000000 + number) as AccountId);
const EVERY = { type: 'root' } as const;

describe('accounts that are excepted', () => {
  test.each<[what: string, except: ScopeExceptions, nested: boolean, covered: AccountId[]]>([
    ['by id', { accounts: ids(1, 9) }, true, ids(2, 3, 5)],
    ['by unit with its subtree', { organizationalUnits: UNITS.slice(0, 1) }, true, ids(3, 5)],
    ['by unit without it', { organizationalUnits: UNITS.slice(0, 1) }, false, ids(1, 3, 5)],
    ['by the root with all below', { organizationalUnits: [root] }, true, []],
    ['by the root itself', { organizationalUnits: [root] }, false, ids(1, 2, 3)],
    ['by tag and value', { tags: [{ key: 'team', value: 'Finance' }] }, true, ids(2, 3, 5)],
    ['by the key of a tag', { tags: [{ key: 'team' }] }, true, ids(3, 5)],
    ['by an empty value', { tags: [{ key: 'frozen', value: '' }] }, true, ids(1, 2, 5)],
    ['by a key that every object has', { tags: [{ key: 'constructor' }] }, true, ids(1, 2, 3, 5)],
    ['in several ways', { accounts: ids(5), tags: [{ key: 'team', value: 'Data' }] }, true, ids(1, 3)],
  ])('%s are not covered', (_, except, nested, covered) => {
    expect(coverage(EVERY, organization, nested, except).accountIds).toEqual(covered);
  });

  test('are told as left out only when the scope names the account itself, and are not waited for', () => {
    const scope = (number: number): Scope => ({ type: 'account', accountId: ids(number)[0] as AccountId });
    const left = (number: number, except: ScopeExceptions) => coverage(scope(number), organization, true, except);
    const excepted = (id: string) => ({
      accountIds: [],
      skipped: [{ accountId: id, message: `${id} is excepted by the link` }],
      waitingFor: [],
    });
    expect(left(1, { tags: [{ key: 'team' }] })).toEqual(excepted('200000000001'));
    expect(left(9, { accounts: ids(9) })).toEqual(excepted('200000000009'));
    expect(left(1, { accounts: ids(2) }).accountIds).toEqual(ids(1));
    expect(coverage(EVERY, organization, true, { accounts: ids(1, 4) }).skipped).toMatchObject([
      { accountId: '111111111111' },
    ]);
  });

  test('are still covered by another link of the pair', () => {
    const narrowed: ScopedLink = { ...scopedLink(EVERY), except: { accounts: ids(1, 2) } };
    const single = scopedLink({ type: 'account', accountId: '200000000001' as AccountId });
    const claims = expandScopes([narrowed, single], organization, true);
    expect([...claims.keys()].sort()).toEqual(ids(1, 3, 5));
    expect(claims.get('200000000001' as AccountId)?.map(({ linkId }: { linkId: LinkId }) => linkId)).toEqual([
      single.linkId,
    ]);
  });

  const scopes = fc.oneof(
    fc.constant<Scope>(EVERY),
    fc.constantFrom(...UNITS).map((id): Scope => ({ type: 'ou_id', organizationalUnitId: id })),
    fc.constantFrom('Finance', 'Data').map((value): Scope => ({ type: 'account_tag', key: 'team', value })),
    fc.integer({ min: 1, max: 7 }).map((n): Scope => ({ type: 'account', accountId: ids(n)[0] as AccountId })),
  );
  const exceptions: fc.Arbitrary<ScopeExceptions> = fc.record(
    {
      accounts: fc.subarray(ids(1, 2, 3, 4, 5, 6), { minLength: 1 }),
      organizationalUnits: fc.subarray(UNITS, { minLength: 1 }),
      tags: fc.subarray([{ key: 'team' }, { key: 'team', value: 'Data' }, { key: 'frozen', value: 'x' }], {
        minLength: 1,
      }),
    },
    { requiredKeys: [] },
  );

  test('never widen a link, and more of them never do', () => {
    let narrower = 0;
    fc.assert(
      fc.property(scopes, exceptions, exceptions, fc.boolean(), (scope, one, other, nested) => {
        const covered = (except?: ScopeExceptions) => coverage(scope, organization, nested, except).accountIds;
        const all = covered();
        const some = covered(one);
        expect(all).toEqual(expect.arrayContaining([...some]));
        expect(some).toEqual(expect.arrayContaining([...covered({ ...other, ...one })]));
        if (some.length < all.length) narrower += 1;
      }),
      { numRuns: 300 },
    );
    expect(narrower).toBeGreaterThan(30);
  });
});

describe('the time of a link', () => {
  const limits: LinkLimits = { notBefore: '2026-06-01T02:00:00+02:00', expiresAt: '2026-07-01T00:00:00Z' };
  const at = (text: string) => outOfTime(limits, Date.parse(text));

  test('begins with notBefore and ends before expiresAt', () => {
    expect(at('2026-05-31T23:59:59.999Z')).toEqual({ phase: 'early', message: 'begins at 2026-06-01T02:00:00+02:00' });
    expect(at('2026-06-01T00:00:00Z')).toBeUndefined();
    expect(at('2026-06-30T23:59:59.999Z')).toBeUndefined();
    expect(at('2026-07-01T00:00:00Z')).toEqual({ phase: 'over', message: 'expired at 2026-07-01T00:00:00Z' });
    expect(outOfTime({}, 0)).toBeUndefined();
  });

  test.each<[what: string, link: unknown, problems: RegExp[]]>([
    ['to come', limits, []],
    ['over already', { expiresAt: '2026-05-01T00:00:00Z' }, [/still to come.*2026-05-01T00:00:00Z.*later/]],
    ['ending at its beginning', { ...limits, notBefore: limits.expiresAt }, [/after notBefore/]],
    ['wrong in both ways', { notBefore: '2026-06-01T00:00:00Z', expiresAt: '2020-01-01T00:00:00Z' }, [/come/, /after/]],
    ['no time at all', { expiresAt: 'soon', notBefore: 1 }, []],
    ['of no link', null, []],
  ])('%s', (_, link, problems) => {
    const found = timeProblems(link, 'link', Date.parse('2026-05-01T00:00:00Z'));
    expect(found).toEqual(
      problems.map((message) => ({ path: 'link.expiresAt', message: expect.stringMatching(message) })),
    );
  });
});
