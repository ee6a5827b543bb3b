import { findInstance } from '../../lambda/aws/instance';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoIdentityCenterReader } from '../../lambda/aws/sso-identity-center-reader';
import type { PermissionSetArn, PrincipalId } from '../../lambda/domain/ids';
import { ADMINISTRATION, INSTANCE, MEMBER, STORE, smallOrganization, smallWorld } from '../local/world/small-world';
import { clientsOf } from './support/service-clients';

const ACCOUNTS = Array.from({ length: 250 }, (_, index) => String(600000000000 + index));

/** Many accounts: alice herself is assigned in the even ones, her group team-One in all. */
function crowdedOrganization() {
  const document = smallOrganization();
  const accounts = [...document.root.accounts, ...ACCOUNTS.map((id) => ({ id, name: `account ${id}` }))];
  const assignment = (accountId: string, principalType: string, principalName: string) => ({
    accountId,
    permissionSetName: 'Reader',
    principalType,
    principalName,
  });
  const assignments = ACCOUNTS.flatMap((id, index) => [
    assignment(id, 'GROUP', 'team-One'),
    ...(index % 2 === 0 ? [assignment(id, 'USER', 'alice')] : []),
  ]);
  return { ...document, root: { ...document.root, accounts }, assignments };
}

function reading(document: unknown = smallOrganization(), shortPageProbability = 0, seed = 1) {
  const small = smallWorld({ document, seed, identityCenter: { shortPageProbability, requestBurst: 1_000_000 } });
  const clients = clientsOf(small.world);
  let paces = 0;
  const instance = () => findInstance(clients.ssoAdmin, undefined);
  const pace = async () => {
    paces += 1;
  };
  const reader = new SsoIdentityCenterReader({
    ssoAdmin: new PacedSsoAdmin(clients.ssoAdmin, instance, pace),
    ssoAdminInManagementAccount: new PacedSsoAdmin(clients.ssoAdminInManagementAccount, instance, pace),
    identityStore: clients.identityStore,
    instance,
    paceIdentityStore: async () => undefined,
  });
  return { ...small, clients, reader, paces: () => paces };
}

test('permission sets are listed over all pages and named', async () => {
  const document = smallOrganization();
  const many = Array.from({ length: 230 }, (_, index) => ({ permissionSetName: `Set-${index}` }));
  const { reader, ids, paces } = reading({ ...document, permissionSets: [...document.permissionSets, ...many] });
  const arns = await reader.listPermissionSets();
  expect(new Set(arns).size).toBe(233);
  expect(paces()).toBe(3);
  expect(await reader.permissionSetName(ids.permissionSet('Set-229') as PermissionSetArn)).toBe('Set-229');
});

test('a permission set that is gone is Missing', async () => {
  const { reader } = reading();
  const arn = `${INSTANCE.replace('instance', 'permissionSet')}/ps-0123456789abcdef` as PermissionSetArn;
  await expect(reader.permissionSetName(arn)).rejects.toMatchObject({ name: 'Missing' });
});

test('principals are found by their exact name', async () => {
  const { reader, ids } = reading();
  expect(await reader.findPrincipal('GROUP', 'team-Two')).toBe(ids.group('team-Two'));
  expect(await reader.findPrincipal('USER', 'alice')).toBe(ids.user('alice'));
  expect(await reader.findPrincipal('GROUP', 'alice')).toBeUndefined();
  expect(await reader.findPrincipal('GROUP', 'team')).toBeUndefined();
  expect(await reader.findPrincipal('USER', 'nobody')).toBeUndefined();
});

test('short and empty pages lose no assignment', async () => {
  const SEEDS = [1, 2, 3, 4, 5];
  let calls = 0;
  for (const seed of SEEDS) {
    const { reader, ids, clients } = reading(crowdedOrganization(), 1, seed);
    const arn = ids.permissionSet('Reader') as PermissionSetArn;
    const ofGroup = await reader.assignmentsOf('GROUP', ids.group('team-One') as PrincipalId);
    expect([...(ofGroup.get(arn) ?? [])].sort()).toEqual(ACCOUNTS);
    expect([...ofGroup.keys()]).toEqual([arn]);
    calls += clients.calls.filter((name) => name === 'ListAccountAssignmentsForPrincipal').length;
  }
  // 250 accounts by 100 are three full pages.
  expect(calls).toBeGreaterThan(2 * 3 * SEEDS.length);
});

test.each([1, 2, 3])("a user's assignments through its groups are not its own (seed %d)", async (seed) => {
  const { reader, ids } = reading(crowdedOrganization(), 0.5, seed);
  const own = await reader.assignmentsOf('USER', ids.user('alice') as PrincipalId);
  expect([...(own.get(ids.permissionSet('Reader') as PermissionSetArn) ?? [])].sort()).toEqual(
    ACCOUNTS.filter((_, index) => index % 2 === 0),
  );
});

test('a permission set tells in which accounts somebody has it, and each account who', async () => {
  const { reader, ids, clients } = reading(crowdedOrganization());
  const arn = ids.permissionSet('Reader') as PermissionSetArn;
  const accounts = await reader.accountsWith(arn);
  expect(ACCOUNTS.filter((id) => !accounts.includes(id as never))).toEqual([]);
  expect(new Set(accounts).size).toBe(accounts.length);
  const group = { principalType: 'GROUP', principalId: ids.group('team-One') };
  const user = { principalType: 'USER', principalId: ids.user('alice') };
  const [first, second] = ACCOUNTS as never[];
  expect(await reader.assignedIn(arn, first as never)).toEqual(expect.arrayContaining([group, user]));
  expect(await reader.assignedIn(arn, second as never)).toEqual([group]);
  const called = (operation: string) => clients.calls.filter((name) => name === operation).length;
  expect(called('ListAccountsForProvisionedPermissionSet')).toBe(3);
  expect(called('ListAccountAssignments')).toBe(2);
});

test('a principal without assignments has none, whether or not it exists', async () => {
  const { reader, ids } = reading();
  expect((await reader.assignmentsOf('GROUP', ids.group('team-Three') as PrincipalId)).size).toBe(0);
  expect((await reader.assignmentsOf('USER', ids.user('alice') as PrincipalId)).size).toBe(0);
  const gone = '00000000-0000-4000-8000-000000000000' as PrincipalId;
  expect((await reader.assignmentsOf('GROUP', gone)).size).toBe(0);
});

test('assignments are asked for in the management account, where alone AWS answers', async () => {
  const { reader, clients, ids } = reading();
  const instance = async () => ({ instanceArn: INSTANCE, identityStoreId: STORE });
  const ssoAdmin = new PacedSsoAdmin(clients.ssoAdmin, instance, async () => undefined);
  const elsewhere = new SsoIdentityCenterReader({
    ssoAdmin,
    ssoAdminInManagementAccount: ssoAdmin,
    identityStore: clients.identityStore,
    instance,
    paceIdentityStore: async () => undefined,
  });
  const group = ids.group('team-One') as PrincipalId;
  await expect(elsewhere.assignmentsOf('GROUP', group)).rejects.toMatchObject({ name: 'Denied' });
  expect([...(await reader.assignmentsOf('GROUP', group)).values()]).toEqual([new Set([MEMBER])]);
});

describe('the instance', () => {
  test('is the only one that is visible', async () => {
    const { clients } = reading();
    expect(await findInstance(clients.ssoAdmin, undefined)).toEqual({ instanceArn: INSTANCE, identityStoreId: STORE });
    expect(await findInstance(clients.ssoAdmin, INSTANCE)).toEqual({ instanceArn: INSTANCE, identityStoreId: STORE });
  });

  test('that is configured and not there is never taken for a missing assignment or principal', async () => {
    const { clients } = reading();
    const other = 'arn:aws:sso:::instance/ssoins-9999999999999999';
    await expect(findInstance(clients.ssoAdmin, other)).rejects.toMatchObject({
      name: 'Rejected',
      message: expect.stringContaining(other),
    });
  });

  test('has to be named when several are visible, on whatever page', async () => {
    const several = pages(
      { Instances: [], NextToken: '1' },
      {
        Instances: [{ InstanceArn: INSTANCE, IdentityStoreId: STORE, OwnerAccountId: ADMINISTRATION }],
        NextToken: '2',
      },
      { Instances: [{ InstanceArn: `${INSTANCE}0`, IdentityStoreId: 'd-0000000000' }] },
    );
    await expect(findInstance(several, undefined)).rejects.toMatchObject({ name: 'Rejected' });
    expect(await findInstance(several, INSTANCE)).toEqual({ instanceArn: INSTANCE, identityStoreId: STORE });
  });
});

/** A client whose list has these pages. */
function pages(...all: readonly object[]) {
  const client = {
    send: async ({ input }: { input: { NextToken?: string } }) => all[Number(input.NextToken ?? 0)],
  };
  return client as unknown as Parameters<typeof findInstance>[0];
}
