import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreatePermissionSetCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DetachManagedPolicyFromPermissionSetCommand,
  TagResourceCommand,
  UpdatePermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import { accountsAssignedTo, assignByHand, principalId, removeByHand } from './support/access';
import { livePermissionSet, provisionedAccounts } from './support/live-permission-set';
import { INSTANCE_ARN, LocalCloud } from './support/local-cloud';

const BILLING = '123456789012';
const WRITER = 'role/local-permission-set-writer-eu-west-1';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they are
  readonly body: any;
}

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 60 });
});
afterAll(() => cloud?.stop());

function sample(action: 'create' | 'update' | 'delete') {
  return JSON.parse(readFileSync(join(__dirname, `../../docs/samples/permission-set-${action}.json`), 'utf8'));
}

function post(body: unknown): Promise<Answer> {
  return cloud.api('POST', '/postPermissionSetData', body);
}

/** Submits a document and waits for what becomes of it. */
async function submit(permissionSetData: object, more: object = { action: 'create' }): Promise<Answer> {
  const accepted = await post({ ...more, permissionSetData });
  expect(accepted).toMatchObject({ status: 200 });
  await cloud.settle();
  return cloud.api('GET', `/requests/${accepted.body.requestId}`);
}

async function shown(name: string): Promise<Answer> {
  return cloud.api('GET', `/permission-sets/${encodeURIComponent(name)}`);
}

async function remove(permissionSetName: string): Promise<void> {
  expect((await post({ action: 'delete', permissionSetData: { permissionSetName } })).status).toBe(200);
  await cloud.settle();
  expect((await shown(permissionSetName)).status).toBe(404);
}

/** Calls that change a permission set, made by the solution so far. */
async function writes(): Promise<number> {
  const { callsByRole } = (await cloud.local('GET', 'metrics')).body;
  const [, calls = {}] = Object.entries(callsByRole).find(([role]) => role.endsWith(WRITER)) ?? [];
  const counted = Object.entries(calls as Record<string, number>);
  return counted.reduce((sum, [call, times]) => (/^sso:(Describe|Get|List)/.test(call) ? sum : sum + times), 0);
}

describe('the sample documents', () => {
  const name = 'CloudOperator-ps';

  test('are created, updated and deleted, field by field', async () => {
    const arn = await cloud.permissionSetArn(name);
    const assignment = {
      accountId: BILLING,
      permissionSetArn: arn,
      principalType: 'GROUP',
      principalId: await principalId(cloud, 'GROUP', 'team-CloudOperators'),
    } as const;
    await assignByHand(cloud, assignment);
    const created = sample('create');
    const { body: accepted } = await post(created);
    expect(accepted).toEqual({
      message: 'Permission Set create operation is being processed',
      requestId: expect.any(String),
    });
    await cloud.settle();
    expect(await livePermissionSet(cloud, name)).toEqual({
      description: name,
      sessionDuration: 'PT4H',
      relayState: 'https://{{region}}.console.aws.amazon.com/console/home?region={{region}}#',
      tags: { versionid: '01', team: 'CloudOperators' },
      managedPolicies: [
        'arn:aws:iam::aws:policy/job-function/NetworkAdministrator',
        'arn:aws:iam::aws:policy/job-function/SystemAdministrator',
      ],
      customerManagedPolicies: ['/cmp-3', '/cmp/1/cmp-1', '/cmp/2/cmp-2'],
      inlinePolicy: created.permissionSetData.inlinePolicyDocument,
      boundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/job-function/NetworkAdministrator' },
    });
    expect(await provisionedAccounts(cloud, arn)).toEqual([BILLING]);
    expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([]);
    expect((await shown(name)).body).toMatchObject({
      permissionSetArn: arn,
      document: created.permissionSetData,
      generation: 1,
      appliedGeneration: 1,
      status: 'COMPLETED',
      requiredPolicies: ['/cmp/1/cmp-1', '/cmp/2/cmp-2', '/cmp-3'],
      message: 'adopted: it existed in Identity Center before it was declared',
    });

    const updated = sample('update');
    await submit(updated.permissionSetData, { action: 'update' });
    expect(await livePermissionSet(cloud, name)).toEqual({
      description: name,
      sessionDuration: 'PT7H',
      relayState: 'https://{{region}}.console.aws.amazon.com/console/home?region={{region}}#',
      tags: { versionid: '02', team: 'CloudOperators' },
      managedPolicies: [
        'arn:aws:iam::aws:policy/AWSHealthFullAccess',
        'arn:aws:iam::aws:policy/job-function/NetworkAdministrator',
        'arn:aws:iam::aws:policy/job-function/SystemAdministrator',
      ],
      customerManagedPolicies: ['/cmp-3', '/cmp/1/cmp-1', '/cmp/2/cmp-2'],
      inlinePolicy: updated.permissionSetData.inlinePolicyDocument,
      boundary: { CustomerManagedPolicyReference: { Name: 'cmp-pb', Path: '/cmp/pb/' } },
    });
    expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([]);

    // Somebody else's assignment keeps it: it is never removed, and the deletion says so.
    const { body: deletion } = await post(sample('delete'));
    await cloud.settle();
    expect((await shown(name)).body).toMatchObject({
      status: 'DELETING',
      message: expect.stringContaining(`is assigned in ${BILLING}, not by this solution`),
    });
    expect((await cloud.api('GET', `/requests/${deletion.requestId}`)).body).toMatchObject({ status: 'WAITING' });
    expect(await cloud.permissionSetArn(name)).toBe(arn);
    await removeByHand(cloud, assignment);
    await cloud.local('POST', 'schedules/fire');
    await cloud.settle();
    expect((await shown(name)).status).toBe(404);
    await expect(cloud.permissionSetArn(name)).rejects.toThrow('No permission set');
    expect((await cloud.api('GET', `/requests/${deletion.requestId}`)).body).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a document', () => {
  test('with nothing but a name works, and is deleted', async () => {
    const { body } = await submit({ permissionSetName: 'Only.a@name' });
    expect(body).toMatchObject({ status: 'COMPLETED', kind: 'permissionSet', subject: 'Only.a@name', generation: 1 });
    expect(await livePermissionSet(cloud, 'Only.a@name')).toEqual({
      description: 'Only.a@name',
      sessionDuration: 'PT1H',
      tags: {},
      managedPolicies: [],
      customerManagedPolicies: [],
    });
    await remove('Only.a@name');
    await expect(cloud.permissionSetArn('Only.a@name')).rejects.toThrow('No permission set');
  });

  const full = {
    permissionSetName: 'Shrinking',
    description: 'Everything',
    sessionDurationInMinutes: '720',
    relayState: 'https://console.aws.amazon.com/',
    tags: [
      { Key: 'team', Value: 'Shop' },
      { Key: 'stage', Value: '' },
    ],
    managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/AWSSupportAccess'],
    customerManagedPoliciesList: [{ Name: 'cmp-3' }, { Name: 'cmp-1', Path: '/cmp/1/' }],
    inlinePolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 's3:*', Resource: '*' } },
    permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
  };

  test('from which a property is removed removes it from the live set', async () => {
    await submit(full);
    const before = await livePermissionSet(cloud, 'Shrinking');
    const { permissionSetName, ...properties } = full;
    expect(before).toMatchObject({ sessionDuration: 'PT12H', boundary: full.permissionsBoundary });
    const gone = {
      description: { description: permissionSetName },
      sessionDurationInMinutes: { sessionDuration: 'PT1H' },
      relayState: { relayState: undefined },
      tags: { tags: {} },
      managedPoliciesArnList: { managedPolicies: [] },
      customerManagedPoliciesList: { customerManagedPolicies: [] },
      inlinePolicyDocument: { inlinePolicy: undefined },
      permissionsBoundary: { boundary: undefined },
    };
    for (const [property, effect] of Object.entries(gone)) {
      const document = Object.fromEntries(
        Object.entries({ permissionSetName, ...properties }).filter(([key]) => key !== property),
      );
      await submit(document, { action: 'update' });
      expect(await livePermissionSet(cloud, permissionSetName)).toEqual({ ...before, ...effect });
    }
    // One of two policies, and {} as good as absent.
    await submit({
      ...full,
      managedPoliciesArnList: full.managedPoliciesArnList.slice(0, 1),
      tags: full.tags.slice(1),
      inlinePolicyDocument: {},
      permissionsBoundary: {},
    });
    expect(await livePermissionSet(cloud, permissionSetName)).toEqual({
      ...before,
      tags: { stage: '' },
      managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicy: undefined,
      boundary: undefined,
    });
  });

  test('keeps the values of its policy and comes back as it was submitted', async () => {
    const document = {
      tags: [{ Value: 'b', Key: 'a' }],
      inlinePolicyDocument: {
        Statement: [
          {
            Sid: '',
            Condition: {
              Bool: { 'aws:MultiFactorAuthPresent': false },
              NumericEquals: { 's3:max-keys': [0, 1] },
              StringEquals: { 'aws:PrincipalTag/team': ['', 'Größe „x“', '日本'] },
              Null: { 'aws:TokenIssueTime': [] },
            },
            NotResource: [],
            Effect: 'Allow',
            NotAction: 'iam:*',
          },
        ],
        Id: 'any',
        Version: '2012-10-17',
      },
      permissionSetName: 'Values',
    };
    await submit(document);
    expect((await livePermissionSet(cloud, 'Values')).inlinePolicy).toEqual(document.inlinePolicyDocument);
    const { body } = await shown('Values');
    expect(JSON.stringify(body.document)).toBe(JSON.stringify(document));
    // The same in another order is the same: nothing is written.
    const before = await writes();
    const { Id, ...others } = document.inlinePolicyDocument;
    await submit({ ...document, inlinePolicyDocument: { Id, ...others } });
    expect(await writes()).toBe(before);
  });

  test('submitted again writes nothing', async () => {
    await submit({ ...full, permissionSetName: 'Same' });
    const before = await writes();
    const { body } = await submit({ ...full, permissionSetName: 'Same' });
    expect(body).toMatchObject({ status: 'COMPLETED', generation: 2 });
    expect(await writes()).toBe(before);
  });

  test('is merged, guarded by its generation, and restored', async () => {
    const name = 'History';
    await submit({ permissionSetName: name, description: 'first', relayState: 'https://one.example/' });
    await submit(
      { permissionSetName: name, relayState: null, sessionDurationInMinutes: 90 },
      { action: 'update', merge: true, ifGeneration: 1 },
    );
    expect((await shown(name)).body.document).toEqual({
      permissionSetName: name,
      description: 'first',
      sessionDurationInMinutes: 90,
    });
    expect(await livePermissionSet(cloud, name)).toMatchObject({ description: 'first', sessionDuration: 'PT1H30M' });
    const stale = { action: 'update', ifGeneration: 1, permissionSetData: { permissionSetName: name } };
    expect(await post(stale)).toMatchObject({
      status: 409,
      body: { message: 'The stored generation is 2, not 1: read the permission set again and decide anew' },
    });
    await submit({ permissionSetName: name }, { action: 'restore', generation: 1 });
    expect(await livePermissionSet(cloud, name)).toMatchObject({
      description: 'first',
      sessionDuration: 'PT1H',
      relayState: 'https://one.example/',
    });
    const { body } = await cloud.api('GET', `/permission-sets/${name}/generations`);
    expect(body.generations.map(({ generation, action }: Record<string, unknown>) => [generation, action])).toEqual([
      [3, 'restore'],
      [2, 'update'],
      [1, 'create'],
    ]);
    expect(body.generations[2]).toMatchObject({
      document: { permissionSetName: name, description: 'first', relayState: 'https://one.example/' },
      submittedBy: 'arn:aws:iam::333333333333:root',
      at: expect.stringMatching(/^\d{4}-/),
    });
    await remove(name);
    // What was deleted can be had again.
    await submit({ permissionSetName: name }, { action: 'restore', generation: 2 });
    expect(await livePermissionSet(cloud, name)).toMatchObject({ sessionDuration: 'PT1H30M' });
  });
});

describe('a permission set that somebody changes in the console', () => {
  test('is restored by the next look at all', async () => {
    const name = 'Drifting';
    const document = {
      permissionSetName: name,
      tags: [{ Key: 'team', Value: 'Shop' }],
      managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] },
    };
    await submit(document);
    await cloud.link('create', `account%${BILLING}%${name}%team-Accountants%GROUP%ssofile`);
    await cloud.settle();
    const before = await livePermissionSet(cloud, name);
    const PermissionSetArn = await cloud.permissionSetArn(name);
    const at = { InstanceArn: INSTANCE_ARN, PermissionSetArn };
    const client = cloud.ssoAdmin();
    await client.send(new DeleteInlinePolicyFromPermissionSetCommand(at));
    await client.send(
      new DetachManagedPolicyFromPermissionSetCommand({
        ...at,
        ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
    );
    await client.send(new UpdatePermissionSetCommand({ ...at, SessionDuration: 'PT12H' }));
    await client.send(
      new TagResourceCommand({
        InstanceArn: INSTANCE_ARN,
        ResourceArn: PermissionSetArn,
        Tags: [{ Key: 'by', Value: 'hand' }],
      }),
    );
    await cloud.local('POST', 'schedules/fire');
    await cloud.settle();
    expect(await livePermissionSet(cloud, name)).toEqual(before);
    expect(await provisionedAccounts(cloud, PermissionSetArn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([]);
  });
});

describe('links and permission sets', () => {
  test('wait for each other, in any order', async () => {
    const name = 'Later';
    const { requestId } = await cloud.link('create', `account%${BILLING}%${name}%team-Accountants%GROUP%ssofile`);
    await cloud.settle();
    expect((await cloud.api('GET', `/requests/${requestId}`)).body).toMatchObject({
      status: 'WAITING',
      waitingFor: [expect.stringContaining(`permissionSet: ${name}`)],
    });
    // The first attempt at the permission set fails for good: the policy does not exist.
    const { body: failed } = await submit({
      permissionSetName: name,
      managedPoliciesArnList: ['arn:aws:iam::aws:policy/MissingPolicy'],
    });
    expect(failed).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', errors: [{ path: 'permissionSet' }] });
    expect((await shown(name)).body).toMatchObject({
      status: 'FAILED',
      appliedGeneration: 0,
      message: expect.stringContaining('MissingPolicy'),
    });
    expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('WAITING');
    await submit({ permissionSetName: name, managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('COMPLETED');
    const group = await principalId(cloud, 'GROUP', 'team-Accountants');
    expect(await accountsAssignedTo(cloud, await cloud.permissionSetArn(name), group)).toEqual([BILLING]);
  });

  test('a permission set is not deleted while links reference it, and goes once they are deleted', async () => {
    const name = 'Referenced';
    const links = [
      `account%${BILLING}%${name}%team-Accountants%GROUP%ssofile`,
      `account_tag%team^Finance%${name}%team-Accountants%GROUP%ssofile`,
    ];
    await submit({ permissionSetName: name });
    for (const link of links) await cloud.link('create', link);
    await cloud.settle();
    const refused = await post({ action: 'delete', permissionSetData: { permissionSetName: name } });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        message:
          'Permission Set delete operation aborted as there are existing account assignments referencing the permission set',
        links: [...links].sort(),
      },
    });
    for (const link of links) await cloud.link('delete', link);
    // Its assignments are still there: the deletion waits for them.
    expect((await post({ action: 'delete', permissionSetData: { permissionSetName: name } })).status).toBe(200);
    expect((await shown(name)).body.status).toBe('DELETING');
    await cloud.settle();
    expect((await shown(name)).status).toBe(404);
    await expect(cloud.permissionSetArn(name)).rejects.toThrow('No permission set');
    expect((await cloud.api('GET', '/permission-sets')).body.permissionSets).not.toContainEqual(
      expect.objectContaining({ permissionSetName: name }),
    );
  });

  test('one that is not ours is not deleted', async () => {
    await cloud.ssoAdmin().send(new CreatePermissionSetCommand({ InstanceArn: INSTANCE_ARN, Name: 'Foreign' }));
    expect(await post({ action: 'delete', permissionSetData: { permissionSetName: 'Foreign' } })).toMatchObject({
      status: 404,
      body: { message: 'There is no permission set Foreign of this solution' },
    });
    expect(await cloud.permissionSetArn('Foreign')).toContain('permissionSet/');
  });
});

describe('bad documents', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const arns = (count: number) => Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/Any${index}`);

  test.each([
    [
      'a policy of 10,241 characters',
      { inlinePolicyDocument: { Statement: { ...statement, Sid: 'x'.repeat(10_241 - 69) } } },
      'permissionSetData.inlinePolicyDocument',
      'expected at most 10240 characters without white space, got 10241',
    ],
    [
      '26 policies',
      { managedPoliciesArnList: arns(25), customerManagedPoliciesList: [{ Name: 'one-more' }] },
      'permissionSetData.managedPoliciesArnList',
      'expected at most 25 policies in managedPoliciesArnList and customerManagedPoliciesList together, got 26',
    ],
    [
      'a principal',
      { inlinePolicyDocument: { Statement: [{ ...statement, Principal: '*' }] } },
      'permissionSetData.inlinePolicyDocument.Statement.0.Principal',
      'expected no principal (links say who gets a permission set)',
    ],
    [
      'a policy that is not JSON',
      { inlinePolicyDocument: '{"Statement": [' },
      'permissionSetData.inlinePolicyDocument',
      'expected',
    ],
    [
      'a name that AWS would refuse',
      { permissionSetName: 'with space' },
      'permissionSetData.permissionSetName',
      'expected',
    ],
  ])('%s: an answer that names it, and nothing is stored', async (_, properties, path, message) => {
    const answer = await post({ action: 'create', permissionSetData: { permissionSetName: 'Bad', ...properties } });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect((await shown('Bad')).status).toBe(404);
    expect((await cloud.api('GET', '/permission-sets/Bad/generations')).status).toBe(404);
  });
});
