import {
  ADMINISTRATION,
  accountKey,
  INSTANCE,
  MANAGEMENT,
  MEMBER,
  REGION,
  role,
  type SmallWorld,
  smallWorld,
} from './small-world';

const denied = { code: 'AccessDeniedException' };

function assignment({ ids }: SmallWorld, overrides: Record<string, string> = {}) {
  return {
    TargetId: MEMBER,
    TargetType: 'AWS_ACCOUNT',
    PermissionSetArn: ids.permissionSet('Writer'),
    PrincipalType: 'GROUP',
    PrincipalId: ids.group('team-Two'),
    ...overrides,
  };
}

describe('who may call Identity Center', () => {
  it('members may not, and see no instance', async () => {
    const { sso, ids } = smallWorld();
    const as = accountKey(MEMBER);
    expect(await sso('ListInstances', {}, { as })).toEqual({ Instances: [] });
    await expect(sso('ListPermissionSets', {}, { as })).rejects.toMatchObject(denied);
    const input = { PermissionSetArn: ids.permissionSet('Reader') };
    await expect(sso('DescribePermissionSet', input, { as })).rejects.toMatchObject(denied);
  });

  it('nobody may in another Region', async () => {
    const { sso } = smallWorld();
    const region = 'us-east-1';
    expect(await sso('ListInstances', {}, { region })).toEqual({ Instances: [] });
    await expect(sso('ListPermissionSets', {}, { region })).rejects.toMatchObject(denied);
  });

  it('an unknown instance is denied, not missing', async () => {
    const { sso } = smallWorld();
    const InstanceArn = 'arn:aws:sso:::instance/ssoins-0000000000000000';
    await expect(sso('ListPermissionSets', { InstanceArn })).rejects.toMatchObject(denied);
    await expect(sso('DescribeInstance', { InstanceArn })).rejects.toMatchObject(denied);
  });

  it('the delegated administrator may not assign in the management account', async () => {
    const at = smallWorld();
    const input = assignment(at, { TargetId: MANAGEMENT });
    await expect(at.sso('CreateAccountAssignment', input)).rejects.toMatchObject(denied);
    await expect(at.sso('DeleteAccountAssignment', input)).rejects.toMatchObject(denied);
    const as = accountKey(MANAGEMENT);
    await expect(at.sso('CreateAccountAssignment', input, { as })).resolves.toBeDefined();
  });

  it('nor change or assign anywhere a permission set that is provisioned in the management account', async () => {
    const at = smallWorld();
    const PermissionSetArn = at.ids.permissionSet('InManagement');
    const input = { PermissionSetArn };
    const refused: [string, object][] = [
      ['CreateAccountAssignment', assignment(at, input)],
      ['DeleteAccountAssignment', assignment(at, input)],
      ['UpdatePermissionSet', { ...input, Description: 'x' }],
      ['DeletePermissionSet', input],
      ['AttachManagedPolicyToPermissionSet', { ...input, ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      ['ProvisionPermissionSet', { ...input, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }],
      ['TagResource', { ResourceArn: PermissionSetArn, Tags: [{ Key: 'a', Value: 'b' }] }],
    ];
    for (const [operation, wrong] of refused) {
      await expect(at.sso(operation, { ...wrong })).rejects.toMatchObject(denied);
    }
    expect(await at.sso('DescribePermissionSet', input)).toMatchObject({ PermissionSet: { Name: 'InManagement' } });
    const as = accountKey(MANAGEMENT);
    await expect(at.sso('UpdatePermissionSet', { ...input, Description: 'x' }, { as })).resolves.toEqual({});
  });

  it('assignments of a principal are listed for the management account only', async () => {
    const at = smallWorld();
    const input = { PrincipalType: 'GROUP', PrincipalId: at.ids.group('team-One') };
    await expect(at.sso('ListAccountAssignmentsForPrincipal', input)).rejects.toMatchObject(denied);
    const as = role(MANAGEMENT);
    const { AccountAssignments } = await at.sso('ListAccountAssignmentsForPrincipal', input, { as });
    expect(AccountAssignments).toHaveLength(1);
  });
});

describe('how often Identity Center may be called', () => {
  it('roles share 20 calls a second over all operations', async () => {
    const at = smallWorld();
    const as = role(ADMINISTRATION);
    const input = { PermissionSetArn: at.ids.permissionSet('Reader') };
    for (let call = 0; call < 10; call += 1) {
      await at.sso('ListInstances', {}, { as: role(MANAGEMENT, 'other') });
      await at.sso('DescribePermissionSet', input, { as });
    }
    await expect(at.sso('ListPermissionSets', {}, { as })).rejects.toMatchObject({
      code: 'ThrottlingException',
      message: 'Rate exceeded',
      statusCode: 400,
    });
    await expect(at.sso('ListPermissionSets')).resolves.toBeDefined();
    await at.wait(50);
    await expect(at.sso('ListPermissionSets', {}, { as })).resolves.toBeDefined();
    expect(at.world.identityCenter.metrics()).toMatchObject({
      operations: { ListInstances: { calls: 10 }, ListPermissionSets: { calls: 3, throttled: 1 } },
      throttled: { rate: 1, outstanding: 0 },
    });
  });

  it('administrators with an account key are not limited', async () => {
    const { sso } = smallWorld();
    for (let call = 0; call < 100; call += 1) await sso('ListInstances');
  });
});

describe('the instance', () => {
  it('is listed and described with its Region', async () => {
    const { sso } = smallWorld();
    const { Instances } = await sso('ListInstances', { InstanceArn: undefined });
    const expected = {
      InstanceArn: INSTANCE,
      IdentityStoreId: 'd-1234567890',
      OwnerAccountId: MANAGEMENT,
      Status: 'ACTIVE',
      PrimaryRegion: REGION,
      CreatedDate: expect.any(Date),
      Regions: [{ RegionName: REGION, Status: 'ACTIVE', IsPrimaryRegion: true, AddedDate: expect.any(Date) }],
    };
    expect(Instances).toMatchObject([expected]);
    expect(await sso('DescribeInstance')).toMatchObject({ ...expected, PermissionSetsEnabled: true });
    expect(await sso('ListRegions')).toEqual({ Regions: expected.Regions });
    expect(await sso('DescribeRegion', { RegionName: REGION })).toEqual(expected.Regions[0]);
    await expect(sso('DescribeRegion', { RegionName: 'eu-north-1' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('refuses operations that are not implemented by name', async () => {
    const { sso } = smallWorld();
    await expect(sso('CreateApplication')).rejects.toMatchObject({
      code: 'NotImplemented',
      message: 'The local cloud does not implement sso:CreateApplication.',
    });
    await expect(sso('constructor')).rejects.toMatchObject({ code: 'NotImplemented' });
  });

  it('refuses malformed input with every violation', async () => {
    const { sso } = smallWorld();
    const input = { TargetId: '123', TargetType: 'ACCOUNT', PermissionSetArn: 'x', PrincipalType: 'GROUP' };
    await expect(sso('CreateAccountAssignment', input)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(
        /^6 validation errors detected: .*'principalId' failed to satisfy constraint: Member must not be null/,
      ),
    });
    await expect(sso('ListPermissionSets', { MaxResults: 101 })).rejects.toMatchObject({
      message:
        "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    });
  });
});
