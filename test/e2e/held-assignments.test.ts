import { CreatePolicyCommand, DeletePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { accountsAssignedTo, principalId } from './support/access';
import { defaultOrganization } from './support/default-organization';
import { provisionedAccounts } from './support/live-permission-set';
import { administratorOf, LocalCloud } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';

const BILLING = '123456789012';
const LEDGER = '444444444411';
const FINANCE = [BILLING, LEDGER, '555555555502', '666666666603'];
const NAME = 'Guarded';
const LINK = `account_tag%team^Finance%${NAME}%team-Accountants%GROUP%ssofile`;
const MISSING = `policy /team/late is not in account ${LEDGER}`;

const DOCUMENT = {
  permissionSetName: NAME,
  customerManagedPoliciesList: [{ Name: 'late', Path: '/team/' }],
  permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'cmp-pb', Path: '/cmp/pb/' } },
};

let reader: OtherConfiguration;
beforeAll(() => {
  reader = OtherConfiguration.of({}, { PolicyReaderRoleName: 'audit/policy-reader' });
});
afterAll(() => reader?.remove());

describe.each([
  ['without a reader of policies', (): readonly string[] => []],
  ['with a reader of policies', (): readonly string[] => reader.arguments],
])('an account that lacks a customer managed policy, %s', (_, extra) => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ organization: defaultOrganization(), speed: 60, extra: extra() });
    for (const accountId of FINANCE) if (accountId !== LEDGER) await createPolicy(accountId);
  });
  afterAll(() => cloud?.stop());

  function iam(accountId: string): IAMClient {
    return new IAMClient(cloud.clientOf(administratorOf(accountId)));
  }

  async function createPolicy(accountId: string): Promise<void> {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
    });
    await iam(accountId).send(new CreatePolicyCommand({ PolicyName: 'late', Path: '/team/', PolicyDocument }));
  }

  async function accounts(): Promise<string[]> {
    const group = await principalId(cloud, 'GROUP', 'team-Accountants');
    return accountsAssignedTo(cloud, await cloud.permissionSetArn(NAME), group);
  }

  async function submit(document: object): Promise<void> {
    const body = { action: 'update', permissionSetData: document };
    expect((await cloud.api('POST', '/postPermissionSetData', body)).status).toBe(200);
    await cloud.settle();
  }

  /** How many messages people got. */
  async function messages(): Promise<number> {
    return (await cloud.local('GET', 'metrics')).body.calls['sns:Publish'] ?? 0;
  }

  /** What is looked at from time to time is looked at now. */
  async function lookAgain(): Promise<void> {
    await cloud.local('POST', 'schedules/fire');
    await cloud.settle();
  }

  test('is held and named, the others proceed, and it goes on once the policy is there', async () => {
    const { requestId, linkId } = await cloud.link('create', LINK);
    await submit(DOCUMENT);
    expect(await messages()).toBe(1);
    expect(await accounts()).toEqual(FINANCE.filter((id) => id !== LEDGER));
    expect((await cloud.api('GET', `/requests/${requestId}`)).body).toMatchObject({
      status: 'WAITING',
      completed: 3,
      failed: 0,
      waitingFor: [`policy: /team/late is not in account ${LEDGER}`],
    });
    const held = { accountId: LEDGER, state: 'HELD', error: MISSING };
    expect((await cloud.api('GET', `/accounts/${LEDGER}/assignments`)).body.assignments).toEqual([
      expect.objectContaining(held),
    ]);
    expect((await cloud.api('GET', `/links/${linkId}`)).body.assignments).toMatchObject({ held: 1 });
    expect((await cloud.api('GET', `/permission-sets/${NAME}`)).body).toMatchObject({
      requiredPolicies: ['/team/late', '/cmp/pb/cmp-pb'],
    });

    await lookAgain();
    expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('WAITING');
    expect(await messages()).toBe(1);

    await createPolicy(LEDGER);
    await lookAgain();
    expect(await accounts()).toEqual(FINANCE);
    expect((await cloud.api('GET', `/requests/${requestId}`)).body).toMatchObject({
      status: 'COMPLETED',
      completed: 4,
      waitingFor: [],
    });
  });

  test('is named when it has the permission set and a change needs the policy', async () => {
    const { customerManagedPoliciesList, ...without } = DOCUMENT;
    await submit({ ...without, relayState: 'https://one.example/' });
    const PolicyArn = `arn:aws:iam::${LEDGER}:policy/team/late`;
    await iam(LEDGER).send(new DeletePolicyCommand({ PolicyArn }));
    await submit({ ...DOCUMENT, relayState: 'https://two.example/' });
    const shown = async () => (await cloud.api('GET', `/permission-sets/${NAME}`)).body;
    expect(await shown()).toMatchObject({
      status: 'COMPLETED_WITH_FAILURES',
      unprovisionedCount: 1,
      unprovisioned: [{ accountId: LEDGER, message: MISSING }],
    });
    const arn = await cloud.permissionSetArn(NAME);
    expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([LEDGER]);
    expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_PROVISIONED')).toEqual(
      FINANCE.filter((id) => id !== LEDGER),
    );
    await createPolicy(LEDGER);
    await lookAgain();
    expect(await shown()).toMatchObject({ status: 'COMPLETED', unprovisionedCount: 0, unprovisioned: [] });
    expect(await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([]);
  });

  test('nothing was denied', async () => {
    expect((await cloud.local('GET', 'iam')).body.denied).toEqual([]);
  });
});
