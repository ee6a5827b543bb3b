import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteGroupCommand } from '@aws-sdk/client-identitystore';
import { readMarkdown } from '../support/markdown';
import { linkRow, writeBelow, writeS3Export, writeScan } from '../support/predecessor-folder';
import { principalId } from './support/access';
import { defaultOrganization } from './support/default-organization';
import { filesIn } from './support/folder';
import { ADMINISTRATION, IDENTITY_STORE_ID, LocalCloud } from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { operatorCommand } from './support/operator-command';
import { assignmentText, Oracle, type OrganizationEntries } from './support/oracle';

const POLICIES = Array.from({ length: 12 }, (_, index) => `arn:aws:iam::aws:policy/Policy${'ABCDEFGHIJKL'[index]}`);

/** What users of the predecessor declared; two links are named as versions before 3.0.3 did it. */
const ROOT = 'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile';
const NARROW = 'account%444444444401%CloudOperator-ps%team-CloudOperators%GROUP%ssofile';
const DOTTED_OU = 'ou_id.ou-ab12-production.Wide.ps.team-DataScientists.GROUP.ssofile';
const DOTTED_USER = 'account.666666666601.Billing-ps.judy@example.com.USER.ssofile';
const TAG = 'account_tag%team^Finance%Billing-ps%team-Accountants%GROUP%ssofile';
const DRIFTED = 'account%444444444402%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile';
const HALF_DELETED = 'account%777777777703%Billing-ps%contractors%GROUP%ssofile';
const MALFORMED = 'account123456789012%Billing-ps%alice%USER%ssofile';
const IN_BOTH = [ROOT, NARROW, DOTTED_OU, DOTTED_USER, TAG, DRIFTED, MALFORMED];
const UNDERSTOOD = [
  ROOT,
  NARROW,
  'ou_id%ou-ab12-production%Wide.ps%team-DataScientists%GROUP%ssofile',
  'account%666666666601%Billing-ps%judy@example.com%USER%ssofile',
  TAG,
  DRIFTED,
];

const group = (accountId: string, permissionSetName: string, principalName: string) => {
  return { accountId, permissionSetName, principalType: 'GROUP' as const, principalName };
};
const LOST_CREATE = group('777777777701', 'CloudOperator-ps', 'team-CloudOperators');
const LOST_DELETE = group('777777777701', 'Billing-ps', 'contractors');
const BY_HAND = group('777777777702', 'Billing-ps', 'team-Developers');
const OF_NOBODY = group('777777777702', 'Billing-ps', 'dissolved');
const STALE = group('222222222201', 'Billing-ps', 'contractors');

const MFA = {
  permissionSetName: 'Mfa-ps',
  description: 'Only with a second factor',
  inlinePolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': false, 'aws:SecureTransport': true } },
      },
    ],
  },
};

/** The arguments of the commands that the guide shows. */
const GUIDE = readMarkdown('docs/migration.md').fences.flatMap(({ text }) =>
  [...text.matchAll(/^npm run migrate -- env (.*)$/gm)].map(([, rest = '']) => rest.split(' ')),
);
const guideWith = (...words: readonly string[]) => {
  const [found, ...others] = GUIDE.filter((line) => words.every((word) => line.includes(word)));
  if (!found || others.length > 0) throw new Error(`The guide has not one command with ${words.join(' ')}.`);
  return found;
};
const SHOW = GUIDE[1] ?? [];
const COMPARE = guideWith('--identity-center-profile', 'report.json');
const APPLY = guideWith('--apply');
const CHECK = guideWith('after.json');

const ORGANIZATION = defaultOrganization();

/** What links claim and what is there: all but what the predecessor failed to create. */
const CLAIMED: readonly Assignment[] = new Oracle({
  ...ORGANIZATION,
  permissionSets: [...ORGANIZATION.permissionSets, { permissionSetName: 'Wide.ps' }],
  assignments: [],
} as unknown as OrganizationEntries)
  .expected(UNDERSTOOD)
  .filter((text) => text !== assignmentText(LOST_CREATE))
  .map(assignmentOf);
const UNRECORDED = CLAIMED[0];

/** Identity Center as the predecessor and its defects left it. */
function organizationLeftBehind() {
  const organization = structuredClone(ORGANIZATION);
  organization.permissionSets.push(
    { permissionSetName: 'Wide.ps', managedPoliciesArnList: POLICIES } as { permissionSetName: string },
    { permissionSetName: 'Unused-ps' },
  );
  organization.groups.push({ displayName: OF_NOBODY.principalName });
  organization.assignments.push(...CLAIMED, LOST_DELETE, BY_HAND, OF_NOBODY);
  return organization;
}

type Assignment = ReturnType<typeof defaultOrganization>['assignments'][number];

function assignmentOf(text: string): Assignment {
  const found = /^(\d+) (\S+) (GROUP|USER) (.*)$/.exec(text);
  if (!found) throw new Error(text);
  const [, accountId = '', permissionSetName = '', principalType, principalName = ''] = found;
  return { accountId, permissionSetName, principalType: principalType as 'GROUP' | 'USER', principalName };
}

describe('a migration from the predecessor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'));
  const from = join(folder, 'predecessor');
  let cloud: LocalCloud;

  beforeAll(async () => {
    cloud = await LocalCloud.start({ speed: 60, organization: organizationLeftBehind() });
    await writePredecessor();
    writeBelow(
      folder,
      'credentials',
      `[identity-center]\naws_access_key_id = ${ADMINISTRATION}\naws_secret_access_key = any\n`,
    );
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
    const GroupId = await principalId(cloud, 'GROUP', OF_NOBODY.principalName);
    await cloud.identityStore().send(new DeleteGroupCommand({ IdentityStoreId: IDENTITY_STORE_ID, GroupId }));
    await cloud.settle();
  }, 120_000);
  afterAll(async () => {
    delete process.env.AWS_SHARED_CREDENTIALS_FILE;
    rmSync(folder, { recursive: true, force: true });
    await cloud?.stop();
  });

  const ids = new Map<string, string>();
  async function once(key: string, ask: () => Promise<string>): Promise<string> {
    const id = ids.get(key) ?? (await ask());
    ids.set(key, id);
    return id;
  }

  /** An item of the table in which the predecessor notes what it has made. */
  async function recordOf({ accountId, permissionSetName, principalType, principalName }: Assignment) {
    const arn = await once(permissionSetName, () => cloud.permissionSetArn(permissionSetName));
    const id = await once(principalName, () => principalId(cloud, principalType, principalName));
    const parentLink = `${id}@${accountId}@ssoins-1111222233334444@${arn.split('/').at(-1)}`;
    return { parentLink, tagKeyLookUp: 'none', principalType };
  }

  /** Its tables, one as an export to S3, and copies of its two prefixes. */
  async function writePredecessor(): Promise<void> {
    const rows = [...IN_BOTH, HALF_DELETED].map((text) => linkRow(text, text.includes('%') ? '%' : '.'));
    const named = rows.map((row) =>
      row.awsEntityId === DOTTED_OU
        ? { ...row, permissionSetName: 'Wide.ps', principalName: 'team-DataScientists' }
        : row.awsEntityId === DOTTED_USER
          ? { ...row, principalName: 'judy@example.com' }
          : row,
    );
    writeScan(from, 'env-linksTable', named);
    for (const text of IN_BOTH) writeBelow(from, `links_data/${text}`);
    const stripped = structuredClone(MFA);
    for (const { Condition } of stripped.inlinePolicyDocument.Statement)
      delete (Condition.Bool as Record<string, unknown>)['aws:MultiFactorAuthPresent'];
    const documents = [
      { permissionSetName: 'CloudOperator-ps', description: 'Operates workloads' },
      { permissionSetName: 'SecurityAuditor-ps', description: 'Reads', sessionDurationInMinutes: '720' },
      { permissionSetName: 'Billing-ps', sessionDurationInMinutes: '60', relayState: '' },
      { permissionSetName: 'Wide.ps', managedPoliciesArnList: POLICIES.slice(-2) },
      stripped,
    ];
    writeS3Export(from, 'env-permissionSetTable', documents);
    for (const { permissionSetName: name, ...document } of documents) {
      const { relayState, ...filed } = { permissionSetName: name, ...document } as Record<string, unknown>;
      writeBelow(from, `permission_sets/${name}.json`, JSON.stringify(name === 'Mfa-ps' ? MFA : filed));
    }
    const arns = ['CloudOperator-ps', 'SecurityAuditor-ps', 'Billing-ps', 'Unused-ps'];
    const arnRows = arns.map(async (name) => ({
      permissionSetName: name,
      permissionSetArn: await cloud.permissionSetArn(name),
    }));
    writeScan(from, 'env-permissionSetArnTable', await Promise.all(arnRows));
    const recorded = [...CLAIMED.filter((one) => one !== UNRECORDED), LOST_DELETE, STALE];
    const records = [];
    for (const one of recorded) records.push(await recordOf(one));
    writeScan(from, 'env-provisionedLinksTable', records);
  }

  async function operations(): Promise<{ create: number; remove: number }> {
    const { calls } = (await cloud.local('GET', 'metrics')).body;
    return { create: calls['sso:CreateAccountAssignment'] ?? 0, remove: calls['sso:DeleteAccountAssignment'] ?? 0 };
  }

  /** What a command of the guide prints; it ends with 1 while something is left out. */
  async function migrate(shown: readonly string[], ...more: readonly string[]): Promise<string> {
    const report = join(folder, 'report.json');
    const meant: Readonly<Record<string, string>> = {
      predecessor: from,
      '"$API"': await cloud.outputNamed('local-linkApi-endpointURL'),
      'report.json': report,
      'after.json': report,
    };
    const args = [...shown.map((word) => meant[word] ?? word), '--requests-per-second', '20', ...more];
    return operatorCommand(cloud, 'migrate', ...args).catch(
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) =>
        `${stdout}${stderr}ended with ${code}`,
    );
  }

  function report() {
    const { findings, leftOut, ...rest } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    const of = (kind: string) =>
      findings
        .filter((finding: { kind: string }) => finding.kind === kind)
        .map(({ subject }: { subject: string }) => subject);
    return { ...rest, findings, leftOut, of };
  }

  test('shows what would be brought in and what defects left behind, and changes nothing', async () => {
    await operatorCommand(cloud, 'full-pass', '--inventory');
    await cloud.settle();
    const before = await observedAssignments(cloud);
    // Nobody decided about what differs: it is left out with its links.
    await migrate(SHOW);
    expect(report().of('different').sort()).toEqual(['Billing-ps', 'SecurityAuditor-ps', 'Wide.ps']);
    expect(report().links).toEqual([NARROW, ROOT]);
    const to = join(folder, 'files');
    await migrate(COMPARE, '--on-conflict', 'takeLive', '--to', to);
    const { of, ...shown } = report();
    expect(shown).toMatchObject({
      links: [...UNDERSTOOD].sort(),
      permissionSets: ['Billing-ps', 'CloudOperator-ps', 'Mfa-ps', 'SecurityAuditor-ps', 'Wide.ps'],
      known: { permissionSets: 0, links: 0 },
      adopted: CLAIMED.length,
    });
    expect(shown.leftOut.map(({ subject }: { subject: string }) => subject)).toEqual([MALFORMED, HALF_DELETED]);
    expect(shown.findings.map(({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`)).toEqual([
      `oldFormat ${DOTTED_OU}`,
      `oldFormat ${DOTTED_USER}`,
      `unreadableLink ${MALFORMED}`,
      `onlyInTable ${HALF_DELETED}`,
      'lostValues Mfa-ps',
      'halfCreated Wide.ps',
      'halfCreated Mfa-ps',
      'halfDeleted Unused-ps',
      'different SecurityAuditor-ps',
      'truncated Billing-ps',
      'truncated Wide.ps',
      `missingAssignment ${assignmentText(LOST_CREATE)}`,
      `orphanedAssignment ${assignmentText(LOST_DELETE)}`,
      `unknownAssignment ${assignmentText(BY_HAND)}`,
      expect.stringMatching(/^unknownAssignment 777777777702 Billing-ps GROUP \([-0-9a-f]+\)$/),
      `unrecordedAssignment ${UNRECORDED && assignmentText(UNRECORDED)}`,
      expect.stringMatching(/^staleRecord 222222222201 Billing-ps /),
    ]);
    const files = filesIn(to);
    expect(Object.keys(files)).toHaveLength(UNDERSTOOD.length + 5);
    expect(JSON.parse(files['permission_sets/Mfa-ps.json'] ?? '')).toEqual(MFA);
    expect(JSON.parse(files['permission_sets/Wide.ps.json'] ?? '').managedPoliciesArnList).toHaveLength(12);
    expect(await observedAssignments(cloud)).toEqual(before);
    expect(await operations()).toEqual({ create: 0, remove: 0 });
  }, 120_000);

  test('brings everything in without removing one assignment, and again nothing', async () => {
    const before = await observedAssignments(cloud);
    const summary = 'brought in: 5 permission sets, 6 links; account assignments to be removed: 0';
    const applied = await migrate(APPLY);
    expect(applied).toContain(summary);
    expect(applied).toContain(`left out: ${MALFORMED}: it is no link`);
    expect(applied).toContain('ended with 1');
    await cloud.settle();
    expect(await observedAssignments(cloud)).toEqual([...before, assignmentText(LOST_CREATE)].sort());
    const managed = (await cloud.api('GET', '/assignments')).body.assignments;
    expect(managed.map(assignmentText).sort()).toEqual([...CLAIMED, LOST_CREATE].map(assignmentText).sort());
    const adopted = managed.filter(
      (one: { adopted?: boolean; state: string }) => one.adopted && one.state === 'PROVISIONED',
    );
    expect(adopted.map(assignmentText).sort()).toEqual(CLAIMED.map(assignmentText).sort());
    const wide = (await cloud.api('GET', '/permission-sets/Wide.ps')).body;
    expect([wide.status, wide.document.managedPoliciesArnList.length]).toEqual(['COMPLETED', 12]);
    const done = await operations();
    // The creates show that operations are counted under these names.
    expect([done.create > 0, done.remove]).toEqual([true, 0]);

    expect(await migrate(APPLY, '--report', join(folder, 'report.json'))).toContain(
      'brought in: 0 permission sets, 0 links;',
    );
    await cloud.settle();
    expect(report()).toMatchObject({ links: [], permissionSets: [], known: { permissionSets: 5, links: 6 } });
    const checked = await migrate(CHECK);
    expect(checked).toContain('permission sets: 0 to bring in');
    expect(checked).toContain('links: 0 to bring in, 6 already declared');
    expect(report().adopted).toBe(CLAIMED.length + 1);
    expect(report().of('missingAssignment')).toEqual([]);
    expect(report().of('orphanedAssignment')).toEqual([assignmentText(LOST_DELETE)]);
    await cloud.settle();
    expect(await operations()).toEqual(done);
  }, 180_000);
});
