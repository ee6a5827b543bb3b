import * as fc from 'fast-check';
import { ADMINISTRATION, accountKey, allPages, MANAGEMENT, MEMBER, role, smallWorld } from './small-world';

const WORKLOADS = 'ou-ab12-workloads';
const INNER = 'ou-ab12-innermost';
const NEW_ACCOUNT = { Email: 'new@example.com', AccountName: 'new' };

function wide(accountCount: number) {
  const accounts = Array.from({ length: accountCount }, (_, index) => ({
    id: String(600000000000 + index),
    name: `a${index}`,
  }));
  return {
    organization: { managementAccountId: MANAGEMENT },
    root: { accounts: [{ id: MANAGEMENT, name: 'management' }, ...accounts] },
  };
}

describe('reading the organization', () => {
  it('describes it, its root and its parents', async () => {
    const { organizations } = smallWorld();
    const { Organization } = await organizations('DescribeOrganization');
    expect(Organization).toMatchObject({
      Id: 'o-exampleorg1',
      MasterAccountId: MANAGEMENT,
      MasterAccountEmail: 'mgmt@example.com',
    });
    const { Roots } = await organizations('ListRoots');
    const Arn = `arn:aws:organizations::${MANAGEMENT}:root/o-exampleorg1/r-ab12`;
    expect(Roots).toMatchObject([{ Id: 'r-ab12', Arn, Name: 'Root' }]);
    const parent = async (ChildId: string) => (await organizations('ListParents', { ChildId })).Parents;
    expect(await parent(MANAGEMENT)).toEqual([{ Id: 'r-ab12', Type: 'ROOT' }]);
    expect(await parent(MEMBER)).toEqual([{ Id: WORKLOADS, Type: 'ORGANIZATIONAL_UNIT' }]);
    expect(await parent(INNER)).toEqual([{ Id: WORKLOADS, Type: 'ORGANIZATIONAL_UNIT' }]);
    await expect(parent('999999999999')).rejects.toMatchObject({ code: 'ChildNotFoundException' });
  });

  it('shows accounts with state, status and path', async () => {
    const { organizations } = smallWorld();
    const { Account } = await organizations('DescribeAccount', { AccountId: '555555555555' });
    expect(Account).toEqual({
      Id: '555555555555',
      Arn: `arn:aws:organizations::${MANAGEMENT}:account/o-exampleorg1/555555555555`,
      Email: 'account-555555555555@example.com',
      Name: 'inner',
      Status: 'ACTIVE',
      State: 'ACTIVE',
      Paths: [`o-exampleorg1/r-ab12/${WORKLOADS}/${INNER}/555555555555/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: expect.any(Date),
    });
    const old = await organizations('DescribeAccount', { AccountId: '888888888888' });
    expect(old.Account).toMatchObject({ State: 'SUSPENDED', Status: 'SUSPENDED' });
    await expect(organizations('DescribeAccount', { AccountId: '999999999999' })).rejects.toMatchObject({
      code: 'AccountNotFoundException',
    });
  });

  it('can leave the retired status out', async () => {
    const { organizations } = smallWorld({ organizations: { showStatus: false } });
    const { Account } = await organizations('DescribeAccount', { AccountId: MEMBER });
    expect(Account).toMatchObject({ State: 'ACTIVE' });
    expect(Account).not.toHaveProperty('Status');
  });

  it('lists children, accounts and units of a parent, not of what is below it', async () => {
    const { organizations } = smallWorld();
    const ParentId = WORKLOADS;
    const accounts = (await organizations('ListAccountsForParent', { ParentId })).Accounts;
    expect(accounts.map(({ Id }: { Id: string }) => Id)).toEqual([ADMINISTRATION, MEMBER, '444444444445']);
    expect((await organizations('ListOrganizationalUnitsForParent', { ParentId })).OrganizationalUnits).toEqual([
      {
        Id: INNER,
        Name: 'Inner',
        Arn: `arn:aws:organizations::${MANAGEMENT}:ou/o-exampleorg1/${INNER}`,
        Path: `o-exampleorg1/r-ab12/${WORKLOADS}/${INNER}/`,
      },
    ]);
    const children = await organizations('ListChildren', { ParentId, ChildType: 'ORGANIZATIONAL_UNIT' });
    expect(children.Children).toEqual([{ Id: INNER, Type: 'ORGANIZATIONAL_UNIT' }]);
    const missing = { ParentId: 'ou-ab12-missing00' };
    await expect(organizations('ListAccountsForParent', missing)).rejects.toMatchObject({
      code: 'ParentNotFoundException',
    });
    await expect(
      organizations('DescribeOrganizationalUnit', { OrganizationalUnitId: missing.ParentId }),
    ).rejects.toMatchObject({ code: 'OrganizationalUnitNotFoundException' });
  });

  it('gives every account exactly once, with empty pages in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 70 }), fc.integer(), async (count, seed) => {
        const at = smallWorld({ document: wide(count), seed, organizations: { emptyPageProbability: 0.5 } });
        const { items } = await allPages((token) => at.organizations('ListAccounts', token), 'Accounts');
        expect(items.map(({ Id }) => Id)).toEqual(at.world.accountIds());
      }),
      { numRuns: 40 },
    );
    const at = smallWorld({ document: wide(100), organizations: { emptyPageProbability: 0.5 } });
    const { items, pages } = await allPages((token) => at.organizations('ListAccounts', token), 'Accounts');
    expect(items).toHaveLength(101);
    expect(pages).toBeGreaterThan(6);
  });

  it('has at most 20 on a page', async () => {
    const { organizations } = smallWorld({ document: wide(30) });
    expect((await organizations('ListAccounts')).Accounts).toHaveLength(20);
    expect((await organizations('ListAccounts', { MaxResults: 7 })).Accounts).toHaveLength(7);
    await expect(organizations('ListAccounts', { MaxResults: 21 })).rejects.toMatchObject({
      code: 'InvalidInputException',
      members: { Reason: 'MAX_VALUE_EXCEEDED' },
    });
    await expect(organizations('ListAccounts', { NextToken: 'garbage' })).rejects.toMatchObject({
      members: { Reason: 'INVALID_NEXT_TOKEN' },
    });
  });

  it('lists who administers Identity Center', async () => {
    const { organizations } = smallWorld();
    const list = (ServicePrincipal: string) => organizations('ListDelegatedAdministrators', { ServicePrincipal });
    const { DelegatedAdministrators } = await list('sso.amazonaws.com');
    expect(DelegatedAdministrators).toMatchObject([{ Id: ADMINISTRATION, DelegationEnabledDate: expect.any(Date) }]);
    expect((await list('config.amazonaws.com')).DelegatedAdministrators).toEqual([]);
    const { DelegatedServices } = await organizations('ListDelegatedServicesForAccount', { AccountId: ADMINISTRATION });
    expect(DelegatedServices).toMatchObject([{ ServicePrincipal: 'sso.amazonaws.com' }]);
    await expect(organizations('ListDelegatedServicesForAccount', { AccountId: MEMBER })).rejects.toMatchObject({
      code: 'AccountNotRegisteredException',
    });
    const { EnabledServicePrincipals } = await organizations('ListAWSServiceAccessForOrganization');
    expect(EnabledServicePrincipals).toMatchObject([{ ServicePrincipal: 'sso.amazonaws.com' }]);
  });

  it('refuses malformed input', async () => {
    const { organizations } = smallWorld();
    await expect(organizations('DescribeAccount', { AccountId: '12' })).rejects.toMatchObject({
      code: 'InvalidInputException',
      message: expect.stringContaining('You provided a value that does not match the required pattern.'),
      members: { Reason: 'INVALID_PATTERN' },
    });
    await expect(organizations('DescribeAccount')).rejects.toMatchObject({ members: { Reason: 'INPUT_REQUIRED' } });
    await expect(organizations('AttachPolicy')).rejects.toMatchObject({ code: 'NotImplemented' });
  });
});

describe('who may call Organizations, and how often', () => {
  it('the management account everything, a delegated administrator reads, members hardly anything', async () => {
    const { organizations } = smallWorld();
    const tag = { ResourceId: MEMBER, Tags: [{ Key: 'a', Value: 'b' }] };
    const denied = { code: 'AccessDeniedException' };
    const delegated = { as: accountKey(ADMINISTRATION) };
    await expect(organizations('ListAccounts', {}, delegated)).resolves.toBeDefined();
    await expect(organizations('TagResource', tag, delegated)).rejects.toMatchObject(denied);
    const member = { as: accountKey(MEMBER) };
    await expect(organizations('ListAccounts', {}, member)).rejects.toMatchObject(denied);
    await expect(organizations('DescribeOrganization', {}, member)).resolves.toBeDefined();
    await expect(organizations('DescribeOrganization', {}, { as: accountKey('999999999999') })).rejects.toMatchObject({
      code: 'AWSOrganizationsNotInUseException',
    });
  });

  it('roles as often as the buckets of operation and account allow', async () => {
    const { organizations, wait } = smallWorld();
    const as = role(MANAGEMENT);
    await organizations('ListRoots', {}, { as });
    await organizations('ListRoots', {}, { as });
    await expect(organizations('ListRoots', {}, { as })).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    await expect(organizations('ListAccounts', {}, { as })).resolves.toBeDefined();
    await expect(organizations('ListRoots')).resolves.toBeDefined();
    await wait(1_000);
    await expect(organizations('ListRoots', {}, { as })).resolves.toBeDefined();
  });

  it('accounts share the buckets of the organization', async () => {
    const { organizations, world } = smallWorld();
    let served = 0;
    for (let call = 0; call < 20; call += 1) {
      const as = role(call % 2 === 0 ? MANAGEMENT : ADMINISTRATION);
      await organizations('ListAccounts', {}, { as }).then(
        () => (served += 1),
        () => undefined,
      );
    }
    expect(served).toBe(15);
    expect(world.organizations.metrics().operations.ListAccounts).toEqual({ calls: 20, throttled: 5 });
  });
});

describe('changing the organization', () => {
  it('creates accounts after a while, in the root, with their tags', async () => {
    const at = smallWorld();
    const Tags = [{ Key: 'team', Value: 'Shop' }];
    const { CreateAccountStatus } = await at.organizations('CreateAccount', { ...NEW_ACCOUNT, Tags });
    expect(CreateAccountStatus).toEqual({
      Id: expect.stringMatching(/^car-[a-z0-9]{32}$/),
      AccountName: 'new',
      State: 'IN_PROGRESS',
      RequestedTimestamp: expect.any(Date),
    });
    expect(at.world.settleInfo()).toEqual({ operationsInFlight: 1 });
    await at.quiet();
    const read = { CreateAccountRequestId: CreateAccountStatus.Id };
    const ended = (await at.organizations('DescribeCreateAccountStatus', read)).CreateAccountStatus;
    expect(ended).toMatchObject({
      State: 'SUCCEEDED',
      AccountId: expect.stringMatching(/^\d{12}$/),
      CompletedTimestamp: expect.any(Date),
    });
    expect((await at.organizations('ListParents', { ChildId: ended.AccountId })).Parents).toMatchObject([
      { Id: 'r-ab12' },
    ]);
    expect(await at.organizations('ListTagsForResource', { ResourceId: ended.AccountId })).toEqual({ Tags });
    const listed = await at.organizations('ListCreateAccountStatus', { States: ['SUCCEEDED'] });
    expect(listed.CreateAccountStatuses).toEqual([ended]);
  });

  it('fails to create an account with a known address, and creates five at a time', async () => {
    const at = smallWorld();
    for (let index = 0; index < 5; index += 1)
      await at.organizations('CreateAccount', { ...NEW_ACCOUNT, Email: 'mgmt@example.com' });
    await expect(at.organizations('CreateAccount', NEW_ACCOUNT)).rejects.toMatchObject({
      code: 'TooManyRequestsException',
    });
    await at.quiet();
    const { CreateAccountStatuses } = await at.organizations('ListCreateAccountStatus');
    expect(CreateAccountStatuses).toHaveLength(5);
    expect(CreateAccountStatuses[0]).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' });
  });

  it('moves accounts from where they are to somewhere else', async () => {
    const { organizations } = smallWorld();
    const move = (SourceParentId: string, DestinationParentId: string, AccountId = MEMBER) =>
      organizations('MoveAccount', { AccountId, SourceParentId, DestinationParentId });
    await expect(move('r-ab12', INNER)).rejects.toMatchObject({ code: 'SourceParentNotFoundException' });
    await expect(move(WORKLOADS, 'ou-ab12-missing00')).rejects.toMatchObject({
      code: 'DestinationParentNotFoundException',
    });
    await expect(move(WORKLOADS, WORKLOADS)).rejects.toMatchObject({ code: 'DuplicateAccountException' });
    await expect(move(WORKLOADS, INNER, '999999999999')).rejects.toMatchObject({ code: 'AccountNotFoundException' });
    expect(await move(WORKLOADS, INNER)).toEqual({});
    const { Account } = await organizations('DescribeAccount', { AccountId: MEMBER });
    expect(Account.Paths).toEqual([`o-exampleorg1/r-ab12/${WORKLOADS}/${INNER}/${MEMBER}/`]);
    const { Accounts } = await organizations('ListAccountsForParent', { ParentId: WORKLOADS });
    expect(Accounts.map(({ Id }: { Id: string }) => Id)).not.toContain(MEMBER);
  });

  it('closes accounts in two steps', async () => {
    const at = smallWorld();
    const state = async () => (await at.organizations('DescribeAccount', { AccountId: MEMBER })).Account;
    expect(await at.organizations('CloseAccount', { AccountId: MEMBER })).toEqual({});
    expect(await state()).toMatchObject({ State: 'PENDING_CLOSURE', Status: 'PENDING_CLOSURE' });
    await expect(at.organizations('CloseAccount', { AccountId: MEMBER })).rejects.toMatchObject({
      code: 'AccountAlreadyClosedException',
    });
    await at.quiet();
    expect(await state()).toMatchObject({ State: 'CLOSED', Status: 'SUSPENDED' });
    await expect(at.organizations('CloseAccount', { AccountId: MANAGEMENT })).rejects.toMatchObject({
      code: 'ConstraintViolationException',
      members: { Reason: 'CANNOT_CLOSE_MANAGEMENT_ACCOUNT' },
    });
  });

  it('lets accounts leave, except those that administer', async () => {
    const { organizations } = smallWorld();
    const removeAccount = (AccountId: string) => organizations('RemoveAccountFromOrganization', { AccountId });
    expect(await removeAccount(MEMBER)).toEqual({});
    await expect(removeAccount(MEMBER)).rejects.toMatchObject({ code: 'AccountNotFoundException' });
    await expect(removeAccount(MANAGEMENT)).rejects.toMatchObject({ code: 'MasterCannotLeaveOrganizationException' });
    await expect(removeAccount(ADMINISTRATION)).rejects.toMatchObject({ code: 'ConstraintViolationException' });
  });

  it('creates, renames and deletes organizational units', async () => {
    const { organizations } = smallWorld();
    const createUnit = (ParentId: string, Name: string) =>
      organizations('CreateOrganizationalUnit', { ParentId, Name });
    const { OrganizationalUnit } = await createUnit('r-ab12', 'New');
    expect(OrganizationalUnit).toMatchObject({ Id: expect.stringMatching(/^ou-ab12-[a-z0-9]{8}$/), Name: 'New' });
    await expect(createUnit('r-ab12', 'New')).rejects.toMatchObject({ code: 'DuplicateOrganizationalUnitException' });
    await expect(createUnit(WORKLOADS, 'New')).resolves.toBeDefined();
    const OrganizationalUnitId = OrganizationalUnit.Id;
    const renamed = await organizations('UpdateOrganizationalUnit', { OrganizationalUnitId, Name: 'Newer' });
    expect(renamed.OrganizationalUnit).toMatchObject({ Name: 'Newer' });
    expect(await organizations('DeleteOrganizationalUnit', { OrganizationalUnitId })).toEqual({});
    await expect(organizations('DeleteOrganizationalUnit', { OrganizationalUnitId: WORKLOADS })).rejects.toMatchObject({
      code: 'OrganizationalUnitNotEmptyException',
    });
  });

  it('nests organizational units five deep', async () => {
    const { organizations } = smallWorld();
    let ParentId = INNER;
    for (let depth = 3; depth <= 5; depth += 1) {
      ParentId = (await organizations('CreateOrganizationalUnit', { ParentId, Name: `level ${depth}` }))
        .OrganizationalUnit.Id;
    }
    await expect(organizations('CreateOrganizationalUnit', { ParentId, Name: 'level 6' })).rejects.toMatchObject({
      code: 'ConstraintViolationException',
      members: { Reason: 'OU_DEPTH_LIMIT_EXCEEDED' },
    });
  });

  it('tags and untags', async () => {
    const { organizations } = smallWorld();
    const tag = (...Tags: { Key: string; Value: string }[]) =>
      organizations('TagResource', { ResourceId: MEMBER, Tags });
    await tag({ Key: 'team', Value: 'Other' }, { Key: 'env', Value: '' });
    await organizations('UntagResource', { ResourceId: MEMBER, TagKeys: ['team', 'absent'] });
    expect(await organizations('ListTagsForResource', { ResourceId: MEMBER })).toEqual({
      Tags: [{ Key: 'env', Value: '' }],
    });
    await expect(tag({ Key: 'aws:x', Value: '' })).rejects.toMatchObject({
      members: { Reason: 'INVALID_SYSTEM_TAGS_PARAMETER' },
    });
    await expect(tag({ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' })).rejects.toMatchObject({
      members: { Reason: 'DUPLICATE_TAG_KEY' },
    });
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await expect(tag(...many)).rejects.toMatchObject({ members: { Reason: 'MAX_TAG_LIMIT_EXCEEDED' } });
    await expect(organizations('ListTagsForResource', { ResourceId: '999999999999' })).rejects.toMatchObject({
      code: 'TargetNotFoundException',
    });
  });
});

describe('what only AWS can set', () => {
  it('is the state of an account', async () => {
    const { organizations, world } = smallWorld();
    world.setAccountState(MEMBER, 'PENDING_CLOSURE');
    const { Account } = await organizations('DescribeAccount', { AccountId: MEMBER });
    expect(Account.State).toBe('PENDING_CLOSURE');
    expect(() => world.setAccountState('999999999999', 'ACTIVE')).toThrow(
      'Account 999999999999 is not in the organization.',
    );
  });
});
