import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreatePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { administratorOf, INSTANCE_ARN, LocalCloud, TARGET } from './support/local-cloud';
import { runPreflight } from './support/run-preflight';

const ACCOUNT = '123456789012';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start({ functions: 'warm' });
});

afterAll(() => cloud?.stop());

async function newPermissionSet(name: string): Promise<() => Promise<readonly string[]>> {
  const created = await cloud
    .ssoAdmin()
    .send(new CreatePermissionSetCommand({ InstanceArn: INSTANCE_ARN, Name: name }));
  return () => cloud.assignedPrincipals(ACCOUNT, created.PermissionSet?.PermissionSetArn ?? '');
}

describe('the local cloud', () => {
  test('is ready and shows where things are', async () => {
    const health = await cloud.local('GET', 'health');
    expect(health).toEqual({ status: 200, body: { status: 'ready', now: expect.stringMatching(/^\d{4}-.*Z$/) } });
    const { body: outputs } = await cloud.local('GET', 'outputs');
    expect(Object.keys(outputs)).toHaveLength(4);
    expect(await cloud.outputNamed('local-linkApi-endpointURL')).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/_aws\/execute-api\/[a-z0-9]+\/prod\/?$/,
    );
    expect(await (await fetch(cloud.url)).text()).toContain('/_local/health');
  });

  test('speaks to SDK clients', async () => {
    const sts = new STSClient(cloud.clientOf(administratorOf(TARGET)));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: TARGET });
  });

  test('is what a preflight finds in it, and what it does not simulate is told as not checked', async () => {
    const { code, judgement } = await runPreflight(cloud, '--deployed');
    expect(judgement.findings).toEqual([]);
    const count = (prefix: string) => judgement.made.filter((made) => made.startsWith(prefix)).length;
    expect({
      organization: count('organization '),
      instance: count('instance '),
      delegation: count('delegated-administrator '),
      rules: count('rule '),
      bus: count('bus '),
    }).toEqual({ organization: 1, instance: 1, delegation: 1, rules: 6, bus: 1 });
    expect({ roles: count('role '), callers: count('caller-role ') }).toEqual({ roles: 4, callers: 2 });
    const unchecked = [...new Set(judgement.unchecked.map(({ check }) => check))].sort();
    expect(unchecked).toEqual(['api-log-role', 'bootstrap', 'concurrency', 'quotas', 'trail']);
    expect(code).toBe(2);
  });

  test('a link posted to the API becomes an assignment, and its deletion removes it', async () => {
    const principals = await newPermissionSet('Smoke-api');
    const linkData = `account%${ACCOUNT}%Smoke-api%team-CloudOperators%GROUP%ssofile`;
    const { requestId } = await cloud.link('create', linkData);
    await cloud.settle();
    expect(await principals()).toHaveLength(1);
    const { body } = await cloud.api('GET', `/requests/${requestId}`);
    expect(body).toMatchObject({ status: 'COMPLETED', planned: { create: 1, delete: 0 }, completed: 1 });
    await cloud.link('delete', linkData);
    await cloud.settle();
    expect(await principals()).toEqual([]);
  });

  test('a link put into the bucket becomes an assignment', async () => {
    const principals = await newPermissionSet('Smoke-s3');
    const location = await cloud.outputNamed('local-account-assignments-location');
    const [, Bucket = ''] = /^s3:\/\/([^/]+)\//.exec(location) ?? [];
    const Key = `links_data/account%${ACCOUNT}%Smoke-s3%alice%USER%ssofile`;
    await cloud.s3().send(new PutObjectCommand({ Bucket, Key, Body: '', ContentLength: 0 }));
    await cloud.settle();
    expect(await principals()).toHaveLength(1);
    const { Contents = [] } = await cloud.s3().send(new ListObjectsV2Command({ Bucket, Prefix: 'links_data/' }));
    expect(Contents.map((object) => object.Key)).toEqual([Key]);
    expect(await cloud.s3().send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ContentLength: 0 });
  });

  test('denies nothing to any role on the way', async () => {
    const { body } = await cloud.local('GET', 'iam');
    expect(body.denied).toEqual([]);
  });

  test('counts what happened', async () => {
    const { body } = await cloud.local('GET', 'metrics');
    expect(body.calls['sso:CreateAccountAssignment']).toBe(2);
    expect(body.calls['sso:DeleteAccountAssignment']).toBe(1);
    expect(body.outstandingOperations).toEqual({ now: 0, maximum: 1 });
    expect(body.stateTransitions).toBeGreaterThan(0);
    expect(body.estimatedCostUsd).toBeGreaterThan(0);
  });

  test('survives bad input to its own routes', async () => {
    expect(await cloud.local('POST', 'faults', { throtle: 1 })).toMatchObject({ status: 400 });
    expect(await cloud.local('GET', 'nothing')).toMatchObject({ status: 404 });
    expect(await cloud.local('POST', 'accounts/999999999999', { state: 'SUSPENDED' })).toMatchObject({ status: 400 });
    expect(await cloud.local('GET', 'health')).toMatchObject({ status: 200 });
  });
});
