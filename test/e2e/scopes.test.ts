import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MoveAccountCommand } from '@aws-sdk/client-organizations';
import { accountsAssignedTo, createPermissionSet, type PrincipalType, principalId } from './support/access';
import { LinkBucket } from './support/link-bucket';
import { LocalCloud } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';

const SAMPLES = join(__dirname, '../../docs/samples');
const GROUP = 'team-CloudOperators';

const FINANCE = ['123456789012', '444444444411'];
const DATA_PLATFORM = ['444444444421', '444444444422'];
const REGULATED = ['444444444431'];
const PRODUCTION = ['444444444401', '444444444402'];
const STAGING = ['555555555501', '555555555502'];
const DEVELOPMENT = ['666666666601', '666666666602', '666666666603', '666666666604'];
const SANDBOXES = ['777777777701', '777777777702', '777777777703'];
const SECURITY = ['222222222201', '222222222202', '222222222222'];
const INFRASTRUCTURE = ['000000000000', '333333333301', '333333333302', '333333333333'];
const TAGGED_DATA_SCIENTISTS = [...DATA_PLATFORM, ...REGULATED, '666666666604'];
/** All but the management account and the suspended one. */
const EVERY_ACCOUNT = [
  ...[INFRASTRUCTURE, SECURITY, FINANCE, DATA_PLATFORM, REGULATED, PRODUCTION, STAGING, DEVELOPMENT, SANDBOXES].flat(),
];

/** Scope of a link (the first two fields of its text form) and the accounts it covers. */
type Case = readonly [scope: string, accounts: readonly string[]];

/** What the samples mean; the file of a fifth one names an organizational unit, the posted body a placeholder for it. */
const SAMPLE_ASSIGNMENTS = [
  ['CloudOperator-ps', 'GROUP', 'team-CloudOperators', EVERY_ACCOUNT],
  ['Breakglass-ps', 'USER', 'break-glass', EVERY_ACCOUNT],
  ['DataScientist-ps', 'GROUP', 'team-DataScientists', TAGGED_DATA_SCIENTISTS],
  ['Billing-ps', 'GROUP', 'team-Accountants', ['123456789012']],
] as const;

async function expectSamplesAssigned(cloud: LocalCloud): Promise<void> {
  for (const [permissionSet, type, name, accounts] of SAMPLE_ASSIGNMENTS) {
    expect([permissionSet, await assigned(cloud, permissionSet, type, name)]).toEqual([
      permissionSet,
      [...accounts].sort(),
    ]);
  }
}

async function assigned(cloud: LocalCloud, permissionSet: string, type: PrincipalType, name: string) {
  const arn = await cloud.permissionSetArn(permissionSet);
  return accountsAssignedTo(cloud, arn, await principalId(cloud, type, name));
}

let linked = 0;
/** A link of the scope, with a permission set that no other link has. */
async function newLink(cloud: LocalCloud, scope: string) {
  const name = `Scope-${++linked}`;
  const arn = await createPermissionSet(cloud, name);
  return { arn, linkData: `${scope}%${name}%${GROUP}%GROUP%ssofile` };
}

/** Each link is created, read back through Identity Center, deleted and read back again. */
async function expectCoverage(cloud: LocalCloud, cases: readonly Case[]): Promise<void> {
  const principal = await principalId(cloud, 'GROUP', GROUP);
  const links = await Promise.all(
    cases.map(async ([scope, accounts]) => ({ ...(await newLink(cloud, scope)), scope, accounts })),
  );
  const observed = async () =>
    Object.fromEntries(
      await Promise.all(
        links.map(async ({ scope, arn }) => [scope, await accountsAssignedTo(cloud, arn, principal)] as const),
      ),
    );
  for (const { linkData } of links) await cloud.link('create', linkData);
  await cloud.settle();
  expect(await observed()).toEqual(Object.fromEntries(cases.map(([scope, accounts]) => [scope, [...accounts].sort()])));
  for (const { linkData } of links) await cloud.link('delete', linkData);
  await cloud.settle();
  expect(await observed()).toEqual(Object.fromEntries(cases.map(([scope]) => [scope, []])));
}

describe('scopes, with SupportNestedOU', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ speed: 60 });
  });
  afterAll(() => cloud?.stop());

  test('cover these accounts, and after the deletion of the link none', async () => {
    await expectCoverage(cloud, [
      ['account%123456789012', ['123456789012']],
      ['root%all', EVERY_ACCOUNT],
      ['ou_id%ou-ab12-production', [...PRODUCTION, ...FINANCE, ...DATA_PLATFORM, ...REGULATED]],
      ['ou_id%ou-ab12-regulated', REGULATED],
      ['ou_id%r-ab12', EVERY_ACCOUNT],
      ['account_tag%team^DataScientists', TAGGED_DATA_SCIENTISTS],
      ['account_tag%env^sandbox', ['777777777701', '777777777702']],
      ['account_tag%team^datascientists', []],
    ]);
  });

  test('what does not exist is waited for by name', async () => {
    const { linkData } = await newLink(cloud, 'ou_id%ou-ab12-nowhere00');
    const { requestId } = await cloud.link('create', linkData);
    await cloud.settle();
    const { body } = await cloud.api('GET', `/requests/${requestId}`);
    expect(body).toMatchObject({
      status: 'WAITING',
      planned: { create: 0, delete: 0 },
      waitingFor: ['ou: ou-ab12-nowhere00 is not in the organization'],
    });
  });

  test('the sample bodies work unchanged; the one with a placeholder for an id is refused clearly', async () => {
    const bodies = JSON.parse(readFileSync(join(SAMPLES, 'links.json'), 'utf8'));
    const answers = await Promise.all(bodies.map((body: unknown) => cloud.api('POST', '/postLinkData', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 200, 200]);
    const message = expect.stringMatching(/^expected an organizational unit id \(ou-.*, got "ou-id12345"$/);
    expect(answers[1]?.body.errors).toEqual([{ path: 'linkData.scopeValue', message }]);
    await cloud.settle();
    await expectSamplesAssigned(cloud);
    for (const { body } of answers.filter(({ status }) => status === 200)) {
      const request = await cloud.api('GET', `/requests/${body.requestId}`);
      expect(request.body).toMatchObject({ status: 'COMPLETED', failed: 0 });
    }
  });
});

describe('scopes, without SupportNestedOU', () => {
  let cloud: LocalCloud;
  let configuration: OtherConfiguration;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({ SupportNestedOU: false });
    cloud = await LocalCloud.start({ extra: configuration.arguments, speed: 60 });
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  test('of organizational units cover the accounts directly in them', async () => {
    const move = { AccountId: '777777777703', SourceParentId: 'ou-ab12-sandboxes', DestinationParentId: 'r-ab12' };
    await cloud.organizations().send(new MoveAccountCommand(move));
    await expectCoverage(cloud, [
      ['ou_id%ou-ab12-production', PRODUCTION],
      ['ou_id%ou-ab12-workloads', []],
      ['ou_id%r-ab12', ['777777777703']],
      ['ou_id%ou-ab12-sandboxes', ['777777777701', '777777777702']],
      ['root%all', EVERY_ACCOUNT],
    ]);
  });

  test('the sample files work uploaded as they are', async () => {
    const bucket = await LinkBucket.of(cloud);
    const names = readdirSync(join(SAMPLES, 'links_data'));
    expect(names).toHaveLength(5);
    for (const name of names) await bucket.put(name, readFileSync(join(SAMPLES, 'links_data', name), 'utf8'));
    await cloud.settle();
    await expectSamplesAssigned(cloud);
    expect(await assigned(cloud, 'SecurityAuditor-ps', 'GROUP', 'team-SecurityAuditors')).toEqual(SECURITY);
  });
});
