import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, RemovePermissionCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-identitystore';
import { CreateOrganizationalUnitCommand } from '@aws-sdk/client-organizations';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { UpdatePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { assignByHand, principalId, removeByHand } from './support/access';
import { assumeRole } from './support/assumed-role';
import { Executions, type MachineName } from './support/executions';
import { invoke } from './support/invoke';
import { largeEvent } from './support/large-event';
import { LinkBucket } from './support/link-bucket';
import {
  ADMINISTRATION,
  administratorOf,
  type Credentials,
  IDENTITY_STORE_ID,
  INSTANCE_ARN,
  LocalCloud,
  MANAGEMENT,
  REGION,
  TARGET,
} from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { operatorCommand } from './support/operator-command';
import { defaultOrganization } from './support/oracle';
import { OtherConfiguration } from './support/other-configuration';
import { until } from './support/until';

const ROOT_LINK = 'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile';
/** The roles that can hand out access. */
const WRITERS = ['assignment', 'permission-set'].map(
  (writer) => `arn:aws:iam::${ADMINISTRATION}:role/local-${writer}-writer-eu-west-1`,
);
const SOME_ACCOUNT = '444444444401';

/** A work item that has nothing to do. */
const ROW_IS_GONE = { rowPk: 'none', accountId: SOME_ACCOUNT, generation: 1 };

/** Every part of a permission set, and every part another way. */
const FULL = {
  permissionSetName: 'Full',
  sessionDurationInMinutes: 120,
  tags: [{ Key: 'team', Value: 'Shop' }],
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  customerManagedPoliciesList: [{ Name: 'cmp-3' }],
  inlinePolicyDocument: { Statement: { Effect: 'Deny', Action: 's3:*', Resource: '*' } },
  permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
};
const OTHER = {
  permissionSetName: 'Full',
  tags: [{ Key: 'stage', Value: 'prod' }],
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/AWSSupportAccess'],
  customerManagedPoliciesList: [{ Name: 'cmp-1', Path: '/cmp/1/' }],
};

/** The mark that asks the planner to look at every link. */
function everything(): object {
  return { slice: { kind: 'everything' }, version: randomUUID(), markedAt: new Date().toISOString() };
}

/** The mark that asks for a look at a permission set. */
function lookAtHeld(): object {
  return { permissionSetName: 'Held', version: randomUUID() };
}

/** A call that CloudTrail tells of, with what rules look at. */
function toldCall(service: string, eventSource: string, eventName: string) {
  const detail = { eventSource: `${eventSource}.amazonaws.com`, eventName };
  return { source: `aws.${service}`, 'detail-type': 'AWS API Call via CloudTrail', detail };
}

/** One event for each rule. */
const FORWARDED_FROM_MANAGEMENT = [
  toldCall('organizations', 'organizations', 'MoveAccount'),
  {
    source: 'aws.tag',
    'detail-type': 'Tag Change on Resource',
    detail: { service: 'organizations', 'resource-type': 'account' },
  },
];
const FORWARDED_FROM_IDENTITY_CENTER = [
  toldCall('sso-directory', 'sso-directory', 'CreateGroup'),
  toldCall('sso', 'sso', 'CreatePermissionSet'),
];

interface Right {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** A statement of a template; the call was allowed, and is denied without the statement. */
interface StatementProof {
  readonly attachedTo: string;
  readonly policy: string;
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly call?: { readonly action: string; readonly resource: string };
}

/** Granted, but not used by what this test does; each with its reason. An entry that is used fails the test as well. */
const NOT_USED: readonly (Right & { readonly why: string })[] = [
  {
    role: 'local-permission-set-writer-eu-west-1',
    action: 'sso:TagResource',
    resource: 'arn:aws:sso:::instance/*',
    why: 'AWS lists instance and permission set for it, and does not say that the permission set alone is enough.',
  },
];

describe('least privilege', () => {
  let cloud: LocalCloud;
  let tables: DynamoDBDocumentClient;
  let executions: Executions;
  let configuration: OtherConfiguration;
  beforeAll(async () => {
    // Roles that may assume whatever lets them: one beside the functions, one that is only named like a function's.
    const roles = [
      { accountId: TARGET, name: 'curious', allow: ['sts:AssumeRole'] },
      { accountId: SOME_ACCOUNT, name: 'local-apply-assignments-eu-west-1', allow: ['sts:AssumeRole'] },
      { accountId: TARGET, name: 'approver', allow: ['execute-api:Invoke'] },
    ];
    configuration = OtherConfiguration.of({}, { Guard: { MaxRemovals: 20, MaxRemovalPercent: 50 } });
    const organization = { ...defaultOrganization(), roles };
    cloud = await LocalCloud.start({ organization, speed: 40, extra: configuration.arguments });
    tables = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.clientOf(administratorOf(TARGET))));
    executions = new Executions(cloud);
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  test('the tour: a link is created, looked at and deleted', async () => {
    const { requestId } = await cloud.link('create', ROOT_LINK);
    await cloud.settle();
    expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('COMPLETED');
    // A run that died while it held something.
    await put('local-control', 'GUARDED', 'abandoned', { planId: 'abandoned', pairId: 'abandoned' });
    expect(await heldInDryRun('/postLinkData', { action: 'delete', linkData: ROOT_LINK })).toEqual([
      { removals: expect.any(Number), reason: expect.stringMatching(/over Guard/) },
    ]);
    const { requestId: deletion } = await cloud.link('delete', ROOT_LINK);
    await cloud.settle();
    const { body } = await cloud.api('GET', `/requests/${deletion}`);
    expect(body.status).toBe('HELD');
    expect((await cloud.api('GET', `/plans/${body.heldBy}`)).body.status).toBe('HELD');
    const [planId] = body.heldBy;
    const permissionSetData = { permissionSetName: 'CloudOperator-ps' };
    for (const [path, submission] of [
      ['/postLinkData', { action: 'delete', linkData: ROOT_LINK }],
      ['/postPermissionSetData', { action: 'create', permissionSetData }],
    ] as const) {
      expect(await heldInDryRun(path, submission)).toMatchObject([{ planId }]);
    }
    const approver = await assumeRole(cloud, 'approver');
    expect((await cloud.api('POST', `/plans/${body.heldBy}/approve`, undefined, approver)).status).toBe(200);
    await cloud.settle();
    expect((await cloud.api('GET', `/requests/${deletion}`)).body.status).toBe('COMPLETED');
    expect((await cloud.api('POST', `/plans/${planId}/reject`, undefined, approver)).status).toBe(409);
  });

  /** What a dry run says would be held. */
  async function heldInDryRun(path: string, submission: object): Promise<unknown> {
    const { status, body } = await cloud.api('POST', `${path}?dryRun=true`, submission);
    expect([path, status, body]).toEqual([path, 200, { plan: expect.anything() }]);
    return body.plan.held;
  }

  test('a dry run of a permission set whose group of many accounts is gone, of which no event told', async () => {
    const permissionSetData = { permissionSetName: 'Shared' };
    await cloud.api('POST', '/postPermissionSetData', { action: 'create', permissionSetData });
    const group = { IdentityStoreId: IDENTITY_STORE_ID, DisplayName: 'everywhere' };
    const { GroupId } = await cloud.identityStore().send(new CreateGroupCommand(group));
    const linkData = 'root%all%Shared%everywhere%GROUP%ssofile';
    await cloud.link('create', linkData);
    await cloud.settle();
    await cloud.local('POST', 'faults', { eventLoss: 1 });
    await cloud.identityStore().send(new DeleteGroupCommand({ IdentityStoreId: IDENTITY_STORE_ID, GroupId }));
    expect(await heldInDryRun('/postPermissionSetData', { action: 'create', permissionSetData })).toEqual([
      { removals: expect.any(Number), reason: expect.stringMatching(/over Guard/) },
    ]);
    await cloud.local('POST', 'faults', {});
    const { requestId } = await cloud.link('delete', linkData);
    await cloud.settle();
    const [planId] = (await cloud.api('GET', `/requests/${requestId}`)).body.heldBy;
    const approver = await assumeRole(cloud, 'approver');
    expect((await cloud.api('POST', `/plans/${planId}/approve`, undefined, approver)).status).toBe(200);
    await cloud.settle();
  });

  test('caller roles submit links, both ways, and read every answer', async () => {
    const caller = await assumeRole(cloud, 'link-caller');
    const link = 'account%123456789012%Breakglass-ps%break-glass%USER%ssofile';
    const { status, body } = await cloud.api('POST', '/postLinkData', { action: 'create', linkData: link }, caller);
    expect(status).toBe(200);
    for (const scope of ['account%444444444401', 'account_tag%team^Finance', 'ou_id%ou-ab12-nowhere00']) {
      const linkData = `${scope}%Breakglass-ps%break-glass%USER%ssofile`;
      const dryRun = await cloud.api('POST', '/postLinkData?dryRun=true', { action: 'create', linkData }, caller);
      expect([scope, dryRun.status]).toEqual([scope, 200]);
    }
    await putAndDelete(caller);
    await cloud.settle();
    for (const path of [
      `/requests/${body.requestId}`,
      '/links',
      `/links/${body.linkId}`,
      '/links?permissionSet=Breakglass-ps',
      '/links?permissionSet=Breakglass-ps&principalType=USER&principalName=break-glass',
      '/accounts/123456789012/assignments',
      '/assignments',
      '/assignments?principalType=USER&principalName=break-glass',
      '/assignments?permissionSet=Breakglass-ps',
    ]) {
      expect([path, (await cloud.api('GET', path, undefined, caller)).status]).toEqual([path, 200]);
    }
    const other = await assumeRole(cloud, 'permission-set-caller');
    expect((await cloud.api('GET', `/requests/${body.requestId}`, undefined, other)).status).toBe(200);
  });

  /** A link file, one that is no link, and what people do beside. */
  async function putAndDelete(caller: Credentials): Promise<void> {
    const files = await LinkBucket.of(cloud, caller);
    const text = 'account_tag%team^Finance%Billing-ps%team-Accountants%GROUP%ssofile';
    await files.put(text);
    await files.put('account%12345%Billing-ps%team-Accountants%GROUP%ssofile');
    const Key = `links_data/${text}`;
    await cloud.s3(caller).send(new ListObjectsV2Command({ Bucket: files.name, Prefix: 'links_data/' }));
    await cloud.s3(caller).send(new GetObjectCommand({ Bucket: files.name, Key }));
    await cloud.settle();
    await files.delete(text);
  }

  test('caller roles submit permission sets, both ways, and read every answer', async () => {
    const caller = await assumeRole(cloud, 'permission-set-caller');
    const post = async (action: string, permissionSetData: object) => {
      const answer = await cloud.api('POST', '/postPermissionSetData', { action, permissionSetData }, caller);
      expect(answer.status).toBe(200);
      await cloud.settle();
      return answer.body.requestId as string;
    };
    const dryRun = async (action: string, permissionSetData: object) => {
      const submission = { action, permissionSetData };
      const { status, body } = await cloud.api('POST', '/postPermissionSetData?dryRun=true', submission, caller);
      expect([action, status]).toEqual([action, 200]);
      return body.plan;
    };
    const unborn = 'account%123456789012%Unborn%team-Accountants%GROUP%ssofile';
    await cloud.link('create', unborn);
    await cloud.settle();
    expect(await dryRun('create', { permissionSetName: 'Unborn' })).toMatchObject({ create: 1 });
    await cloud.link('delete', unborn);
    await post('create', FULL);
    // Accounts that have it get the change, first one, then all.
    await cloud.link('create', 'account%123456789012%Full%team-Accountants%GROUP%ssofile');
    await cloud.settle();
    await post('update', OTHER);
    await cloud.link('create', 'account_tag%team^Finance%Full%team-Accountants%GROUP%ssofile');
    await cloud.settle();
    expect(await dryRun('update', FULL)).toMatchObject({ provision: 4, permissionSet: { kind: 'update' } });
    const requestId = await post('update', FULL);
    await post('update', { permissionSetName: 'Full' });
    for (const path of [
      `/requests/${requestId}`,
      '/permission-sets',
      '/permission-sets?name=Full',
      '/permission-sets/Full',
      '/permission-sets/Full/generations',
    ]) {
      expect([path, (await cloud.api('GET', path, undefined, caller)).status]).toEqual([path, 200]);
    }
    await cloud.link('delete', 'account%123456789012%Full%team-Accountants%GROUP%ssofile');
    await cloud.link('delete', 'account_tag%team^Finance%Full%team-Accountants%GROUP%ssofile');
    // Its assignments are still there.
    expect(await dryRun('delete', { permissionSetName: 'Full' })).toMatchObject({ waitingFor: [expect.anything()] });
    await post('delete', { permissionSetName: 'Full' });
    expect((await cloud.api('GET', '/permission-sets/Full', undefined, caller)).status).toBe(404);
    await filesOfPermissionSets(caller);
  });

  /** A file, one that is refused, and a deletion that is refused. */
  async function filesOfPermissionSets(caller: Credentials): Promise<void> {
    const files = await LinkBucket.of(cloud, caller, 'permission-sets');
    const link = 'account%123456789012%By-file%team-Accountants%GROUP%ssofile';
    await files.put('By-file.json', JSON.stringify({ permissionSetName: 'By-file' }));
    await files.put('Refused.json', '{');
    expect(await files.list()).toEqual(['By-file.json', 'Refused.json']);
    const Key = 'permission_sets/By-file.json';
    await cloud.s3(caller).send(new GetObjectCommand({ Bucket: files.name, Key }));
    await cloud.link('create', link);
    await cloud.settle();
    await files.delete('By-file.json');
    await cloud.settle();
    await cloud.link('delete', link);
    await cloud.settle();
    await files.put('By-file.json', JSON.stringify({ permissionSetName: 'By-file' }));
    await cloud.settle();
    await files.delete('By-file.json');
    await cloud.settle();
  }

  test('what waits for a change outside is looked at again', async () => {
    // A policy that no account has: what is assigned with it is held.
    const held = { permissionSetName: 'Held', customerManagedPoliciesList: [{ Name: 'nowhere' }] };
    const body = { action: 'create', permissionSetData: held };
    expect((await cloud.api('POST', '/postPermissionSetData', body)).status).toBe(200);
    await cloud.link('create', 'account%123456789012%Held%team-Accountants%GROUP%ssofile');
    await cloud.settle();
    const state = async () => (await cloud.api('GET', '/assignments?permissionSet=Held')).body.assignments[0].state;
    expect(await state()).toBe('HELD');
    // A permission set that somebody else assigned is set aside until it is nobody's.
    const waiting = { action: 'create', permissionSetData: { permissionSetName: 'Waiting' } };
    expect((await cloud.api('POST', '/postPermissionSetData', waiting)).status).toBe(200);
    await cloud.settle();
    const byHand = {
      accountId: SOME_ACCOUNT,
      permissionSetArn: await cloud.permissionSetArn('Waiting'),
      principalType: 'GROUP',
      principalId: await principalId(cloud, 'GROUP', 'team-Accountants'),
    } as const;
    await assignByHand(cloud, byHand);
    const removal = { action: 'delete', permissionSetData: { permissionSetName: 'Waiting' } };
    expect((await cloud.api('POST', '/postPermissionSetData', removal)).status).toBe(200);
    await cloud.settle();
    // The other schedules would ring as well.
    await invoke(cloud, 'local-look-again', { scope: 'setAside' });
    await cloud.settle();
    expect(await state()).toBe('HELD');
    await removeByHand(cloud, byHand);
    await cloud.local('POST', 'schedules/fire');
    await cloud.settle();
    expect(await state()).toBe('HELD');
    await cloud.link('delete', 'account%123456789012%Held%team-Accountants%GROUP%ssofile');
    await cloud.settle();
  });

  test('units without accounts, and units that nobody knows', async () => {
    const unit = { ParentId: 'r-ab12', Name: 'Empty' };
    const { OrganizationalUnit } = await cloud.organizations().send(new CreateOrganizationalUnitCommand(unit));
    await cloud.link('create', `ou_id%${OrganizationalUnit?.Id}%Billing-ps%team-Accountants%GROUP%ssofile`);
    const nowhere = 'ou_id%ou-ab12-nowhere00%Billing-ps%team-Accountants%GROUP%ssofile';
    await cloud.link('create', nowhere);
    await cloud.settle();
    const { body } = await cloud.api('GET', '/links?waiting=true');
    expect(body.links.map(({ linkData }: { linkData: string }) => linkData)).toContain(nowhere);
    // A whole read of the organization counts for a while; the next one forgets what was looked up by itself.
    await cloud.advance(60);
    await cloud.link('create', ROOT_LINK);
    await cloud.settle();
  });

  test('an account is suspended while an assignment is created in it', async () => {
    await cloud.local('POST', 'faults', { latencyFactor: 20 });
    const { requestId } = await cloud.link('create', `account%${SOME_ACCOUNT}%Billing-ps%carol%USER%ssofile`);
    await until(async () => (await cloud.api('GET', `/requests/${requestId}`)).body.status === 'APPLYING');
    await cloud.local('POST', `accounts/${SOME_ACCOUNT}`, { state: 'SUSPENDED' });
    await until(async () => (await cloud.api('GET', `/requests/${requestId}`)).body.errors.length > 0);
    await cloud.local('POST', 'faults', {});
    await cloud.local('POST', `accounts/${SOME_ACCOUNT}`, { state: 'ACTIVE' });
    await cloud.settle();
    expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('COMPLETED');
  });

  test('what becomes due while a run ends is taken up by the run that it rings for', async () => {
    await whileStepsDown('reconcile', () => put('local-control', 'MARK#reconcile', 'everything', everything()));
    await whileStepsDown('apply-assignments', () => put('local-ledger', 'WORK#grant', '00000000#none', ROW_IS_GONE));
    await whileStepsDown('converge-permission-sets', () => put('local-permission-sets', 'WORK', 'Held', lookAtHeld()));
  });

  test('a slice that failed often while others succeeded is set aside', async () => {
    // As it is left behind by a pass that ended without a result, the last of several.
    const key = 'link#broken';
    const slice = { kind: 'link', linkId: 'broken', pairId: 'broken' };
    const failed = { attempts: 4, blamed: 3, failedAt: 1 };
    await put('local-control', 'MARK#reconcile', key, { slice, version: randomUUID(), ...failed });
    await tables.send(
      new UpdateCommand({
        TableName: 'local-control',
        Key: { pk: 'LEADER#reconcile', sk: 'LEADER' },
        UpdateExpression: 'SET attempting = :keys, succeededAt = :later',
        ExpressionAttributeValues: { ':keys': [key], ':later': 2 },
      }),
    );
    await cloud.settle();
    const parked = { TableName: 'local-control', Key: { pk: 'PARKED#reconcile', sk: key } };
    expect((await tables.send(new GetCommand(parked))).Item).toMatchObject({ attempts: 5, blamed: 4 });
  });

  test('times of links are noted, taken back and passed', async () => {
    const text = 'root%all%Timed%team-Accountants%GROUP%ssofile';
    const link = {
      scope: { type: 'root' },
      permissionSet: 'Timed',
      principal: { type: 'GROUP', name: 'team-Accountants' },
    };
    const create = async (limits: object) => {
      const { status } = await cloud.api('POST', '/postLinkData', { action: 'create', link: { ...link, ...limits } });
      expect(status).toBe(200);
    };
    const files = await LinkBucket.of(cloud);
    await create({ expiresAt: '2999-01-01T00:00:00Z' });
    await create({ expiresAt: '2999-02-01T00:00:00Z' });
    await files.put(text);
    await cloud.settle();
    await files.delete(text);
    const time = { TableName: 'local-control', Key: { pk: 'TIMES#links', sk: '000000000000001#none' } };
    await put('local-control', time.Key.pk, time.Key.sk, { linkId: 'none', pairId: 'none' });
    await cloud.advance(60);
    expect((await tables.send(new GetCommand(time))).Item).toBeUndefined();
    await cloud.settle();
  });

  test('what others change, and principals that go', async () => {
    const IdentityStoreId = IDENTITY_STORE_ID;
    const groupId = await principalId(cloud, 'GROUP', 'team-Accountants');
    const name = 'Changed-ps';
    const body = { action: 'create', permissionSetData: { permissionSetName: name } };
    expect((await cloud.api('POST', '/postPermissionSetData', body)).status).toBe(200);
    const userInput = { IdentityStoreId, UserName: 'mallory', DisplayName: 'Mallory' };
    const Name = { GivenName: 'Mallory', FamilyName: 'Example' };
    const { UserId } = await cloud.identityStore().send(new CreateUserCommand({ ...userInput, Name }));
    const links = ['team-Accountants%GROUP', 'mallory%USER'].map(
      (who) => `account%${SOME_ACCOUNT}%${name}%${who}%ssofile`,
    );
    for (const link of links) await cloud.link('create', link);
    await cloud.settle();
    const PermissionSetArn = await cloud.permissionSetArn(name);
    await removeByHand(cloud, {
      accountId: SOME_ACCOUNT,
      permissionSetArn: PermissionSetArn,
      principalType: 'GROUP',
      principalId: groupId,
    });
    expect(await cloud.assignedPrincipals(SOME_ACCOUNT, PermissionSetArn)).toContain(groupId);
    const changed = { InstanceArn: INSTANCE_ARN, PermissionSetArn, Description: 'changed by hand' };
    await cloud.ssoAdmin(administratorOf(MANAGEMENT)).send(new UpdatePermissionSetCommand(changed));
    await cloud.settle();
    await cloud.identityStore().send(new DeleteUserCommand({ IdentityStoreId, UserId }));
    await cloud.settle();
    expect(await cloud.assignedPrincipals(SOME_ACCOUNT, PermissionSetArn)).toEqual([groupId]);
    for (const link of links) await cloud.link('delete', link);
    await cloud.settle();
  });

  test('a group that is deleted, and an account of which no event tells', async () => {
    const group = { IdentityStoreId: IDENTITY_STORE_ID, DisplayName: 'short-lived' };
    const { GroupId } = await cloud.identityStore().send(new CreateGroupCommand(group));
    const link = `account%${SOME_ACCOUNT}%Billing-ps%short-lived%GROUP%ssofile`;
    await cloud.link('create', link);
    await cloud.settle();
    await cloud.identityStore().send(new DeleteGroupCommand({ IdentityStoreId: IDENTITY_STORE_ID, GroupId }));
    await cloud.settle();
    await cloud.link('delete', link);
    await cloud.settle();
    for (const state of ['SUSPENDED', 'ACTIVE']) {
      await cloud.local('POST', `accounts/${SOME_ACCOUNT}`, { state });
      expect(await invoke(cloud, 'local-watch-organization', {})).toEqual({ differing: 1 });
      await cloud.settle();
    }
  });

  test('a dry run about a group of which no event told that it is called otherwise', async () => {
    const IdentityStoreId = IDENTITY_STORE_ID;
    const group = { IdentityStoreId, DisplayName: 'called-so' };
    const { GroupId } = await cloud.identityStore().send(new CreateGroupCommand(group));
    const linkData = `account%${SOME_ACCOUNT}%Billing-ps%called-so%GROUP%ssofile`;
    await cloud.link('create', linkData);
    await cloud.settle();
    await cloud.local('POST', 'faults', { eventLoss: 1 });
    const Operations = [{ AttributePath: 'displayName', AttributeValue: 'called-otherwise' }];
    await cloud.identityStore().send(new UpdateGroupCommand({ IdentityStoreId, GroupId, Operations }));
    const { status, body } = await cloud.api('POST', '/postLinkData?dryRun=true', { action: 'create', linkData });
    expect([status, body]).toMatchObject([200, { plan: { delete: 1 } }]);
    await cloud.local('POST', 'faults', {});
    await cloud.link('delete', linkData);
    await cloud.settle();
  });

  test('a full pass that finds an assignment missing', async () => {
    const groupId = await principalId(cloud, 'GROUP', 'team-Accountants');
    const link = `account%${SOME_ACCOUNT}%Billing-ps%team-Accountants%GROUP%ssofile`;
    await cloud.link('create', link);
    await cloud.settle();
    await cloud.local('POST', 'faults', { eventLoss: 1 });
    const permissionSetArn = await cloud.permissionSetArn('Billing-ps');
    const assignment = {
      accountId: SOME_ACCOUNT,
      permissionSetArn,
      principalType: 'GROUP',
      principalId: groupId,
    } as const;
    await removeByHand(cloud, assignment);
    await cloud.local('POST', 'faults', {});
    expect(await cloud.assignedPrincipals(SOME_ACCOUNT, permissionSetArn)).not.toContain(groupId);
    const { status, body } = await cloud.api('POST', '/full-pass?inventory=true');
    expect([status, body.message]).toEqual([200, 'A full pass was started']);
    const request = async (requestId: string) => (await cloud.api('GET', `/requests/${requestId}`)).body;
    await until(async () => (await request(body.requestId)).status === 'APPLYING');
    // One that is asked for meanwhile follows it.
    const { body: next } = await cloud.api('POST', '/full-pass');
    expect(next.message).toBe('A full pass or an import is running: another full pass begins when it has ended');
    await cloud.settle();
    expect(await cloud.assignedPrincipals(SOME_ACCOUNT, permissionSetArn)).toContain(groupId);
    expect(await request(body.requestId)).toMatchObject({
      kind: 'fullPass',
      status: 'COMPLETED',
      counts: { missing: 1 },
      message: expect.stringMatching(/1 managed assignment missing, created again.* GET \/assignments\?managed=false/),
    });
    expect(await request(next.requestId)).toMatchObject({ status: 'COMPLETED' });
    const unmanaged = await cloud.api('GET', '/assignments?managed=false&permissionSet=LegacyAdministrator');
    expect(unmanaged.body.assignments).toMatchObject([
      { accountId: SOME_ACCOUNT, principalType: 'GROUP', principalName: 'legacy-administrators' },
      { accountId: '666666666601', principalType: 'USER', principalName: 'judy@example.com' },
    ]);
    await cloud.link('delete', link);
    await cloud.settle();
  });

  test('what is due although its bell was lost is rung for within a minute', async () => {
    await put('local-control', 'MARK#reconcile', 'everything', everything());
    await put('local-ledger', 'WORK#grant', '00000000#none', ROW_IS_GONE);
    await put('local-permission-sets', 'WORK', 'Held', lookAtHeld());
    await put('local-control', 'ASKED#full-pass', 'asked', { requestId: 'asked', inventory: false });
    await cloud.settle();
  });

  test('an import takes over what is there, and changes nothing', async () => {
    const legacy = async (query = '') =>
      (await cloud.api('GET', `/assignments?permissionSet=LegacyAdministrator${query}`)).body.assignments;
    const before = await legacy('&managed=false');
    expect(before.length).toBeGreaterThan(1);
    const observed = await observedAssignments(cloud);
    const printed = await operatorCommand(cloud, 'import');
    expect(printed).toMatch(/done: Permission sets: [1-9]\d* imported, .*Account assignments: [1-9]\d* imported, /);
    expect(printed).toMatch(/report: s3:\/\/local-artefacts-333333333333-eu-west-1\/imports\/.*\/report\.json/);
    await cloud.settle();
    expect(await observedAssignments(cloud)).toEqual(observed);
    const imported = await legacy();
    expect(imported.map(({ accountId }: { accountId: string }) => accountId)).toEqual(
      before.map(({ accountId }: { accountId: string }) => accountId),
    );
    expect(imported[0]).toMatchObject({
      adopted: true,
      state: 'PROVISIONED',
      claims: [expect.stringMatching(/^account%/)],
    });
  });

  test('an event that is too large for an execution is kept', async () => {
    expect((await cloud.local('POST', 'events', [largeEvent(SOME_ACCOUNT)])).status).toBe(200);
    await cloud.settle();
  });

  test('nothing was denied, and nothing is granted that is not used', async () => {
    const { body } = await cloud.local('GET', 'iam');
    expect(body.denied).toEqual([]);
    expect(body.unused.map(rightText).sort()).toEqual(NOT_USED.map(rightText).sort());
  });

  test('an event that is not let in where it is to go is kept where it came from', async () => {
    const target = administratorOf(TARGET);
    const events = new EventBridgeClient(cloud.clientOf(target));
    await events.send(new RemovePermissionCommand({ EventBusName: 'local-events', RemoveAllPermissions: true }));
    const queues = new SQSClient(cloud.clientOf(target));
    const QueueUrl = `${cloud.url}/${TARGET}/local-audit`;
    await queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
    const told = [
      ...FORWARDED_FROM_MANAGEMENT.map((event) => ({ ...event, account: MANAGEMENT, region: 'us-east-1' })),
      ...[MANAGEMENT, ADMINISTRATION].flatMap((account) =>
        FORWARDED_FROM_IDENTITY_CENTER.map((event) => ({ ...event, account, region: REGION })),
      ),
    ];
    expect((await cloud.local('POST', 'events', told)).status).toBe(200);
    await cloud.link('create', ROOT_LINK);
    await cloud.settle();
  });

  test('each statement, taken away, denies a call that was made', async () => {
    const { body } = await cloud.local('GET', 'iam/statements');
    const statements: readonly StatementProof[] = body.statements;
    expect(statements.length).toBeGreaterThan(200);
    const notNeeded = statements.filter(({ call }) => call === undefined);
    const unused = new Set(NOT_USED.map(({ role, action }) => `${role} ${action}`));
    const ofRoles = notNeeded.filter(({ policy }) => policy !== 'resource');
    const unexplained = ofRoles.filter(
      ({ attachedTo, actions }) => !actions.every((action) => unused.has(`${attachedTo.split('/').at(-1)} ${action}`)),
    );
    expect(unexplained).toEqual([]);
    const ofResources = statements.filter(({ policy }) => policy === 'resource');
    expect(ofResources.length).toBeGreaterThan(30);
    expect(ofResources.filter(({ call }) => call === undefined)).toEqual([]);
  });

  test.each([
    ['another role of the account', () => assumeRole(cloud, 'curious')],
    ['a caller role', () => assumeRole(cloud, 'link-caller')],
    ['a role of the same name in another account', () => roleOf(SOME_ACCOUNT, 'local-apply-assignments-eu-west-1')],
    ['the administrator of the target account', async () => administratorOf(TARGET)],
    ['the administrator of the management account', async () => administratorOf(MANAGEMENT)],
  ])('%s cannot become one that writes assignments or permission sets', async (_, credentials) => {
    const client = new STSClient(cloud.clientOf(await credentials()));
    for (const RoleArn of WRITERS) {
      const attempt = client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'curious' }));
      await expect(attempt).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  test('a key that nobody handed out is refused', async () => {
    const unknown = { accessKeyId: 'ASIAUNKNOWNUNKNOWN00', secretAccessKey: 'any', sessionToken: 'any' };
    await expect(identityOf(cloud, unknown)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const caller = await assumeRole(cloud, 'link-caller');
    await expect(identityOf(cloud, { ...caller, secretAccessKey: 'guessed' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    expect(await identityOf(cloud, caller)).toContain('assumed-role/link-caller/');
  });

  test('a key whose session is over is refused', async () => {
    const client = new STSClient(cloud.clientOf(administratorOf(TARGET)));
    const DurationSeconds = 900;
    const RoleArn = `arn:aws:iam::${TARGET}:role/link-caller`;
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'short', DurationSeconds }),
    );
    const credentials = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
    expect(await identityOf(cloud, credentials)).toContain('assumed-role/link-caller/short');
    await cloud.advance(DurationSeconds);
    await expect(identityOf(cloud, credentials)).rejects.toMatchObject({
      name: expect.stringMatching(/^ExpiredToken/),
    });
  });

  function put(TableName: string, pk: string, sk: string, attributes: object): Promise<unknown> {
    return tables.send(new PutCommand({ TableName, Item: { pk, sk, ...attributes } }));
  }

  /** Makes something due in the moment in which a run steps down, again until it fell into that moment. */
  async function whileStepsDown(machine: MachineName, makeDue: () => Promise<unknown>): Promise<void> {
    const role = machine === 'reconcile' ? 'role/local-step-down-eu-west-1' : `role/local-${machine}-eu-west-1`;
    // Each call of a function takes long: so does the moment.
    await cloud.local('POST', 'faults', { latencyFactor: 100 });
    do {
      const executionArn = await executions.start(machine);
      await until(() => executions.hasReached(executionArn, 'StepDown'));
      await makeDue();
      await until(() => executions.hasEnded(executionArn));
    } while (await isUnused(role, 'states:StartExecution'));
    await cloud.local('POST', 'faults', {});
    await cloud.settle();
  }

  async function isUnused(role: string, action: string): Promise<boolean> {
    const { body } = await cloud.local('GET', 'iam');
    return body.unused.some((right: Right) => right.role.endsWith(role) && right.action === action);
  }

  /** Credentials of a role of any account, handed out to the account's administrator. */
  async function roleOf(accountId: string, name: string): Promise<Credentials> {
    const client = new STSClient(cloud.clientOf(administratorOf(accountId)));
    const RoleArn = `arn:aws:iam::${accountId}:role/${name}`;
    const { Credentials: given } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester' }));
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  }
});

/** One line per right. Ids that differ from run to run are left out. */
function rightText({ role, action, resource }: Right): string {
  return `${role.split('/').at(-1)} ${action} ${resource.replace(/key\/[0-9a-f-]+/, 'key/…')}`;
}

async function identityOf(cloud: LocalCloud, credentials: Credentials): Promise<string | undefined> {
  const client = new STSClient(cloud.clientOf(credentials));
  return (await client.send(new GetCallerIdentityCommand({}))).Arn;
}
