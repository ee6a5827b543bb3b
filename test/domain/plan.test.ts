import fc from 'fast-check';
import { coverage, expandScopes, type ScopedLink } from '../../lambda/domain/claims';
import type { AccountId, LinkId, OrganizationalUnitId, PermissionSetArn, PrincipalId } from '../../lambda/domain/ids';
import type { LedgerRow } from '../../lambda/domain/ledger-row';
import { type Account, indexOrganization } from '../../lambda/domain/organization';
import { type Change, operationOf, type PairInput, planPair } from '../../lambda/domain/plan';
import type { Scope } from '../../lambda/domain/scope';
import { account, linkWith, root, scopedLink } from '../support/links';

const MANAGEMENT = '111111111111' as AccountId;
const UNITS = ['ou-ab12-workloads', 'ou-ab12-sandboxes', 'ou-ab12-payments'] as OrganizationalUnitId[];

const pair: PairInput['pair'] = {
  permissionSetName: linkWith({ type: 'root' }).permissionSetName,
  permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-aaaabbbbccccdddd' as PermissionSetArn,
  principalType: 'GROUP',
  principalName: 'team-Accountants',
  principalId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6' as PrincipalId,
};

function input(accounts: readonly Account[], links: readonly ScopedLink[], rows: readonly LedgerRow[] = []): PairInput {
  return {
    pair,
    links,
    deletedLinks: new Set(),
    outOfTime: new Map(),
    resubmitted: new Set(),
    retriesParked: false,
    rows,
    organization: indexOrganization(MANAGEMENT, accounts),
    supportNestedOu: true,
    resolves: true,
    existing: new Set(),
    imported: new Set(),
    planId: 'plan-1',
  };
}

/** What the rows become when the planner's change is committed and the worker succeeds. */
function applied(rows: readonly LedgerRow[], changes: readonly Change[]): LedgerRow[] {
  const next = new Map(rows.map((row) => [row.accountId, row]));
  for (const change of changes) {
    const { accountId } = change.row;
    if (change.type === 'insert') next.set(accountId, { ...change.row, generation: 1, revision: 1, applied: 1 });
    else if (change.type === 'revise' && !change.desired) next.delete(accountId);
    else if (change.type === 'revise') {
      const generation = change.row.generation + 1;
      const { unreachable: _, parked: __, ...row } = change.row;
      next.set(accountId, { ...row, desired: true, claims: change.claims, generation, applied: generation });
    } else if (change.type === 'claims') next.set(accountId, { ...change.row, claims: change.claims });
    else if (change.type === 'unreachable') next.set(accountId, { ...change.row, unreachable: change.message });
    else if (change.type === 'reachable') {
      const { unreachable: _, ...row } = change.row;
      next.set(accountId, { ...row, claims: change.claims });
    }
  }
  return [...next.values()];
}

const arbitraryAccount = fc
  .record({
    number: fc.integer({ min: 0, max: 30 }),
    parents: fc.subarray(UNITS),
    team: fc.option(fc.constantFrom('Finance', 'Data')),
    state: fc.constantFrom('ACTIVE' as const, 'ACTIVE' as const, 'SUSPENDED' as const),
  })
  .map(({ number, parents, team, state }) =>
    account(String(200000000000 + number), parents, team ? { team } : {}, state),
  );
const arbitraryOrganization = fc.uniqueArray(arbitraryAccount, { selector: ({ id }) => id, maxLength: 20 });
const arbitraryScope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant({ type: 'root' as const }),
  fc.constantFrom(...UNITS, root).map((id) => ({ type: 'ou_id' as const, organizationalUnitId: id })),
  fc.constantFrom('Finance', 'Data').map((value) => ({ type: 'account_tag' as const, key: 'team', value })),
  fc
    .integer({ min: 0, max: 35 })
    .map((n) => ({ type: 'account' as const, accountId: String(200000000000 + n) as AccountId })),
);
const arbitraryLinks = fc.uniqueArray(arbitraryScope.map(scopedLink), {
  selector: ({ linkId }) => linkId,
  maxLength: 5,
});

function wanted({ links, organization, supportNestedOu }: PairInput): AccountId[] {
  return [...expandScopes(links, organization, supportNestedOu).keys()].sort();
}

describe('planning a pair', () => {
  test('applying a plan gives what the links claim, and planning again gives nothing', () => {
    fc.assert(
      fc.property(arbitraryOrganization, arbitraryLinks, arbitraryLinks, (accounts, before, after) => {
        const first = input(accounts, before);
        const rows = applied([], planPair(first));
        const second = input(accounts, after, rows);
        const settled = applied(rows, planPair(second));
        expect(settled.map(({ accountId }) => accountId).sort()).toEqual(wanted(second));
        expect(planPair({ ...second, rows: settled })).toEqual([]);
      }),
    );
  });

  test('the same after accounts moved, were re-tagged, suspended or left', () => {
    fc.assert(
      fc.property(arbitraryOrganization, arbitraryOrganization, arbitraryLinks, (before, after, links) => {
        const rows = applied([], planPair(input(before, links)));
        const second = input(after, links, rows);
        const settled = applied(rows, planPair(second));
        const reachable = settled.filter(({ unreachable }) => unreachable === undefined);
        expect(reachable.map(({ accountId }) => accountId).sort()).toEqual(wanted(second));
        expect(planPair({ ...second, rows: settled })).toEqual([]);
      }),
    );
  });

  test('a removal never has a claim left', () => {
    fc.assert(
      fc.property(arbitraryOrganization, arbitraryLinks, arbitraryLinks, (accounts, before, after) => {
        const rows = applied([], planPair(input(accounts, before)));
        const second = input(accounts, after, rows);
        const claimed = new Set(wanted(second));
        for (const change of planPair(second)) {
          if (change.type === 'revise' && !change.desired) {
            expect(change.claims).toEqual([]);
            expect(claimed.has(change.row.accountId)).toBe(false);
          }
        }
      }),
    );
  });

  test('expansion is monotone in links, and the order of links and rows does not matter', () => {
    fc.assert(
      fc.property(arbitraryOrganization, arbitraryLinks, arbitraryLinks, (accounts, some, others) => {
        const few = wanted(input(accounts, some));
        const all = wanted(input(accounts, [...some, ...others]));
        expect(all).toEqual(expect.arrayContaining(few));
        const rows = applied([], planPair(input(accounts, some)));
        const accountsOf = (changes: Change[]) => changes.map(({ type, row }) => `${type} ${row.accountId}`).sort();
        expect(accountsOf(planPair(input(accounts, [...others].reverse(), [...rows].reverse())))).toEqual(
          accountsOf(planPair(input(accounts, others, rows))),
        );
      }),
    );
  });

  test('an unresolved pair plans no creates, but removals go on by id', () => {
    const accounts = [account('200000000001'), account('200000000002')];
    const link = scopedLink({ type: 'root' });
    const [row] = applied([], planPair(input([accounts[0] as Account], [link])));
    const unresolved = { ...input(accounts, [link], [row as LedgerRow]), resolves: false };
    expect(planPair(unresolved)).toEqual([]);
    expect(planPair({ ...unresolved, links: [] })).toMatchObject([{ type: 'revise', desired: false }]);
  });

  test('claims of links that name the same principal by another name stay until those links are planned', () => {
    const accounts = [account('200000000001'), account('200000000002')];
    const former = scopedLink({ type: 'account', accountId: '200000000001' as AccountId });
    const rows = applied([], planPair(input(accounts, [former])));
    const renamed = { ...pair, principalName: 'team-Renamed' };
    const scope = { type: 'account', accountId: '200000000002' as AccountId } as const;
    const present = {
      ...scopedLink(scope),
      linkData: `account%${scope.accountId}%Billing-ps%team-Renamed%GROUP%ssofile`,
    };
    const byPresentName = { ...input(accounts, [present], rows), pair: renamed };
    expect(planPair(byPresentName)).toMatchObject([{ type: 'insert', row: { accountId: scope.accountId } }]);
    const both = applied(rows, planPair(byPresentName));
    expect(planPair(input(accounts, [], both))).toMatchObject([{ type: 'revise', desired: false, row: rows[0] ?? {} }]);
  });

  test('every change says why', () => {
    const finance = account('444444444444', [], { team: 'Finance' });
    const link = scopedLink({ type: 'account_tag', key: 'team', value: 'Finance' });
    const changes = planPair({ ...input([finance], [link]), existing: new Set([finance.id]) });
    expect(changes).toMatchObject([
      {
        type: 'insert',
        row: { adopted: true, reason: `claimed by link ${link.linkData}; adopted, since it existed already` },
      },
    ]);
    const rows = applied([], changes);
    const untagged = input([account('444444444444')], [link], rows);
    expect(planPair(untagged)).toMatchObject([
      { reason: `no link claims it since link ${link.linkData} stopped covering 444444444444` },
    ]);
    const deleted = { ...input([finance], [], rows), deletedLinks: new Set([link.linkId]) };
    expect(planPair(deleted)).toMatchObject([{ reason: `no link claims it since link ${link.linkData} was deleted` }]);
  });

  test('where an imported link and Identity Center agree, nothing is to be applied', () => {
    const finance = account('444444444444');
    const others = account('555555555555');
    const [one, other] = [finance, others].map(({ id }) => scopedLink({ type: 'account', accountId: id }));
    const seen = {
      ...input([finance, others], [one, other] as never),
      imported: new Set([one?.linkId, other?.linkId]),
    };
    const changes = planPair({ ...seen, existing: new Set([finance.id]) } as PairInput);
    const operations = changes.map((change) => [change.row.accountId, operationOf(change)]);
    expect(Object.fromEntries(operations)).toEqual({ 444444444444: undefined, 555555555555: 'create' });
    const bySomebody = planPair({ ...input([finance], [one] as never), existing: new Set([finance.id]) });
    expect(bySomebody.map(operationOf)).toEqual(['create']);
  });

  test('what is parked is tried again when a link that claims it is submitted again, and only then', () => {
    const link = scopedLink({ type: 'account', accountId: '444444444444' as AccountId });
    const accounts = [account('444444444444')];
    const [row] = applied([], planPair(input(accounts, [link])));
    const parked = { ...(row as LedgerRow), applied: 0, parked: { generation: 1, reason: 'Not supported policy' } };
    const look = input(accounts, [link], [parked]);
    expect(planPair(look)).toEqual([]);
    expect(planPair({ ...look, resubmitted: new Set(['someotherlink' as LinkId]) })).toEqual([]);
    expect(planPair({ ...look, resubmitted: new Set([link.linkId]) })).toMatchObject([
      { type: 'revise', desired: true },
    ]);
  });

  test('a removal that is parked is tried again when any link of its pair is submitted again', () => {
    const link = scopedLink({ type: 'account_tag', key: 'team', value: 'Finance' });
    const [row] = applied([], planPair(input([account('444444444444', [], { team: 'Finance' })], [link])));
    const parked = { generation: 2, reason: '444444444444 cannot be worked in' };
    const removal = { ...(row as LedgerRow), desired: false, claims: [], generation: 2, applied: 1, parked };
    const look = input([account('444444444444')], [link], [removal]);
    expect(planPair(look)).toEqual([]);
    expect(planPair({ ...look, resubmitted: new Set([link.linkId]) })).toMatchObject([
      { type: 'revise', desired: false },
    ]);
  });

  test('an account that cannot be worked in keeps its row, without work, and is looked at again later', () => {
    const link = scopedLink({ type: 'root' });
    const [row] = applied([], planPair(input([account('444444444444')], [link])));
    const suspended = input([account('444444444444', [], {}, 'SUSPENDED')], [link], [row as LedgerRow]);
    const [change] = planPair(suspended);
    expect(change).toMatchObject({ type: 'unreachable', message: '444444444444 is SUSPENDED, not ACTIVE' });
    const unreachable = applied([row as LedgerRow], [change as Change]);
    expect(planPair({ ...suspended, rows: unreachable })).toEqual([]);
    const back = input([account('444444444444')], [link], unreachable);
    expect(planPair(back)).toMatchObject([{ type: 'reachable' }]);
    const pending = unreachable.map((one) => ({ ...one, applied: 0 }));
    expect(planPair({ ...back, rows: pending })).toMatchObject([{ type: 'revise', desired: true }]);
  });

  test('ranks of one pair are the positions 0, 1, 2, … in an order of its own', () => {
    const accounts = Array.from({ length: 50 }, (_, index) => account(String(300000000000 + index)));
    const ranks = planPair(input(accounts, [scopedLink({ type: 'root' })])).map(({ row }) => (row as LedgerRow).rank);
    expect(ranks.sort((a, b) => a - b)).toEqual(accounts.map((_, index) => index));
  });
});

describe('coverage of a scope', () => {
  const organization = indexOrganization(
    MANAGEMENT,
    [
      account('111111111111'),
      account('200000000001', ['ou-ab12-payments', 'ou-ab12-workloads'], { team: 'Finance' }),
      account('200000000002', ['ou-ab12-workloads']),
      account('200000000003', ['ou-ab12-workloads'], { team: 'Finance' }, 'SUSPENDED'),
    ],
    ['ou-ab12-emptyunit' as OrganizationalUnitId],
  );
  const ids = (scope: Scope, nested = true) => [...coverage(scope, organization, nested).accountIds];
  const unit = (id: string) => ({ type: 'ou_id' as const, organizationalUnitId: id as OrganizationalUnitId });

  test('root covers every active account but the management account, and says what it leaves out', () => {
    expect(ids({ type: 'root' })).toEqual(['200000000001', '200000000002']);
    expect(coverage({ type: 'root' }, organization, true).skipped).toMatchObject([
      { accountId: '111111111111', message: expect.stringContaining('management account') },
      { accountId: '200000000003', message: '200000000003 is SUSPENDED, not ACTIVE' },
    ]);
  });

  test('an organizational unit covers its subtree when nested, else its own accounts; the root id is a unit', () => {
    expect(ids(unit('ou-ab12-workloads'))).toEqual(['200000000001', '200000000002']);
    expect(ids(unit('ou-ab12-workloads'), false)).toEqual(['200000000002']);
    expect(ids(unit(root))).toEqual(['200000000001', '200000000002']);
    expect(ids(unit('ou-ab12-emptyunit'))).toEqual([]);
    expect(coverage(unit('ou-ab12-emptyunit'), organization, true).waitingFor).toEqual([]);
    expect(coverage(unit('ou-ab12-missing'), organization, true).waitingFor).toEqual([
      'ou: ou-ab12-missing is not in the organization',
    ]);
  });

  test('a tag covers exactly its value; a tag nobody has covers nothing and waits for nothing', () => {
    expect(ids({ type: 'account_tag', key: 'team', value: 'Finance' })).toEqual(['200000000001']);
    expect(coverage({ type: 'account_tag', key: 'team', value: 'finance' }, organization, true)).toEqual({
      accountIds: [],
      skipped: [],
      waitingFor: [],
    });
  });

  test('a single account that cannot be worked in is waited for, with the reason', () => {
    const waits = (id: string) =>
      coverage({ type: 'account', accountId: id as AccountId }, organization, true).waitingFor;
    expect(waits('200000000002')).toEqual([]);
    expect(waits('200000000003')).toEqual(['account: 200000000003 is SUSPENDED, not ACTIVE']);
    expect(waits('999999999999')).toEqual(['account: 999999999999 is not in the organization']);
    expect(waits('111111111111')).toEqual([expect.stringMatching(/^account: 111111111111 is the management account/)]);
  });
});
