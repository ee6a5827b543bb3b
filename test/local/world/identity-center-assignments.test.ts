import type { Principal } from '../../../local/cloud/service';
import { ServiceFault } from '../../../local/cloud/service';
import { accountKey, MANAGEMENT, MEMBER, role, type SmallWorld, STORE, smallWorld } from './small-world';

const FINANCE = '444444444445';

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

async function create(at: SmallWorld, overrides: Record<string, string> = {}, as?: Principal) {
  const answer = await at.sso('CreateAccountAssignment', assignment(at, overrides), as ? { as } : {});
  return answer.AccountAssignmentCreationStatus;
}

async function remove(at: SmallWorld, overrides: Record<string, string> = {}) {
  const answer = await at.sso('DeleteAccountAssignment', assignment(at, overrides));
  return answer.AccountAssignmentDeletionStatus;
}

async function creationStatus({ sso }: SmallWorld, { RequestId }: { RequestId: string }) {
  const input = { AccountAssignmentCreationRequestId: RequestId };
  return (await sso('DescribeAccountAssignmentCreationStatus', input)).AccountAssignmentCreationStatus;
}

async function deletionStatus({ sso }: SmallWorld, { RequestId }: { RequestId: string }) {
  const input = { AccountAssignmentDeletionRequestId: RequestId };
  return (await sso('DescribeAccountAssignmentDeletionStatus', input)).AccountAssignmentDeletionStatus;
}

async function listed({ sso, ids }: SmallWorld, name = 'Writer', AccountId = MEMBER) {
  const input = { AccountId, PermissionSetArn: ids.permissionSet(name) };
  return (await sso('ListAccountAssignments', input)).AccountAssignments;
}

describe('creating an assignment', () => {
  it('is accepted at once and done later', async () => {
    const at = smallWorld();
    const accepted = await create(at);
    expect(accepted).toEqual({ Status: 'IN_PROGRESS', RequestId: expect.any(String), ...assignment(at) });
    expect(await listed(at)).toEqual([]);
    expect(at.world.settleInfo()).toEqual({ operationsInFlight: 1 });
    await at.quiet();
    const ended = await creationStatus(at, accepted);
    expect(ended).toEqual({ ...accepted, Status: 'SUCCEEDED', CreatedDate: expect.any(Date) });
    const { TargetId: AccountId, TargetType: _, ...rest } = assignment(at);
    expect(await listed(at)).toEqual([{ AccountId, ...rest }]);
    expect(at.world.settleInfo()).toEqual({ operationsInFlight: 0 });
  });

  it('provisions the permission set', async () => {
    const at = smallWorld();
    await create(at, { TargetId: FINANCE });
    await at.quiet();
    const { PermissionSets } = await at.sso('ListPermissionSetsProvisionedToAccount', { AccountId: FINANCE });
    expect(PermissionSets).toEqual([at.ids.permissionSet('Writer')]);
    const input = { PermissionSetArn: at.ids.permissionSet('Writer') };
    expect((await at.sso('ListAccountsForProvisionedPermissionSet', input)).AccountIds).toEqual([FINANCE]);
  });

  it('of one that exists succeeds', async () => {
    const at = smallWorld();
    const PermissionSetArn = at.ids.permissionSet('Reader');
    const accepted = await create(at, { PermissionSetArn, PrincipalId: at.ids.group('team-One') });
    await at.quiet();
    expect(await creationStatus(at, accepted)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await listed(at, 'Reader')).toHaveLength(1);
  });

  it.each(['GROUP', 'USER'])('of a missing %s fails', async (PrincipalType) => {
    const at = smallWorld();
    const PrincipalId = '00000000-0000-4000-8000-000000000000';
    const accepted = await create(at, { PrincipalType, PrincipalId });
    await at.quiet();
    expect(await creationStatus(at, accepted)).toMatchObject({
      Status: 'FAILED',
      FailureReason: `Received a 404 status error: the ${PrincipalType} assignee ${PrincipalId} was not found in directory ${STORE}`,
    });
    expect(await listed(at)).toEqual([]);
  });

  it.each(['888888888888', '999999999999'])('in account %s, which is no active member, fails', async (TargetId) => {
    const at = smallWorld();
    const accepted = await create(at, { TargetId });
    await at.quiet();
    const { Status, FailureReason } = await creationStatus(at, accepted);
    expect(Status).toBe('FAILED');
    expect(FailureReason).toContain(
      `Obtaining permissions to manage your AWS account '${TargetId}' takes longer than usual.`,
    );
  });

  it('fails while a customer managed policy is missing in the account, and succeeds once it is there', async () => {
    const at = smallWorld();
    const PermissionSetArn = at.ids.permissionSet('Writer');
    const CustomerManagedPolicyReference = { Name: 'cmp-2', Path: '/cmp/2/' };
    const input = { PermissionSetArn, CustomerManagedPolicyReference };
    await at.sso('AttachCustomerManagedPolicyReferenceToPermissionSet', input);
    const accepted = await create(at);
    await at.quiet();
    expect(await creationStatus(at, accepted)).toMatchObject({
      Status: 'FAILED',
      FailureReason: `Received a 404 status error: Not supported policy arn:aws:iam::${MEMBER}:policy/cmp/2/cmp-2.`,
    });
    at.world.policies.add(MEMBER, '/cmp/2/cmp-2');
    const again = await create(at);
    await at.quiet();
    expect(await creationStatus(at, again)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('of an unknown permission set is refused at once', async () => {
    const at = smallWorld();
    const PermissionSetArn = at.ids.permissionSet('Writer').replace(/ps-.*/, 'ps-0000000000000000');
    await expect(create(at, { PermissionSetArn })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Could not find PermissionSet with id ps-0000000000000000',
    });
  });

  it('may fail in an account for as long as it is new', async () => {
    const at = smallWorld({ identityCenter: { newAccountFailureProbability: 1, newAccountMs: 5 * 60_000 } });
    await at.organizations('CreateAccount', { Email: 'new@example.com', AccountName: 'new' });
    while (at.world.organizations.inFlight() > 0) await at.wait(1_000);
    const TargetId = at.world.accountIds().at(-1) ?? '';
    at.world.setLatencyFactor(0);
    const early = await create(at, { TargetId });
    await at.wait(1_000);
    const { FailureReason } = await creationStatus(at, early);
    expect(FailureReason).toContain('takes longer than usual');
    await at.wait(5 * 60_000);
    const late = await create(at, { TargetId });
    await at.wait(1_000);
    expect(await creationStatus(at, late)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('refuses the 101st group of a permission set in an account', async () => {
    const document = {
      organization: { managementAccountId: MANAGEMENT },
      root: {
        accounts: [
          { id: MANAGEMENT, name: 'management' },
          { id: MEMBER, name: 'app' },
        ],
      },
      groups: Array.from({ length: 101 }, (_, index) => ({ displayName: `g${index}` })),
      permissionSets: [{ permissionSetName: 'Writer' }],
      assignments: Array.from({ length: 100 }, (_, index) => ({
        accountId: MEMBER,
        permissionSetName: 'Writer',
        principalType: 'GROUP',
        principalName: `g${index}`,
      })),
    };
    const at = smallWorld({ document });
    const InstanceArn = at.world.settings.instanceArn;
    const input = { InstanceArn, ...assignment(at, { PrincipalId: at.ids.group('g100') }) };
    const as = accountKey(MANAGEMENT);
    await expect(at.sso('CreateAccountAssignment', input, { as })).rejects.toMatchObject({
      code: 'ServiceQuotaExceededException',
    });
    const known = { ...input, PrincipalId: at.ids.group('g5') };
    await expect(at.sso('CreateAccountAssignment', known, { as })).resolves.toBeDefined();
  });
});

describe('deleting an assignment', () => {
  const existing = (at: SmallWorld) => ({
    PermissionSetArn: at.ids.permissionSet('Reader'),
    PrincipalId: at.ids.group('team-One'),
  });

  it('removes it', async () => {
    const at = smallWorld();
    const accepted = await remove(at, existing(at));
    expect(accepted).toMatchObject({ Status: 'IN_PROGRESS', TargetId: MEMBER });
    await at.quiet();
    expect(await deletionStatus(at, accepted)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await listed(at, 'Reader')).toEqual([]);
  });

  it('that is missing is accepted and fails', async () => {
    const at = smallWorld();
    const accepted = await remove(at);
    await at.quiet();
    const { Status, FailureReason } = await deletionStatus(at, accepted);
    expect(Status).toBe('FAILED');
    expect(FailureReason).toMatch(
      /^Received a 404 status error: EntitlementItem doesn't exist with the given entitlement key EntitlementKey\{accessorId=.+, resourceId=444444444444, auxiliaryResourceId=ps-.+, containerId=ssoins-1111222233334444\}$/,
    );
  });

  it('of a principal that is gone succeeds', async () => {
    const at = smallWorld();
    await at.store('DeleteGroup', { GroupId: at.ids.group('team-One') });
    expect(await listed(at, 'Reader')).toHaveLength(1);
    const [orphan] = await listed(at, 'Reader');
    const accepted = await remove(at, { PermissionSetArn: orphan.PermissionSetArn, PrincipalId: orphan.PrincipalId });
    await at.quiet();
    expect(await deletionStatus(at, accepted)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await listed(at, 'Reader')).toEqual([]);
  });

  it('leaves the permission set in use for a while after the last one', async () => {
    const at = smallWorld();
    const { PermissionSetArn } = existing(at);
    const inUse = {
      code: 'ConflictException',
      message: 'Could not delete because PermissionSet has ApplicationProfile associated with it.',
    };
    await expect(at.sso('DeletePermissionSet', { PermissionSetArn })).rejects.toMatchObject(inUse);
    const accepted = await remove(at, existing(at));
    while ((await deletionStatus(at, accepted)).Status === 'IN_PROGRESS') await at.wait(100);
    await expect(at.sso('DeletePermissionSet', { PermissionSetArn })).rejects.toMatchObject(inUse);
    await at.quiet();
    expect(await at.sso('DeletePermissionSet', { PermissionSetArn })).toEqual({});
    expect(await at.sso('ListPermissionSetsProvisionedToAccount', { AccountId: MEMBER })).toEqual({});
  });

  it('takes the role away also when it was to go while it was being provisioned', async () => {
    const at = smallWorld();
    const { instance } = at.world.identityCenter;
    const { PermissionSetArn } = existing(at);
    const role = () => instance.provisionings.get(MEMBER, PermissionSetArn);
    const accepted = await remove(at, existing(at));
    while ((await deletionStatus(at, accepted)).Status === 'IN_PROGRESS') await at.wait(100);
    instance.latencyFactor = 100;
    await at.sso('ProvisionPermissionSet', { PermissionSetArn, TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
    await at.wait(1);
    instance.latencyFactor = 1;
    expect(role()).toBeDefined();
    await at.quiet();
    expect(role()).toBeUndefined();
  });

  it('keeps the role when a new assignment comes before it goes, and makes a new one otherwise', async () => {
    const at = smallWorld();
    const { instance } = at.world.identityCenter;
    const roleName = () => instance.provisionings.get(MEMBER, existing(at).PermissionSetArn)?.roleName;
    const before = roleName();
    expect(before).toMatch(/^AWSReservedSSO_Reader_[0-9a-f]{16}$/);
    const accepted = await remove(at, existing(at));
    while ((await deletionStatus(at, accepted)).Status === 'IN_PROGRESS') await at.wait(100);
    await create(at, existing(at));
    await at.quiet();
    expect(roleName()).toBe(before);
    await remove(at, existing(at));
    await at.quiet();
    expect(roleName()).toBeUndefined();
    await create(at, existing(at));
    await at.quiet();
    expect(roleName()).not.toBe(before);
  });
});

describe('operations at the same time', () => {
  it('conflict when they touch the same permission set in the same account', async () => {
    const at = smallWorld();
    await create(at);
    const conflict = { code: 'ConflictException', message: 'There is a conflicting operation in process.' };
    await expect(create(at, { PrincipalId: at.ids.group('team-Three') })).rejects.toMatchObject(conflict);
    await expect(remove(at)).rejects.toMatchObject(conflict);
    await expect(create(at, { TargetId: FINANCE })).resolves.toBeDefined();
    await at.quiet();
    await expect(remove(at)).resolves.toBeDefined();
  });

  it('run one after the other inside an account, side by side across accounts', async () => {
    const at = smallWorld();
    await create(at);
    await create(at, { PermissionSetArn: at.ids.permissionSet('Reader') });
    await create(at, { TargetId: FINANCE });
    const { workers } = at.world.identityCenter.instance;
    expect(workers.busyAccounts).toBe(2);
    const ends: number[] = [];
    const start = at.clock.now();
    for (let pending = 3; pending > 0; ) {
      await at.wait(10);
      const left = at.world.identityCenter.inFlight();
      for (; pending > left; pending -= 1) ends.push(at.clock.now() - start);
    }
    // The latencies are drawn when operations are accepted: the same seed shows what each of them takes.
    const draw = smallWorld().world.identityCenter.instance.drawLatencyMs;
    const [first = 0, second = 0, third = 0] = [draw(), draw(), draw()];
    const expected = [first, first + second, third].sort((a, b) => a - b);
    ends.forEach((end, index) => {
      expect(end - (expected[index] ?? 0)).toBeGreaterThanOrEqual(0);
      expect(end - (expected[index] ?? 0)).toBeLessThanOrEqual(10);
    });
  });

  it('are at most fifteen, creations and deletions together', async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => ({
      id: String(600000000000 + index),
      name: `a${index}`,
    }));
    const document = {
      organization: { managementAccountId: MANAGEMENT },
      root: { accounts: [{ id: MANAGEMENT, name: 'management' }, ...accounts] },
      groups: [{ displayName: 'team-Two' }],
      permissionSets: [{ permissionSetName: 'Writer' }],
    };
    const at = smallWorld({ document });
    const InstanceArn = at.world.settings.instanceArn;
    const submit = (index: number, as: Principal) => {
      const operation = index % 2 === 0 ? 'CreateAccountAssignment' : 'DeleteAccountAssignment';
      const TargetId = accounts[index]?.id ?? '';
      return at.sso(operation, { InstanceArn, ...assignment(at, { TargetId }) }, { as });
    };
    for (let index = 0; index < 15; index += 1) await submit(index, role(MANAGEMENT));
    const tooMany = {
      code: 'ThrottlingException',
      message: 'There are too many requests processing. Please try again later.',
      statusCode: 400,
    };
    await expect(submit(15, role(MANAGEMENT))).rejects.toMatchObject(tooMany);
    await expect(submit(15, accountKey(MANAGEMENT))).rejects.toMatchObject(tooMany);
    expect(at.world.identityCenter.metrics()).toMatchObject({
      throttled: { rate: 0, outstanding: 2 },
      outstanding: { now: 15, maximum: 15 },
    });
    await at.quiet();
    await expect(submit(15, role(MANAGEMENT))).resolves.toBeDefined();
    expect(at.world.identityCenter.metrics().outstanding).toEqual({ now: 1, maximum: 15 });
  });

  it('end the same way and at the same time under the same seed', async () => {
    const run = async (seed: number) => {
      const at = smallWorld({ seed });
      const requests = [
        await create(at),
        await create(at, { TargetId: FINANCE }),
        await create(at, { TargetId: '888888888888' }),
      ];
      const log: unknown[] = [];
      while (at.world.identityCenter.inFlight() > 0) {
        await at.wait(50);
        for (const request of requests) log.push((await creationStatus(at, request)).Status);
      }
      return { log, ids: requests.map(({ RequestId }) => RequestId) };
    };
    expect(await run(5)).toEqual(await run(5));
    expect(await run(5)).not.toEqual(await run(6));
  });

  it('take longer by the latency factor', async () => {
    const at = smallWorld();
    at.world.setLatencyFactor(1000);
    await create(at);
    await at.wait(200_000);
    expect(at.world.identityCenter.inFlight()).toBe(1);
    at.world.setLatencyFactor(0);
    await create(at, { TargetId: FINANCE });
    await at.wait(1);
    expect(await listed(at, 'Writer', FINANCE)).toHaveLength(1);
  });
});

describe('status reads', () => {
  it('keep creations and deletions apart', async () => {
    const at = smallWorld();
    const creation = await create(at);
    const deletion = await remove(at, { TargetId: FINANCE });
    await expect(creationStatus(at, deletion)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(deletionStatus(at, creation)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('list status, id and date, filtered and page by page', async () => {
    const at = smallWorld();
    const failing = await create(at, { TargetId: '888888888888' });
    const working = await create(at);
    const list = (input: object) => at.sso('ListAccountAssignmentCreationStatus', { ...input });
    const running = await list({ Filter: { Status: 'IN_PROGRESS' }, MaxResults: 1 });
    expect(running.AccountAssignmentsCreationStatus).toEqual([
      { Status: 'IN_PROGRESS', RequestId: failing.RequestId, CreatedDate: expect.any(Date) },
    ]);
    const second = await list({ Filter: { Status: 'IN_PROGRESS' }, MaxResults: 1, NextToken: running.NextToken });
    expect(second.AccountAssignmentsCreationStatus).toMatchObject([{ RequestId: working.RequestId }]);
    expect(second.NextToken).toBeUndefined();
    await at.quiet();
    expect((await list({ Filter: { Status: 'IN_PROGRESS' } })).AccountAssignmentsCreationStatus).toEqual([]);
    const failed = await list({ Filter: { Status: 'FAILED' } });
    expect(failed.AccountAssignmentsCreationStatus).toMatchObject([{ RequestId: failing.RequestId }]);
    expect((await list({})).AccountAssignmentsCreationStatus).toHaveLength(2);
    expect((await at.sso('ListAccountAssignmentDeletionStatus')).AccountAssignmentsDeletionStatus).toEqual([]);
  });

  it('refuse a token of another list', async () => {
    const at = smallWorld();
    await create(at);
    await create(at, { TargetId: FINANCE });
    const { NextToken } = await at.sso('ListAccountAssignmentCreationStatus', { MaxResults: 1 });
    expect(NextToken).toBeDefined();
    await expect(at.sso('ListAccountAssignmentDeletionStatus', { NextToken })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('rights that Identity Center uses for its caller', () => {
  it('are checked, and an operation without them fails', async () => {
    const asked: { action: string; resources: readonly string[] }[] = [];
    const authorizer = {
      authorize: ({
        principal,
        action,
        resources,
      }: {
        principal: Principal;
        action: string;
        resources: readonly string[];
      }) => {
        asked.push({ action, resources });
        if (principal.arn.includes('weak')) {
          throw new ServiceFault('AccessDenied', `User: ${principal.arn} is not authorized to perform: ${action}`, 403);
        }
      },
    };
    const at = smallWorld({ authorizer });
    const denied = await create(at, {}, role('222222222222', 'weak'));
    const allowed = await create(at, { TargetId: FINANCE }, role('222222222222', 'strong'));
    expect(asked[0]).toEqual({
      action: 'iam:GetSAMLProvider',
      resources: [`arn:aws:iam::${MEMBER}:saml-provider/AWSSSO_1111222233334444_DO_NOT_DELETE`],
    });
    await at.quiet();
    const { Status, FailureReason } = await creationStatus(at, denied);
    expect(Status).toBe('FAILED');
    expect(FailureReason).toMatch(/^Received a 403 status error: Access denied by IAM\. .*iam:GetSAMLProvider$/);
    expect(await creationStatus(at, allowed)).toMatchObject({ Status: 'SUCCEEDED' });
  });
});

describe('lists that lag behind', () => {
  it('show an effect later, and settle only then', async () => {
    const at = smallWorld({ identityCenter: { listLagMs: 2_000 } });
    expect(await listed(at, 'Reader')).toHaveLength(1);
    const accepted = await create(at);
    while ((await creationStatus(at, accepted)).Status === 'IN_PROGRESS') await at.wait(1);
    expect(await listed(at)).toEqual([]);
    expect(at.world.settleInfo()).toEqual({ operationsInFlight: 1 });
    await at.wait(2_000);
    expect(await listed(at)).toHaveLength(1);
    expect(at.world.settleInfo()).toEqual({ operationsInFlight: 0 });
  });
});
