import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { MoveAccountCommand } from '@aws-sdk/client-organizations';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { AuditEvent } from '../../lambda/domain/audit/audit-event';
import { replayAudit } from '../../lambda/domain/audit/replay-audit';
import { validateAuditEvent } from '../../schemas/generated/audit-event';
import { assumeRole } from './support/assumed-role';
import { defaultOrganization } from './support/default-organization';
import { insist } from './support/link-storm';
import { administratorOf, LocalCloud, TARGET } from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { assignmentText } from './support/oracle';

const Bucket = 'local-audit-333333333333-eu-west-1';
const GROUPS = Array.from({ length: 110 }, (_, index) => `audited-${index}`);
const ACCOUNTS = ['123456789012', '444444444411', '444444444421', '555555555501', '666666666601', '777777777701'];
const SPARE = '777777777703';
/** Assigned before, and claimed by a link. */
const ADOPTED = 'account%444444444401%LegacyAdministrator%legacy-administrators%GROUP%ssofile';
const WIDE = [
  'root%all%Breakglass-ps%break-glass%USER%ssofile',
  'account_tag%env^prod%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile',
  'ou_id%ou-ab12-sandboxes%Billing-ps%team-Accountants%GROUP%ssofile',
  'ou_id%ou-ab12-production%DataScientist-ps%team-DataScientists%GROUP%ssofile',
];
/** No account has the policy of this permission set. */
const HELD = 'account%555555555502%Held-ps%team-Developers%GROUP%ssofile';
const NARROW = GROUPS.map((group, index) => {
  const permissionSet = index % 2 === 0 ? 'CloudOperator-ps' : 'Billing-ps';
  return `account%${ACCOUNTS[index % ACCOUNTS.length]}%${permissionSet}%${group}%GROUP%ssofile`;
});
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] };
const PERMISSION_SETS = [
  { permissionSetName: 'CloudOperator-ps', description: 'Audited' },
  { permissionSetName: 'New-ps', inlinePolicyDocument: POLICY },
  { permissionSetName: 'Held-ps', customerManagedPoliciesList: [{ Path: '/', Name: 'nowhere' }] },
];
const ADMINISTRATOR_ARN = `arn:aws:iam::${TARGET}:root`;
const CALLER_ARN = `arn:aws:sts::${TARGET}:assumed-role/link-caller/tester`;

describe('the audit trail of 200 requests', () => {
  let cloud: LocalCloud;
  let before: readonly string[];
  /** Request id → who asked. */
  const asked = new Map<string, string>();
  let trail: readonly AuditEvent[] = [];

  beforeAll(async () => {
    const organization = defaultOrganization();
    organization.groups.push(...GROUPS.map((displayName) => ({ displayName })));
    organization.roles = [
      {
        accountId: TARGET,
        name: 'intruder',
        allow: [
          'events:PutEvents',
          's3:PutObject',
          's3:PutObjectRetention',
          's3:DeleteObjectVersion',
          'kms:GenerateDataKey',
        ],
      },
    ];
    cloud = await LocalCloud.start({ organization, speed: 100 });
    before = await observedAssignments(cloud);
  });
  afterAll(() => cloud?.stop());

  async function post(path: string, body: object, as = administratorOf(TARGET), arn = ADMINISTRATOR_ARN) {
    const requestId = await insist(async () => {
      const answer = await cloud.api('POST', path, body, as);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer));
      return answer.body.requestId as string;
    });
    asked.set(requestId, arn);
  }
  const link = (action: 'create' | 'delete', linkData: string) => post('/postLinkData', { action, linkData });

  async function read(): Promise<AuditEvent[]> {
    const client = cloud.s3();
    const events: AuditEvent[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: 'audit/' })) {
      for (const { Key } of Contents) {
        expect(Key).toMatch(/^audit\/day=\d{4}-\d{2}-\d{2}\/\d{6}-[a-z2-7]{26}\.json$/);
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        const lines = ((await Body?.transformToString()) ?? '').trimEnd().split('\n');
        const told = lines.map((line) => JSON.parse(line) as AuditEvent);
        for (const { at } of told) expect(Key).toContain(`day=${at.slice(0, 10)}/`);
        events.push(...told);
      }
    }
    return events;
  }

  test('tells who asked for what', async () => {
    const caller = await assumeRole(cloud, 'link-caller');
    await Promise.all(
      PERMISSION_SETS.map((permissionSetData) =>
        post('/postPermissionSetData', { action: 'create', permissionSetData }),
      ),
    );
    await Promise.all([
      ...[...WIDE, ADOPTED, HELD].map((linkData) => link('create', linkData)),
      ...NARROW.map((linkData) => post('/postLinkData', { action: 'create', linkData }, caller, CALLER_ARN)),
    ]);
    await cloud.settle();
    const move = { AccountId: SPARE, SourceParentId: 'ou-ab12-sandboxes', DestinationParentId: 'ou-ab12-production' };
    await cloud.organizations().send(new MoveAccountCommand(move));
    // Functions die and calls are throttled meanwhile: those that tell and keep the trail, too.
    await cloud.local('POST', 'faults', { lambdaCrash: 0.05, throttle: 0.05, eventDuplicate: 0.2 });
    await Promise.all(NARROW.slice(0, 70).map((linkData) => link('delete', linkData)));
    await Promise.all([
      ...WIDE.slice(0, 1).map((linkData) => link('delete', linkData)),
      ...NARROW.slice(0, 12).map((linkData) => link('create', linkData)),
      post('/postPermissionSetData', {
        action: 'update',
        permissionSetData: { ...PERMISSION_SETS[1], description: 'x' },
      }),
      post('/postPermissionSetData', { action: 'delete', permissionSetData: { permissionSetName: 'New-ps' } }),
    ]);
    await cloud.local('POST', 'faults', {});
    await cloud.settle();
    trail = await read();
    expect(asked.size).toBeGreaterThanOrEqual(200);
    const accepted = trail.filter(({ type }) => type === 'Request Accepted');
    const callers = new Map(accepted.map(({ requests = [], callers: who }) => [requests[0], who]));
    for (const [requestId, arn] of asked) expect([requestId, callers.get(requestId)]).toEqual([requestId, [arn]]);
  });

  test('accounts for every assignment that exists: replaying it gives the same set', async () => {
    const adopted = assignmentText({
      accountId: '444444444401',
      permissionSetName: 'LegacyAdministrator',
      principalType: 'GROUP',
      principalName: 'legacy-administrators',
    });
    const unmanaged = new Set(before.filter((assignment) => assignment !== adopted));
    const managed = (await observedAssignments(cloud)).filter((assignment) => !unmanaged.has(assignment));
    expect(managed.length).toBeGreaterThan(75);
    expect(
      replayAudit(trail)
        .map((replayed) => assignmentText(replayed as never))
        .sort(),
    ).toEqual(managed);
    expect(managed).toContain(adopted);
  });

  test('is what its schema says, with who and why of every change', () => {
    for (const event of trail)
      expect([event, validateAuditEvent(event), validateAuditEvent.errors]).toEqual([event, true, null]);
    const types = new Set(trail.map(({ type }) => type));
    for (const type of [
      'Assignment Adopted',
      'Assignment Set Aside',
      'Permission Set Created',
      'Permission Set Applied',
      'Permission Set Deleted',
    ]) {
      expect(types).toContain(type);
    }
    const changes = trail.filter(({ type }) => type === 'Assignment Change Planned');
    for (const { callers, reason } of changes) {
      expect(callers).toHaveLength(1);
      expect([ADMINISTRATOR_ARN, CALLER_ARN, 'organization']).toContain(callers[0]);
      expect(reason).not.toBe('');
    }
    const moved = changes.filter(({ accountId, callers }) => accountId === SPARE && callers[0] === 'organization');
    expect(moved.map(({ action, permissionSetName }) => [action, permissionSetName]).sort()).toEqual([
      ['create', 'DataScientist-ps'],
      ['delete', 'Billing-ps'],
    ]);
    expect(JSON.stringify(trail)).not.toContain('"Statement"');
  });

  test('is written by nobody else, and cannot be deleted before its time', async () => {
    const intruder = await assumeRole(cloud, 'intruder');
    const Entries = [
      { EventBusName: 'local-audit', Source: 'identity-center-extensions', DetailType: 'x', Detail: '{}' },
    ];
    const bus = new EventBridgeClient(cloud.clientOf(intruder));
    await expect(bus.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const s3 = cloud.s3(intruder);
    const forged = { Bucket, Key: 'audit/day=2026-01-01/forged.json', Body: '{}' };
    await expect(s3.send(new PutObjectCommand(forged))).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Versions = [] } = await cloud.s3().send(new ListObjectVersionsCommand({ Bucket }));
    const [{ Key, VersionId } = {}] = Versions;
    const deletion = new DeleteObjectCommand({ Bucket, Key, VersionId });
    await expect(s3.send(deletion)).rejects.toThrow('protected by object lock');
    const { denied } = (await cloud.local('GET', 'iam')).body;
    expect(denied.filter(({ role }: { role: string }) => !role.endsWith('/intruder'))).toEqual([]);
  });
});
