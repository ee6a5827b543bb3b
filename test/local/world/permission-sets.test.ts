import { ADMINISTRATION, allPages, MEMBER, type SmallWorld, smallWorld } from './small-world';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: '*' },
});

function reader(at: SmallWorld) {
  return { PermissionSetArn: at.ids.permissionSet('Reader') };
}

describe('permission sets', () => {
  it('are created, described, listed and deleted', async () => {
    const { sso } = smallWorld();
    const attributes = {
      Name: 'New+=,.@-ps',
      Description: 'é',
      SessionDuration: 'PT4H',
      RelayState: 'https://x/{{region}}#',
    };
    const { PermissionSet } = await sso('CreatePermissionSet', { ...attributes, Tags: [{ Key: 'a', Value: '' }] });
    expect(PermissionSet).toEqual({
      ...attributes,
      PermissionSetArn: expect.stringMatching(
        /^arn:aws:sso:::permissionSet\/ssoins-1111222233334444\/ps-[0-9a-f]{16}$/,
      ),
      CreatedDate: expect.any(Date),
    });
    const input = { PermissionSetArn: PermissionSet.PermissionSetArn };
    expect(await sso('DescribePermissionSet', input)).toEqual({ PermissionSet });
    expect((await sso('ListPermissionSets')).PermissionSets).toContain(PermissionSet.PermissionSetArn);
    expect(await sso('DeletePermissionSet', input)).toEqual({});
    await expect(sso('DescribePermissionSet', input)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('have unique names, and default to an hour', async () => {
    const { sso } = smallWorld();
    await expect(sso('CreatePermissionSet', { Name: 'Reader' })).rejects.toMatchObject({
      code: 'ConflictException',
      message: 'PermissionSet with name Reader already exists.',
    });
    const { PermissionSet } = await sso('CreatePermissionSet', { Name: 'reader' });
    expect(PermissionSet).toMatchObject({ SessionDuration: 'PT1H' });
    expect(PermissionSet).not.toHaveProperty('Description');
  });

  it.each(['PT59M', 'PT12H1S', 'P1D', 'PT13H'])('refuse a session of %s', async (SessionDuration) => {
    const { sso } = smallWorld();
    await expect(sso('CreatePermissionSet', { Name: 'X', SessionDuration })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('are limited in number', async () => {
    const { sso } = smallWorld({ identityCenter: { permissionSets: 3 } });
    await expect(sso('CreatePermissionSet', { Name: 'X' })).rejects.toMatchObject({
      code: 'ServiceQuotaExceededException',
    });
  });

  it('are listed page by page', async () => {
    const { sso } = smallWorld();
    for (let index = 0; index < 7; index += 1) await sso('CreatePermissionSet', { Name: `p${index}` });
    const read = (token: object) => sso('ListPermissionSets', { MaxResults: 3, ...token });
    const { items, pages } = await allPages(read, 'PermissionSets');
    expect(new Set(items).size).toBe(10);
    expect(pages).toBe(4);
  });

  it('lose what an update leaves out', async () => {
    const at = smallWorld();
    await at.sso('UpdatePermissionSet', { ...reader(at), RelayState: 'https://x', SessionDuration: 'PT2H' });
    await at.sso('UpdatePermissionSet', { ...reader(at), Description: 'again' });
    const { PermissionSet } = await at.sso('DescribePermissionSet', reader(at));
    expect(PermissionSet).toMatchObject({ Description: 'again', SessionDuration: 'PT1H' });
    expect(PermissionSet).not.toHaveProperty('RelayState');
  });

  it('carry tags', async () => {
    const at = smallWorld();
    const ResourceArn = reader(at).PermissionSetArn;
    await at.sso('TagResource', {
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await at.sso('UntagResource', { ResourceArn, TagKeys: ['a'] });
    expect(await at.sso('ListTagsForResource', { ResourceArn })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
    const reserved = { ResourceArn, Tags: [{ Key: 'aws:x', Value: '' }] };
    await expect(at.sso('TagResource', reserved)).rejects.toMatchObject({ code: 'ValidationException' });
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await expect(at.sso('TagResource', { ResourceArn, Tags: many })).rejects.toMatchObject({
      code: 'ServiceQuotaExceededException',
    });
  });
});

describe('policies of a permission set', () => {
  it('inline: put, got, and deleted whether or not there is one', async () => {
    const at = smallWorld();
    expect(await at.sso('GetInlinePolicyForPermissionSet', reader(at))).toEqual({ InlinePolicy: '' });
    expect(await at.sso('DeleteInlinePolicyFromPermissionSet', reader(at))).toEqual({});
    await at.sso('PutInlinePolicyToPermissionSet', { ...reader(at), InlinePolicy: POLICY });
    expect(await at.sso('GetInlinePolicyForPermissionSet', reader(at))).toEqual({ InlinePolicy: POLICY });
    await at.sso('DeleteInlinePolicyFromPermissionSet', reader(at));
    expect(await at.sso('GetInlinePolicyForPermissionSet', reader(at))).toEqual({ InlinePolicy: '' });
  });

  it.each([
    'nonsense',
    '[]',
    '{}',
    '{"Statement":{"Effect":"Allow","Action":"*"}}',
    '{"Statement":[{"Effect":"Maybe"}]}',
  ])('inline: refuses %s', async (InlinePolicy) => {
    const at = smallWorld();
    await expect(at.sso('PutInlinePolicyToPermissionSet', { ...reader(at), InlinePolicy })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('inline: refuses more than 10,240 characters that are no white space', async () => {
    const at = smallWorld();
    const policy = (length: number) => POLICY.replace('"*"', `"${'a'.repeat(length)}"`);
    const room = 10_240 - policy(0).length;
    const spaced = `${policy(room)}${' '.repeat(5_000)}`;
    await expect(at.sso('PutInlinePolicyToPermissionSet', { ...reader(at), InlinePolicy: spaced })).resolves.toEqual(
      {},
    );
    const long = { ...reader(at), InlinePolicy: policy(room + 1) };
    await expect(at.sso('PutInlinePolicyToPermissionSet', long)).rejects.toMatchObject({
      code: 'ServiceQuotaExceededException',
    });
  });

  it('AWS managed: attached once, listed, detached', async () => {
    const at = smallWorld();
    const input = { ...reader(at), ManagedPolicyArn: READ_ONLY };
    await at.sso('AttachManagedPolicyToPermissionSet', input);
    await expect(at.sso('AttachManagedPolicyToPermissionSet', input)).rejects.toMatchObject({
      code: 'ConflictException',
      message: expect.stringContaining(`already has a typed link attachment to a manged policy with ${READ_ONLY}`),
    });
    expect(await at.sso('ListManagedPoliciesInPermissionSet', reader(at))).toEqual({
      AttachedManagedPolicies: [{ Name: 'ReadOnlyAccess', Arn: READ_ONLY }],
    });
    await at.sso('DetachManagedPolicyFromPermissionSet', input);
    await expect(at.sso('DetachManagedPolicyFromPermissionSet', input)).rejects.toMatchObject({
      message: `Could not find ManagedPolicy with arn ${READ_ONLY}`,
    });
    const missing = { ...reader(at), ManagedPolicyArn: 'arn:aws:iam::aws:policy/MissingPolicy' };
    await expect(at.sso('AttachManagedPolicyToPermissionSet', missing)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Policy does not exist with ARN: ${missing.ManagedPolicyArn}`,
    });
  });

  it('customer managed: known by path and name, without regard to any account', async () => {
    const at = smallWorld();
    const attach = (Name: string, Path?: string) =>
      at.sso('AttachCustomerManagedPolicyReferenceToPermissionSet', {
        ...reader(at),
        CustomerManagedPolicyReference: { Name, ...(Path ? { Path } : {}) },
      });
    await attach('cmp');
    await attach('cmp', '/a/');
    await attach('CMP');
    await expect(attach('cmp', '/')).rejects.toMatchObject({
      code: 'ConflictException',
      message: 'Given customer managed policy with name: cmp  and path / already attached',
    });
    const { CustomerManagedPolicyReferences } = await at.sso(
      'ListCustomerManagedPolicyReferencesInPermissionSet',
      reader(at),
    );
    expect(CustomerManagedPolicyReferences).toEqual([
      { Name: 'cmp', Path: '/' },
      { Name: 'cmp', Path: '/a/' },
      { Name: 'CMP', Path: '/' },
    ]);
    const absent = { ...reader(at), CustomerManagedPolicyReference: { Name: 'none' } };
    await expect(at.sso('DetachCustomerManagedPolicyReferenceFromPermissionSet', absent)).rejects.toMatchObject({
      message: 'Given managed policy with name: none  and path / does not exist on PermissionSet',
    });
  });

  it('are at most 25, both kinds together', async () => {
    const at = smallWorld();
    for (let index = 0; index < 13; index += 1) {
      const ManagedPolicyArn = `arn:aws:iam::aws:policy/P${index}`;
      await at.sso('AttachManagedPolicyToPermissionSet', { ...reader(at), ManagedPolicyArn });
    }
    for (let index = 0; index < 12; index += 1) {
      const CustomerManagedPolicyReference = { Name: `c${index}` };
      const input = { ...reader(at), CustomerManagedPolicyReference };
      await at.sso('AttachCustomerManagedPolicyReferenceToPermissionSet', input);
    }
    const oneMore = { ...reader(at), ManagedPolicyArn: READ_ONLY };
    await expect(at.sso('AttachManagedPolicyToPermissionSet', oneMore)).rejects.toMatchObject({
      code: 'ServiceQuotaExceededException',
      message: 'Cannot attach managed policy: number of attached managed policies is already at maximum 25',
    });
  });

  it('boundary: either kind, replaced, and missing when there is none', async () => {
    const at = smallWorld();
    const get = () => at.sso('GetPermissionsBoundaryForPermissionSet', reader(at));
    await expect(get()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    const put = (PermissionsBoundary: object) =>
      at.sso('PutPermissionsBoundaryToPermissionSet', { ...reader(at), PermissionsBoundary });
    await put({ ManagedPolicyArn: READ_ONLY });
    await put({ CustomerManagedPolicyReference: { Name: 'b' } });
    const CustomerManagedPolicyReference = { Name: 'b', Path: '/' };
    expect(await get()).toEqual({ PermissionsBoundary: { CustomerManagedPolicyReference } });
    await expect(put({})).rejects.toMatchObject({ code: 'ValidationException' });
    await at.sso('DeletePermissionsBoundaryFromPermissionSet', reader(at));
    await expect(get()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('provisioning', () => {
  const NOT_LATEST = 'LATEST_PERMISSION_SET_NOT_PROVISIONED';
  const LATEST = 'LATEST_PERMISSION_SET_PROVISIONED';

  const stale = async (at: SmallWorld, ProvisioningStatus: string) =>
    (await at.sso('ListAccountsForProvisionedPermissionSet', { ...reader(at), ProvisioningStatus })).AccountIds;

  const provision = async (at: SmallWorld, input: object) =>
    (await at.sso('ProvisionPermissionSet', { ...reader(at), ...input })).PermissionSetProvisioningStatus;

  const status = async (at: SmallWorld, { RequestId }: { RequestId: string }) =>
    (await at.sso('DescribePermissionSetProvisioningStatus', { ProvisionPermissionSetRequestId: RequestId }))
      .PermissionSetProvisioningStatus;

  it('is due after a change that matters, and brings accounts up to date', async () => {
    const at = smallWorld();
    await at.sso('UpdatePermissionSet', { ...reader(at), Description: 'only words' });
    expect(await stale(at, NOT_LATEST)).toEqual([]);
    await at.sso('AttachManagedPolicyToPermissionSet', { ...reader(at), ManagedPolicyArn: READ_ONLY });
    expect(await stale(at, NOT_LATEST)).toEqual([MEMBER]);
    const ProvisioningStatus = NOT_LATEST;
    const sets = await at.sso('ListPermissionSetsProvisionedToAccount', { AccountId: MEMBER, ProvisioningStatus });
    expect(sets).toEqual({ PermissionSets: [reader(at).PermissionSetArn] });
    const request = await provision(at, { TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
    expect(request).toMatchObject({ Status: 'IN_PROGRESS', ...reader(at) });
    expect(at.world.settleInfo()).toEqual({ operationsInFlight: 1 });
    await at.quiet();
    expect(await status(at, request)).toMatchObject({ Status: 'SUCCEEDED', CreatedDate: expect.any(Date) });
    expect(await stale(at, NOT_LATEST)).toEqual([]);
    expect(await stale(at, LATEST)).toEqual([MEMBER]);
  });

  it('fails where a policy is missing, and for an account without assignment unless asked otherwise', async () => {
    const at = smallWorld();
    const CustomerManagedPolicyReference = { Name: 'absent' };
    const input = { ...reader(at), CustomerManagedPolicyReference };
    await at.sso('AttachCustomerManagedPolicyReferenceToPermissionSet', input);
    const missing = await provision(at, { TargetType: 'AWS_ACCOUNT', TargetId: MEMBER });
    const elsewhere = await provision(at, { TargetType: 'AWS_ACCOUNT', TargetId: ADMINISTRATION });
    await at.quiet();
    expect((await status(at, missing)).FailureReason).toContain('Not supported policy');
    expect((await status(at, elsewhere)).FailureReason).toBe('Received a 404 status error: Assignment not found.');
    expect(await stale(at, NOT_LATEST)).toEqual([MEMBER]);

    const lenient = smallWorld({ identityCenter: { provisionWithoutAssignment: 'create' } });
    await provision(lenient, { TargetType: 'AWS_ACCOUNT', TargetId: ADMINISTRATION });
    await lenient.quiet();
    expect(await stale(lenient, LATEST)).toEqual([MEMBER, ADMINISTRATION]);
  });

  it('locks its accounts, and at most three run', async () => {
    const at = smallWorld();
    await provision(at, { TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
    const again = provision(at, { TargetType: 'AWS_ACCOUNT', TargetId: MEMBER });
    await expect(again).rejects.toMatchObject({ message: 'There is a conflicting operation in process.' });
    const PermissionSetArn = at.ids.permissionSet('Writer');
    for (const TargetId of [MEMBER, ADMINISTRATION]) {
      await at.sso('ProvisionPermissionSet', { PermissionSetArn, TargetType: 'AWS_ACCOUNT', TargetId });
    }
    const fourth = { PermissionSetArn, TargetType: 'AWS_ACCOUNT', TargetId: '555555555555' };
    await expect(at.sso('ProvisionPermissionSet', fourth)).rejects.toMatchObject({ code: 'ThrottlingException' });
    await at.quiet();
    await expect(at.sso('ProvisionPermissionSet', fourth)).resolves.toBeDefined();
  });

  it('of a set that is provisioned nowhere ends quickly', async () => {
    const at = smallWorld();
    const PermissionSetArn = at.ids.permissionSet('Writer');
    const request = await provision(at, { PermissionSetArn, TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
    await at.wait(1);
    expect(await status(at, request)).toMatchObject({ Status: 'SUCCEEDED' });
    expect((await at.sso('ListPermissionSetProvisioningStatus')).PermissionSetsProvisioningStatus).toHaveLength(1);
  });
});
