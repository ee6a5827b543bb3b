import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AlarmStates } from './support/alarm-states';
import { invoke } from './support/invoke';
import { largeEvent } from './support/large-event';
import { LinkBucket } from './support/link-bucket';
import { administratorOf, LocalCloud, REGION, TARGET } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';
import { until } from './support/until';

const HEALTHY = 'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile';
const POISONED = 'account%123456789012%Billing-ps%team-Developers%GROUP%ssofile';
const OTHER = 'account%444444444401%Billing-ps%team-Developers%USER%ssofile';
const MANY = 'ou_id%ou-ab12-workloads%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile';
/** A message that holds no event. It is looked at five times, six minutes apart or more, and then set aside. */
const UNREADABLE = 'no event';
const QUEUES = ['link-files', 'permission-set-files', 'audit'];
const MINUTE_SECONDS = 60;
/** Lambda tries as long as this to tell a change. */
const UNTOLD_FOR_SECONDS = 6 * 3_600;
const HOUR_MS = 3_600_000;
const MACHINES = ['reconcile', 'apply-assignments', 'converge-permission-sets', 'full-pass', 'importCurrentConfigSM'];

describe('alarms', () => {
  let cloud: LocalCloud;
  let configuration: OtherConfiguration;
  let alarms: AlarmStates;
  let tables: DynamoDBDocumentClient;
  let queues: SQSClient;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({}, { Guard: { MaxRemovals: 1, MaxRemovalPercent: 1 } });
    cloud = await LocalCloud.start({ speed: 60, extra: configuration.arguments });
    alarms = new AlarmStates(cloud);
    tables = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.clientOf(administratorOf(TARGET))));
    queues = new SQSClient(cloud.clientOf(administratorOf(TARGET)));
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  /** Looks until something has come true; alarms change by the minute. */
  async function minutesUntil(isTrue: () => Promise<boolean>): Promise<void> {
    while (!(await isTrue())) await cloud.advance(MINUTE_SECONDS);
  }

  async function notRaised(): Promise<string[]> {
    const raised = await alarms.raised();
    return (await alarms.all()).map(({ AlarmName }) => AlarmName).filter((name) => !raised.has(name));
  }

  async function send(queue: string, MessageBody: string): Promise<void> {
    const QueueUrl = `${cloud.url}/${TARGET}/local-${queue}`;
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  async function raises(...names: readonly string[]): Promise<void> {
    const wanted = names.map((name) => `local-${name}`);
    await minutesUntil(async () => {
      const raised = await alarms.raised();
      return wanted.every((name) => raised.has(name));
    });
  }

  test('are all quiet while all is well', async () => {
    await cloud.link('create', HEALTHY);
    await cloud.link('create', MANY);
    for (const queue of QUEUES) await send(queue, UNREADABLE);
    await minutesUntil(async () => (await alarms.in('INSUFFICIENT_DATA')).length === 0);
    expect(await alarms.in('ALARM')).toEqual([]);
    expect((await alarms.all()).length).toBeGreaterThan(20);
  });

  test('tell how bad it is and where it is written what to do', async () => {
    for (const { AlarmDescription } of await alarms.all())
      expect(AlarmDescription).toMatch(/^\[(critical|high|medium)\] .+ Runbook: docs\/operations\.md#[a-z-]+$/);
  });

  test('failed-assignments: an account lacks a policy of the permission set', async () => {
    const permissionSetData = {
      permissionSetName: 'Lacking-ps',
      customerManagedPoliciesList: [{ Path: '/', Name: 'nobody-has-this' }],
    };
    const { status } = await cloud.api('POST', '/postPermissionSetData', { action: 'create', permissionSetData });
    expect(status).toBe(200);
    await cloud.link('create', 'account%444444444401%Lacking-ps%team-Accountants%GROUP%ssofile');
    await raises('failed-assignments');
  });

  test('held-plans: a deletion that would take much away', async () => {
    await cloud.link('delete', MANY);
    await raises('held-plans');
  });

  test('unsent-notifications, ring-bells-errors: a message that somebody broke in the table', async () => {
    const Key = { pk: 'OUTBOX', sk: 'broken#broken' };
    await tables.send(new PutCommand({ TableName: 'local-control', Item: { ...Key, text: 'no message' } }));
    await raises('unsent-notifications', 'ring-bells-errors');
    await tables.send(new DeleteCommand({ TableName: 'local-control', Key }));
  });

  test('events-dead-letters: an event that is too large for an execution', async () => {
    expect((await cloud.local('POST', 'events', [largeEvent('123456789012')])).status).toBe(200);
    await raises('events-dead-letters');
  });

  test('oldest-pending, unconverged, reconcile-failures: a link that somebody broke in the table cannot be planned', async () => {
    const { linkId } = await cloud.link('create', POISONED);
    await until(async () => (await cloud.api('GET', `/links/${linkId}`)).body.status === 'COMPLETED');
    const item = await linkItem(linkId);
    await tables.send(
      new UpdateCommand({
        TableName: 'local-links',
        Key: { pk: item.pk, sk: item.sk },
        UpdateExpression: 'SET outcome.earlier = :broken',
        ExpressionAttributeValues: { ':broken': 'broken' },
      }),
    );
    await cloud.link('create', POISONED);
    await submittedBefore(linkId, 13 * HOUR_MS);
    await raises('oldest-pending', 'unconverged', 'reconcile-failures');
  });

  test('parked-slices: what cannot be planned is set aside when others succeed again and again', async () => {
    await minutesUntil(async () => {
      await cloud.link('create', OTHER);
      // What failed is tried again when nothing younger is to be looked at, at the latest by the bell of the next minute.
      await cloud.advance(MINUTE_SECONDS);
      return (await alarms.raised()).has('local-parked-slices');
    });
  });

  test('…-dead-letters: messages that nobody could read, after half an hour', async () => {
    await raises(...QUEUES.map((queue) => `${queue}-dead-letters`));
  });

  test('audit-untold-dead-letters: a request that somebody broke in the table is too large to be told', async () => {
    const broken = { requestId: 'broken', kind: 'link', action: 'create', submittedBy: 'somebody', status: 'ACCEPTED' };
    const Item = { pk: 'REQUEST#broken', sk: 'REQUEST', ...broken, subject: 'x'.repeat(300_000) };
    await tables.send(new PutCommand({ TableName: 'local-control', Item }));
    await cloud.advance(UNTOLD_FOR_SECONDS);
    await raises('audit-untold-dead-letters');
  });

  test('all others: functions that are dead, and what needs them', async () => {
    await cloud.local('POST', 'faults', { lambdaCrash: 1 });
    const sfn = new SFNClient(cloud.clientOf(administratorOf(TARGET)));
    for (const machine of MACHINES) {
      const stateMachineArn = `arn:aws:states:${REGION}:${TARGET}:stateMachine:local-${machine}`;
      await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
    }
    const Item = { pk: 'REQUEST#untold', sk: 'REQUEST' };
    await tables.send(new PutCommand({ TableName: 'local-control', Item }));
    // Two faults of a function are made up for.
    for (let round = 0; round < 4; round += 1) await callEverything();
    // State machines try each step for some minutes.
    await minutesUntil(async () => (await notRaised()).length === 0);
  });

  test('told people, and are over when their cause is gone', async () => {
    expect(await alarms.untold()).toEqual([]);
    await cloud.local('POST', 'faults', {});
    const over = ['local-query-api-errors', 'local-link-api-errors', 'local-unconverged'];
    await minutesUntil(async () => {
      const quiet = new Set(await alarms.in('OK'));
      return over.every((name) => quiet.has(name));
    });
  });

  /** As if it had been submitted earlier: nobody waits for hours here. */
  async function submittedBefore(linkId: string, milliseconds: number): Promise<void> {
    const question = { TableName: 'local-control', KeyConditionExpression: 'pk = :marks' };
    const marks = await tables.send(
      new QueryCommand({ ...question, ExpressionAttributeValues: { ':marks': 'MARK#reconcile' } }),
    );
    const [mark] = (marks.Items ?? []).filter(({ slice }) => slice.linkId === linkId);
    const earlier = (await cloud.now()) - milliseconds;
    await tables.send(
      new UpdateCommand({
        TableName: 'local-control',
        Key: { pk: mark?.pk, sk: mark?.sk },
        UpdateExpression: 'SET markedAt = :earlier',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':earlier': new Date(earlier).toISOString() },
      }),
    );
    const Item = { pk: 'UNCONVERGED', sk: 'UNCONVERGED', since: earlier };
    await tables.send(new PutCommand({ TableName: 'local-control', Item }));
  }

  async function linkItem(linkId: string): Promise<{ pk: string; sk: string }> {
    const { Items = [] } = await tables.send(
      new QueryCommand({
        TableName: 'local-links',
        IndexName: 'byLinkId',
        KeyConditionExpression: 'linkId = :id',
        ExpressionAttributeValues: { ':id': linkId },
      }),
    );
    return Items[0] as { pk: string; sk: string };
  }

  /** Each function that answers the API or is started by a schedule; nobody cares for the answer. */
  async function callEverything(): Promise<void> {
    const links = await LinkBucket.of(cloud);
    const permissionSets = await LinkBucket.of(cloud, undefined, 'permission-sets');
    await Promise.all([
      links.put(HEALTHY),
      permissionSets.put('Lost.json'),
      // The queue collects for two minutes.
      invoke(cloud, 'local-archive-audit', { Records: [] }).catch(() => undefined),
      cloud.api('GET', '/links'),
      cloud.api('POST', '/postLinkData', { action: 'create', linkData: HEALTHY }),
      cloud.api('POST', '/postPermissionSetData', { action: 'create', permissionSetData: { permissionSetName: 'x' } }),
      cloud.api('POST', `/plans/${randomUUID()}/approve`),
      cloud.api('POST', '/full-pass', {}),
      cloud.local('POST', 'schedules/fire'),
    ]);
  }
});
