import fc from 'fast-check';
import { expandScopes, type ScopedLink } from '../../lambda/domain/claims';
import type { DeclaredLink } from '../../lambda/domain/exported-files';
import { type FoldProposal, foldLinks, tagKeysInUse } from '../../lambda/domain/fold';
import { foldDocumentOf, foldSummary, parseFoldDocuments } from '../../lambda/domain/fold-document';
import type { AccountId, OrganizationalUnitId, PermissionSetArn, PrincipalId } from '../../lambda/domain/ids';
import type { LedgerRow } from '../../lambda/domain/ledger-row';
import { type Link, linkIdOf, printLink } from '../../lambda/domain/link';
import type { LinkLimits } from '../../lambda/domain/link-limits';
import { type Account, indexOrganization } from '../../lambda/domain/organization';
import { operationOf, type PairInput, planPair } from '../../lambda/domain/plan';
import type { Scope } from '../../lambda/domain/scope';
import { account, linkWith, root } from '../support/links';

const MANAGEMENT = '200000000000' as AccountId;
const UNITS = ['ou-ab12-payments', 'ou-ab12-workloads', 'ou-ab12-sandboxes'] as OrganizationalUnitId[];
const [PAYMENTS, WORKLOADS] = UNITS as [OrganizationalUnitId, OrganizationalUnitId];

const id = (number: number) => String(200000000000 + number);
const single = (number: number): Scope => ({ type: 'account', accountId: id(number) as AccountId });
const unit = (organizationalUnitId: OrganizationalUnitId): Scope => ({ type: 'ou_id', organizationalUnitId });
const tag = (value: string, key = 'team'): Scope => ({ type: 'account_tag', key, value });
const declared = (scope: Scope, limits: LinkLimits = {}): DeclaredLink => ({ link: linkWith(scope), limits });

function fold(accounts: readonly Account[], links: readonly DeclaredLink[], tagKeys = ['team'], nested = true) {
  const organization = indexOrganization(MANAGEMENT, accounts);
  return foldLinks(links, organization, { supportNestedOu: nested, tagKeys: new Set(tagKeys) });
}

/** Scopes of proposals with how many links each replaces. */
const told = (proposals: readonly FoldProposal[]) =>
  proposals.map(({ by, replaces }) => `${printLink(by).split('%').slice(0, 2).join('%')} ${replaces.length}`);

function folded(links: readonly DeclaredLink[], proposals: readonly FoldProposal[]): DeclaredLink[] {
  const gone = new Set(proposals.flatMap(({ replaces }) => replaces.map(linkIdOf)));
  const added = proposals.filter(({ isDeclared }) => !isDeclared).map(({ by }) => ({ link: by, limits: {} }));
  return [...links.filter(({ link }) => !gone.has(linkIdOf(link))), ...added];
}

function scoped({ link, limits }: DeclaredLink): ScopedLink {
  const except = limits.except ? { except: limits.except } : {};
  return { linkId: linkIdOf(link), linkData: printLink(link), scope: link.scope, ...except };
}

const anyAccount = fc
  .record({
    number: fc.integer({ min: 0, max: 12 }),
    parents: fc.constantFrom([], [PAYMENTS, WORKLOADS], [WORKLOADS], ['ou-ab12-sandboxes']),
    tags: fc.record({ team: fc.constantFrom('Finance', 'Data'), Name: fc.constant('x') }, { requiredKeys: [] }),
    state: fc.constantFrom('ACTIVE' as const, 'ACTIVE' as const, 'ACTIVE' as const, 'SUSPENDED' as const),
  })
  .map(({ number, parents, tags, state }) => account(id(number), parents, tags as Record<string, string>, state));
const anyOrganization = fc.uniqueArray(anyAccount, { selector: (one) => one.id, minLength: 3, maxLength: 12 });
const anyLimits: fc.Arbitrary<LinkLimits> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  fc.constant({ expiresAt: '2030-01-01T00:00:00Z' }),
  fc.constant({ notBefore: '2030-01-01T00:00:00Z' }),
  fc.constant({ except: { accounts: [id(1) as AccountId] } }),
);
const anyWider: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant({ type: 'root' as const }),
  fc.constantFrom(...UNITS, root).map(unit),
  fc.constantFrom('Finance', 'Data').map((value) => tag(value)),
);
/** Links of most accounts, and a few wider ones. */
const anyLinks = fc
  .tuple(
    fc.subarray([...Array(13).keys()].map(single), { minLength: 7 }),
    fc.array(anyWider, { maxLength: 2 }),
    fc.array(anyLimits, { minLength: 15, maxLength: 15 }),
  )
  .map(([accounts, wider, limits]) => [...accounts, ...wider].map((scope, index) => declared(scope, limits[index])))
  .map((links) => [...new Map(links.map((one) => [linkIdOf(one.link), one])).values()]);

describe('folding', () => {
  test('claims the same accounts afterwards, at every time, with fewer links; folding again finds nothing', () => {
    let proposed = 0;
    fc.assert(
      fc.property(anyOrganization, anyLinks, fc.boolean(), (accounts, links, nested) => {
        const organization = indexOrganization(MANAGEMENT, accounts);
        const proposals = fold(accounts, links, ['team'], nested);
        proposed += proposals.length;
        const fewer = folded(links, proposals);
        const isLasting = ({ limits }: DeclaredLink) => !limits.expiresAt && !limits.notBefore;
        for (const claims of [isLasting, () => true]) {
          const claimed = (some: readonly DeclaredLink[]) =>
            [...expandScopes(some.filter(claims).map(scoped), organization, nested).keys()].sort();
          expect(claimed(fewer)).toEqual(claimed(links));
        }
        const document = JSON.parse(JSON.stringify(proposals.map(foldDocumentOf)));
        expect(parseFoldDocuments(document)).toEqual({ ok: true, value: document });
        if (proposals.length > 0) expect(fewer.length).toBeLessThan(links.length);
        expect(fold(accounts, fewer, ['team'], nested)).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(proposed).toBeGreaterThan(50);
  });

  test('plans no creation and no removal, neither when the wider links are there nor when the others are gone', () => {
    fc.assert(
      fc.property(anyOrganization, anyLinks, fc.boolean(), (accounts, links, nested) => {
        const proposals = fold(accounts, links, ['team'], nested);
        const input = (some: readonly DeclaredLink[], rows: readonly LedgerRow[]): PairInput => ({
          pair: {
            permissionSetName: linkWith({ type: 'root' }).permissionSetName,
            permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1' as PermissionSetArn,
            principalType: 'GROUP',
            principalName: 'team-Accountants',
            principalId: 'f81d4fae' as PrincipalId,
          },
          links: some.map(scoped),
          deletedLinks: new Set(proposals.flatMap(({ replaces }) => replaces.map(linkIdOf))),
          outOfTime: new Map(),
          resubmitted: new Set(),
          retriesParked: false,
          rows,
          organization: indexOrganization(MANAGEMENT, accounts),
          supportNestedOu: nested,
          resolves: true,
          existing: new Set(),
          imported: new Set(),
          planId: 'plan',
        });
        const rows = planPair(input(links, [])).map(
          ({ row }) => ({ ...row, generation: 1, revision: 1, applied: 1 }) as LedgerRow,
        );
        const added = proposals.filter(({ isDeclared }) => !isDeclared).map(({ by }) => ({ link: by, limits: {} }));
        for (const some of [[...links, ...added], folded(links, proposals)]) {
          expect(planPair(input(some, rows)).flatMap((change) => operationOf(change) ?? [])).toEqual([]);
        }
      }),
    );
  });

  test('does not depend on the order of links and accounts', () => {
    fc.assert(
      fc.property(anyOrganization, anyLinks, (accounts, links) => {
        expect(fold([...accounts].reverse(), [...links].reverse())).toEqual(fold(accounts, links));
      }),
    );
  });

  const nine = [
    ...[1, 2, 3].map((number) => account(id(number), [PAYMENTS, WORKLOADS], { team: 'Finance', Name: 'x' })),
    ...[4, 5].map((number) => account(id(number), [WORKLOADS], { team: 'Finance' })),
    ...[6, 7].map((number) => account(id(number), [], { team: 'Data', Name: 'x' })),
    account(MANAGEMENT),
    account(id(8), [WORKLOADS], {}, 'SUSPENDED'),
  ];
  const accountLinks = (...numbers: number[]) => numbers.map((number) => declared(single(number)));

  test('prefers the root, then units, then tags', () => {
    expect(told(fold(nine, accountLinks(1, 2, 3, 4, 5, 6, 7)))).toEqual(['root%all 7']);
    expect(told(fold(nine, accountLinks(1, 2, 3, 4, 5, 6)))).toEqual([`ou_id%${WORKLOADS} 5`]);
    expect(told(fold(nine, accountLinks(1, 2, 3, 4, 5), ['team'], false))).toEqual(['account_tag%team^Finance 5']);
    expect(told(fold(nine, accountLinks(1, 2, 3, 6, 7)))).toEqual(['account_tag%team^Data 2', `ou_id%${PAYMENTS} 3`]);
  });

  test('proposes the lower of two units with the same accounts', () => {
    const two = [1, 2].map((number) => account(id(number), [PAYMENTS, WORKLOADS]));
    expect(told(fold([...two, account(id(3))], accountLinks(1, 2)))).toEqual([`ou_id%${PAYMENTS} 2`]);
  });

  test('proposes tags only of the keys it was given', () => {
    expect(fold(nine, accountLinks(6, 7), [], true)).toEqual([]);
    expect(told(fold(nine, accountLinks(1, 2, 3, 6, 7), ['Name']))).toEqual(['account_tag%Name^x 5']);
    expect(
      tagKeysInUse([declared(tag('b')), declared(tag('a', 'env')), declared(tag('a')), ...accountLinks(1)]),
    ).toEqual(['env', 'team']);
  });

  test('never covers an account that has no lasting access', () => {
    expect(fold(nine, accountLinks(1, 2), [])).toEqual([]);
    const timed = declared(single(3), { expiresAt: '2030-01-01T00:00:00Z' });
    expect(fold(nine, [...accountLinks(1, 2), timed], [])).toEqual([]);
    expect(told(fold(nine, [...accountLinks(1, 2), declared(tag('Finance'))], []))).toEqual([
      'account_tag%team^Finance 2',
    ]);
  });

  test('replaces what a wider link covers already, and leaves a wider link that ends', () => {
    expect(fold(nine, [...accountLinks(1), declared(unit(WORKLOADS))])).toEqual([
      {
        by: linkWith(unit(WORKLOADS)),
        isDeclared: true,
        replaces: [linkWith(single(1))],
        why: 'is there already and covers this account',
      },
    ]);
    const ending = declared({ type: 'root' }, { expiresAt: '2030-01-01T00:00:00Z' });
    expect(told(fold(nine, [...accountLinks(1, 2, 3, 4, 5, 6, 7), ending], []))).toEqual([`ou_id%${root} 7`]);
    expect(fold(nine, [...accountLinks(1), ending])).toEqual([]);
  });

  test('is told to people with what is created, kept and deleted, and why', () => {
    const proposals = fold(nine, [...accountLinks(1, 2, 3, 6), declared(tag('Data'))], []);
    const of = (scope: string) => `${scope}%Billing-ps%team-Accountants%GROUP%ssofile`;
    expect(foldSummary(proposals).split('\n')).toEqual([
      '1 wider links in place of 4 links to single accounts; the same accounts have the same access.',
      '',
      `keep   ${of('account_tag%team^Data')}`,
      '       is there already and covers this account',
      `delete ${of(`account%${id(6)}`)}`,
      '',
      `create ${of(`ou_id%${PAYMENTS}`)}`,
      '       covers 3 accounts now, and all of them have this access: 3 by these links',
      ...[1, 2, 3].map((number) => `delete ${of(`account%${id(number)}`)}`),
      '',
    ]);
    expect(foldSummary([])).toContain('0 wider links');
  });

  test('keeps pairs apart, and says why', () => {
    const other = (link: Link): Link => ({ ...link, principal: { type: 'USER', name: 'alice' } });
    const ofAlice = accountLinks(4, 5).map(({ link }) => ({ link: other(link), limits: {} }));
    expect(fold(nine, [...accountLinks(1, 2, 3), ...ofAlice], [])).toEqual([
      {
        by: linkWith(unit(PAYMENTS)),
        isDeclared: false,
        replaces: [1, 2, 3].map((number) => linkWith(single(number))),
        why: 'covers 3 accounts now, and all of them have this access: 3 by these links',
      },
    ]);
    const [mixed] = fold(
      nine,
      [...accountLinks(1, 2, 3, 4), declared(tag('Finance'), { except: { accounts: accountsOf(1, 2, 3, 4) } })],
      [],
    );
    expect(mixed?.why).toBe(
      'covers 5 accounts now, and all of them have this access: 4 by these links, 1 by other links that stay or are folded, too',
    );
  });

  const accountsOf = (...numbers: number[]) => numbers.map((number) => id(number) as AccountId);
});
