import * as fc from 'fast-check';
import { accountKey, allPages, MANAGEMENT, type SmallWorld, smallWorld } from './small-world';

const SETS = ['One', 'Two'];

/** Groups `g0…` and a user who is in all of them; group `g<i>` has an assignment in every i-th account. */
function manyAssignments(accountCount: number, groupCount: number) {
  const accounts = Array.from({ length: accountCount }, (_, index) => ({
    id: String(600000000000 + index),
    name: `a${index}`,
  }));
  const groups = Array.from({ length: groupCount }, (_, index) => ({ displayName: `g${index}`, members: ['alice'] }));
  const forGroups = groups.flatMap(({ displayName }, group) =>
    accounts
      .filter((_, index) => index % (group + 1) === 0)
      .map(({ id }) => ({
        accountId: id,
        permissionSetName: SETS[group % 2],
        principalType: 'GROUP',
        principalName: displayName,
      })),
  );
  const forUser = accounts
    .slice(0, 3)
    .map(({ id }) => ({ accountId: id, permissionSetName: 'One', principalType: 'USER', principalName: 'alice' }));
  return {
    organization: { managementAccountId: MANAGEMENT },
    root: { accounts: [{ id: MANAGEMENT, name: 'management' }, ...accounts] },
    users: [{ userName: 'alice' }],
    groups,
    permissionSets: SETS.map((permissionSetName) => ({ permissionSetName })),
    assignments: [...forGroups, ...forUser],
  };
}

function forPrincipal(at: SmallWorld, input: object) {
  const InstanceArn = at.world.settings.instanceArn;
  return (token: Record<string, string>) =>
    at.sso('ListAccountAssignmentsForPrincipal', { InstanceArn, ...input, ...token }, { as: accountKey(MANAGEMENT) });
}

describe('ListAccountAssignmentsForPrincipal', () => {
  it('gives every assignment exactly once, whatever the page size and however pages fall short', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer(),
        async (accounts, groups, MaxResults, seed) => {
          const document = manyAssignments(accounts, groups);
          const at = smallWorld({ document, seed, identityCenter: { shortPageProbability: 0.5 } });
          const input = { PrincipalType: 'USER', PrincipalId: at.ids.user('alice'), MaxResults };
          const { items } = await allPages(forPrincipal(at, input), 'AccountAssignments');
          expect(items).toHaveLength(document.assignments.length);
          expect(new Set(items.map((item) => JSON.stringify(item))).size).toBe(items.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has short and empty pages while more follows', async () => {
    const document = manyAssignments(60, 1);
    const at = smallWorld({ document, seed: 3, identityCenter: { shortPageProbability: 0.6 } });
    const read = forPrincipal(at, { PrincipalType: 'GROUP', PrincipalId: at.ids.group('g0'), MaxResults: 2 });
    const sizes: number[] = [];
    let token: string | undefined;
    do {
      const page = await read(token === undefined ? {} : { NextToken: token });
      sizes.push(page.AccountAssignments.length);
      token = page.NextToken;
    } while (token !== undefined);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
    expect(sizes.slice(0, -1)).toContain(1);
    let sawEmptyFirstPage = false;
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const page = await read({});
      if (page.AccountAssignments.length === 0 && page.NextToken) sawEmptyFirstPage = true;
    }
    expect(sawEmptyFirstPage).toBe(true);
  });

  it('shows what a user has through groups with the group as principal', async () => {
    const at = smallWorld({ document: manyAssignments(2, 1) });
    const input = { PrincipalType: 'USER', PrincipalId: at.ids.user('alice') };
    const { items } = await allPages(forPrincipal(at, input), 'AccountAssignments');
    const counted = items.map(({ PrincipalType, PrincipalId }) => `${PrincipalType} ${PrincipalId}`).sort();
    const group = `GROUP ${at.ids.group('g0')}`;
    const user = `USER ${at.ids.user('alice')}`;
    expect(counted).toEqual([group, group, user, user]);
  });

  it('can be asked for one account', async () => {
    const at = smallWorld({ document: manyAssignments(10, 3) });
    const Filter = { AccountId: '600000000002' };
    const input = { PrincipalType: 'USER', PrincipalId: at.ids.user('alice'), MaxResults: 4, Filter };
    const { items } = await allPages(forPrincipal(at, input), 'AccountAssignments');
    expect(items.map(({ AccountId }) => AccountId)).toEqual(Array(3).fill('600000000002'));
    const other = forPrincipal(at, { ...input, Filter: { AccountId: '600000000001' } });
    const { NextToken } = await forPrincipal(at, input)({});
    await expect(other({ NextToken })).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('is empty for a principal without any', async () => {
    const at = smallWorld({ document: manyAssignments(1, 1) });
    const PrincipalId = '00000000-0000-4000-8000-000000000000';
    const read = forPrincipal(at, { PrincipalType: 'GROUP', PrincipalId });
    expect(await read({})).toEqual({ AccountAssignments: [] });
  });
});

describe('lists by account and permission set', () => {
  it('are complete over all pages', async () => {
    const at = smallWorld({ document: manyAssignments(23, 3) });
    const as = accountKey(MANAGEMENT);
    const common = { InstanceArn: at.world.settings.instanceArn, PermissionSetArn: at.ids.permissionSet('One') };
    const accounts = await allPages(
      (token) => at.sso('ListAccountsForProvisionedPermissionSet', { ...common, MaxResults: 5, ...token }, { as }),
      'AccountIds',
    );
    expect(new Set(accounts.items).size).toBe(23);
    expect(accounts.pages).toBe(5);
    const inAccount = await allPages(
      (token) =>
        at.sso('ListAccountAssignments', { ...common, AccountId: '600000000000', MaxResults: 1, ...token }, { as }),
      'AccountAssignments',
    );
    expect(inAccount.items).toHaveLength(3);
    expect(inAccount.pages).toBe(3);
  });
});
