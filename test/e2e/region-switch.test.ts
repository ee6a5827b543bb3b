import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Deployed } from '../../bin/region-switch/deploy';
import { defaultOrganization } from './support/default-organization';
import { ADMINISTRATION, administratorOf, LocalCloud } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';
import { identityCenterOf } from './support/same-identity-center';

const PROJECT_ROOT = join(__dirname, '../..');
const [OLD_REGION, NEW_REGION] = ['eu-west-1', 'eu-central-1'];
const OLD_BUCKET = `region-switch-${ADMINISTRATION}-${OLD_REGION}`;
const NEW_BUCKET = `region-switch-${ADMINISTRATION}-${NEW_REGION}`;

/** Every attribute that a permission set may have. */
const EVERYTHING = {
  permissionSetName: 'Everything+=,.@-ps',
  description: 'Every attribute',
  sessionDurationInMinutes: '240',
  relayState: 'https://console.aws.amazon.com/billing',
  tags: [
    { Key: 'owner', Value: 'team Finance' },
    { Key: 'empty', Value: '' },
  ],
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/job-function/Billing', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
  customerManagedPoliciesList: [{ Name: 'cmp-1', Path: '/cmp/1/' }, { Name: 'cmp-3' }],
  inlinePolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:Get*'], Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  },
  permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'cmp-pb', Path: '/cmp/pb/' } },
};
const LINKS = [
  'account%444444444401%Everything+=,.@-ps%team-CloudOperators%GROUP%ssofile',
  'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'ou_id%ou-ab12-production%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile',
  'account_tag%team^DataScientists%DataScientist-ps%team-DataScientists%GROUP%ssofile',
  'account_tag%env^prod%Billing-ps%team-Leavers%GROUP%ssofile',
];
const NARROWED = {
  scope: { type: 'ou_id', organizationalUnitId: 'ou-ab12-development', except: { accounts: ['666666666602'] } },
  permissionSet: 'Breakglass-ps',
  principal: { type: 'USER', name: 'alice' },
  expiresAt: '2099-12-31T18:00:00Z',
};

const folder = mkdtempSync(join(tmpdir(), 'e2e-region-switch-'));
let oldConfiguration: OtherConfiguration;
let newConfiguration: OtherConfiguration;
let old: LocalCloud;
let fresh: LocalCloud;

/** `npm run region-switch:<stage> -- …`, with one profile for Identity Center and one for the installation. */
async function command(cloud: LocalCloud, stage: string, ...args: readonly string[]) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  };
  const given = [
    '--import',
    'tsx',
    'bin/region-switch.ts',
    stage,
    '--profile',
    'identity',
    '--without-stacks',
    ...args,
  ];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: PROJECT_ROOT, env });
    return { code: 0, output: stdout };
  } catch (fault) {
    const { code, stdout, stderr } = fault as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

async function ofInstallation(cloud: LocalCloud, configuration: OtherConfiguration): Promise<string[]> {
  const api = await cloud.outputNamed('local-linkApi-endpointURL');
  return ['--installation', configuration.file, '--api', api, '--api-profile', 'installation'];
}

const AT_PACE = ['--requests-per-second', '20'];

async function objects(cloud: LocalCloud, Bucket: string): Promise<Map<string, string>> {
  const client = cloud.s3(administratorOf(ADMINISTRATION));
  const found = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      found.set(Key, (await Body?.transformToString()) ?? '');
    }
  }
  return found;
}

/** In AWS both clouds know the same bucket. */
async function carryOver(): Promise<void> {
  const client = fresh.s3(administratorOf(ADMINISTRATION));
  for (const [Key, Body] of await objects(old, NEW_BUCKET)) {
    await client.send(new PutObjectCommand({ Bucket: NEW_BUCKET, Key, Body, ContentLength: Buffer.byteLength(Body) }));
  }
}

async function linksOf(cloud: LocalCloud): Promise<unknown[]> {
  const { body } = await cloud.api('GET', '/links');
  return body.links.map(({ link }: { link: unknown }) => link);
}

beforeAll(async () => {
  oldConfiguration = OtherConfiguration.of({}, {}, 'region-switch');
  newConfiguration = OtherConfiguration.of(
    { TargetAccountRegion: NEW_REGION, SSOServiceAccountRegion: NEW_REGION },
    {},
    'region-switch',
  );
  const profile = (name: string, key: string) => `[${name}]\naws_access_key_id=${key}\naws_secret_access_key=any\n`;
  writeFileSync(
    join(folder, 'credentials'),
    profile('identity', ADMINISTRATION) + profile('installation', '333333333333'),
  );
  const before = defaultOrganization();
  before.groups.push({ displayName: 'team-Leavers' });
  // It has no description, which no document can say.
  before.permissionSets.push({ permissionSetName: 'AWSTowerAudit' });
  before.assignments.push({
    accountId: '444444444402',
    permissionSetName: 'AWSTowerAudit',
    principalType: 'GROUP',
    principalName: 'team-SecurityAuditors',
  });
  const after = {
    ...defaultOrganization(),
    identityCenter: {
      instanceArn: 'arn:aws:sso:::instance/ssoins-9999888877776666',
      identityStoreId: 'd-9876543210',
      region: NEW_REGION,
      delegatedAdministratorAccountId: ADMINISTRATION,
    },
    permissionSets: [],
    assignments: [],
  };
  old = await LocalCloud.start({ speed: 60, organization: before, extra: oldConfiguration.arguments });
  fresh = await LocalCloud.start({
    speed: 60,
    organization: after,
    region: NEW_REGION,
    extra: newConfiguration.arguments,
  });
  for (const permissionSetData of [
    EVERYTHING,
    { permissionSetName: 'CloudOperator-ps', description: 'Operates', sessionDurationInMinutes: '480' },
    ...['SecurityAuditor-ps', 'DataScientist-ps', 'Billing-ps', 'Breakglass-ps'].map((permissionSetName) => ({
      permissionSetName,
      description: `${permissionSetName} of the old Region`,
    })),
  ]) {
    await old.api('POST', '/postPermissionSetData', { action: 'create', permissionSetData });
  }
  for (const link of LINKS) await old.link('create', link);
  expect(await old.api('POST', '/postLinkData', { action: 'create', link: NARROWED })).toMatchObject({ status: 200 });
  await old.settle();
}, 240_000);

afterAll(async () => {
  await old?.stop();
  await fresh?.stop();
  for (const configuration of [oldConfiguration, newConfiguration]) configuration?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('what was discovered in the old Region is deployed to an empty Identity Center in the new one, equal field by field', async () => {
  const installed = await ofInstallation(old, oldConfiguration);
  const discovered = await command(old, 'discover', ...installed, ...AT_PACE);
  expect(discovered).toMatchObject({ code: 0 });
  const [inOld, inNew] = [await objects(old, OLD_BUCKET), await objects(old, NEW_BUCKET)];
  expect(inNew.size).toBeGreaterThan(10);
  expect(inNew).toEqual(inOld);
  await carryOver();

  const there = await ofInstallation(fresh, newConfiguration);
  const checked = await command(fresh, 'deploy', '--check', ...there, ...AT_PACE);
  expect(checked).toMatchObject({
    code: 0,
    output: expect.stringContaining('not in the directory: GROUP team-Leavers'),
  });
  expect((await linksOf(fresh)).length).toBe(0);
  const deployed = await command(fresh, 'deploy', ...there, ...AT_PACE);
  // Somebody is missing in the directory: that is told, and ends with 1.
  expect(deployed).toMatchObject({
    code: 1,
    output: expect.stringContaining('not in the directory: GROUP team-Leavers'),
  });
  await fresh.settle();

  const [before, after] = [await identityCenterOf(old), await identityCenterOf(fresh)];
  const { ManagementAdministrator: _, AWSTowerAudit: __, ...recreated } = before.permissionSets;
  const { ManagementAdministrator, ...made } = after.permissionSets;
  expect(Object.keys(made)).toHaveLength(7);
  expect(made).toEqual(recreated);
  expect(ManagementAdministrator).toEqual(before.permissionSets.ManagementAdministrator);
  const isToCome = (text: string) => !/team-Leavers|AWSTowerAudit|ManagementAdministrator/.test(text);
  expect(after.assignments.length).toBeGreaterThanOrEqual(40);
  expect(after.assignments).toEqual(before.assignments.filter(isToCome));
  expect(new Set(await linksOf(fresh))).toEqual(
    new Set([
      ...(await linksOf(old)),
      ...['444444444401', '666666666601'].map((accountId) => ({
        scope: { type: 'account', accountId },
        permissionSet: 'LegacyAdministrator',
        principal:
          accountId === '444444444401'
            ? { type: 'GROUP', name: 'legacy-administrators' }
            : { type: 'USER', name: 'judy@example.com' },
      })),
    ]),
  );

  const report: Deployed = JSON.parse((await objects(fresh, NEW_BUCKET)).get('deployed.json') ?? '');
  const missing = report.comparison.assignments.missing;
  expect(missing.length).toBe(before.assignments.filter((text) => text.includes('team-Leavers')).length);
  expect(new Set(missing.map(({ principalName, why }) => `${principalName}: ${why}`))).toEqual(
    new Set([expect.stringMatching(/^team-Leavers: principal: .*team-Leavers/)]),
  );
  // In no order: the walk follows the ARNs, which are random.
  const left = report.leftAlone.map(({ kind, permissionSetName, why }) => [permissionSetName, kind, why]);
  expect(left.sort()).toEqual([
    ['AWSTowerAudit', 'assignment', expect.stringContaining('its permission set is left alone')],
    ['AWSTowerAudit', 'permissionSet', expect.stringContaining('Protected.NamePrefixes')],
    ['ManagementAdministrator', 'assignment', expect.stringContaining('in the management account')],
  ]);

  // Run again, it submits nothing and finds the same.
  const repeated = await command(fresh, 'deploy', ...there, ...AT_PACE);
  expect(repeated.output).toContain('0 permission sets and 0 links were submitted.');
}, 240_000);

test('refuses the wrong place, and removes its bundle only once it is deployed', async () => {
  const wrong = await command(fresh, 'deploy', ...(await ofInstallation(old, oldConfiguration)), ...AT_PACE);
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('SSOServiceAccountRegion is eu-west-1') });
  const early = await command(old, 'destroy');
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('has not been deployed') });
  expect((await objects(old, NEW_BUCKET)).size).toBeGreaterThan(10);
  const before = await identityCenterOf(fresh);
  expect(await command(fresh, 'destroy')).toMatchObject({ code: 0 });
  expect(await command(fresh, 'destroy')).toMatchObject({ code: 0 });
  expect((await objects(fresh, NEW_BUCKET)).size).toBe(0);
  expect(await identityCenterOf(fresh)).toEqual(before);
}, 120_000);
