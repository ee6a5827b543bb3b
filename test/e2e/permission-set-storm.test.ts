import { defaultOrganization } from './support/default-organization';
import { insist } from './support/link-storm';
import { livePermissionSet, provisionedAccounts } from './support/live-permission-set';
import { LocalCloud } from './support/local-cloud';

const NAME = 'Busy';
const WRITER = 'role/local-permission-set-writer-eu-west-1';
const ACCOUNTS = Array.from({ length: 60 }, (_, index) => String(900_000_000_000 + index));

let cloud: LocalCloud;
beforeAll(async () => {
  const organization = defaultOrganization();
  const accounts = ACCOUNTS.map((id, index) => ({ id, name: `busy-${index}` }));
  organization.root.organizationalUnits.push({ id: 'ou-ab12-busyaccounts', name: 'Busy', accounts });
  organization.permissionSets.push({ permissionSetName: NAME });
  for (const accountId of ACCOUNTS) {
    const principal = { principalType: 'GROUP', principalName: 'team-Accountants' } as const;
    organization.assignments.push({ accountId, permissionSetName: NAME, ...principal });
  }
  cloud = await LocalCloud.start({ organization, speed: 60 });
});
afterAll(() => cloud?.stop());
afterEach(() => cloud.local('POST', 'faults', {}));

function documentOf(name: string, index: number) {
  return {
    permissionSetName: name,
    description: `update ${index}`,
    relayState: `https://console.aws.amazon.com/${index}`,
    tags: [{ Key: 'update', Value: String(index) }],
    managedPoliciesArnList: [`arn:aws:iam::aws:policy/Any${index % 3}`],
    inlinePolicyDocument: { Statement: { Sid: `U${index}`, Effect: 'Deny', Action: 's3:*', Resource: '*' } },
  };
}

async function post(document: object): Promise<void> {
  const { status, body } = await cloud.api('POST', '/postPermissionSetData', {
    action: 'update',
    permissionSetData: document,
  });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
}

async function shown(name: string) {
  return (await cloud.api('GET', `/permission-sets/${name}`)).body;
}

/** Requests for provisioning made by the solution so far. */
async function provisionings(): Promise<number> {
  const { callsByRole } = (await cloud.local('GET', 'metrics')).body;
  const [, calls = {}] = Object.entries(callsByRole).find(([role]) => role.endsWith(WRITER)) ?? [];
  return (calls as Record<string, number>)['sso:ProvisionPermissionSet'] ?? 0;
}

async function expectAsDeclared(name: string): Promise<void> {
  const { document, generation, appliedGeneration, status } = await shown(name);
  expect({ status, appliedGeneration }).toEqual({ status: 'COMPLETED', appliedGeneration: generation });
  expect(await livePermissionSet(cloud, name)).toEqual({
    description: document.description,
    sessionDuration: 'PT1H',
    relayState: document.relayState,
    tags: { update: document.tags[0].Value },
    managedPolicies: document.managedPoliciesArnList,
    customerManagedPolicies: [],
    inlinePolicy: document.inlinePolicyDocument,
  });
  const arn = await cloud.permissionSetArn(name);
  expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([]);
}

describe('a permission set that 60 accounts have', () => {
  test('updated 20 times within a second: the last one wins, in at most three provisionings', async () => {
    const before = await provisionings();
    await Promise.all(Array.from({ length: 20 }, (_, index) => post(documentOf(NAME, index))));
    await cloud.settle();
    expect((await shown(NAME)).generation).toBe(20);
    await expectAsDeclared(NAME);
    const { body } = await cloud.api('GET', `/permission-sets/${NAME}/generations`);
    expect(body.generations).toHaveLength(20);
    expect(body.generations[0].document).toEqual((await shown(NAME)).document);
    expect((await provisionings()) - before).toBeLessThanOrEqual(3);
    const arn = await cloud.permissionSetArn(NAME);
    expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_PROVISIONED')).toEqual(ACCOUNTS);
  });
});

describe('faults', () => {
  const names = Array.from({ length: 6 }, (_, index) => `Storm-${index}`);

  test.each([
    { round: 1, faults: { throttle: 0.3 } },
    { round: 2, faults: { serverError: 0.2 } },
    { round: 3, faults: { lambdaCrash: 0.3 } },
    { round: 4, faults: { lambdaCrash: 0.2, throttle: 0.2, serverError: 0.1 } },
  ])('what documents say is reached through $faults', async ({ round, faults }) => {
    await cloud.local('POST', 'faults', faults);
    const all = [NAME, ...names];
    await Promise.all(all.map((name, index) => insist(() => post(documentOf(name, round * 10 + index)))));
    await Promise.all(all.map((name, index) => insist(() => post(documentOf(name, round * 100 + index)))));
    await cloud.local('POST', 'faults', {});
    await cloud.settle();
    for (const [index, name] of all.entries()) {
      expect((await shown(name)).document).toEqual(documentOf(name, round * 100 + index));
      await expectAsDeclared(name);
    }
  });
});
