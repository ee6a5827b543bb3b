import type { EventBridgeClient, PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import { EventBridgeAuditBus } from '../../lambda/aws/event-bridge-audit-bus';
import { S3AuditArchive } from '../../lambda/aws/s3-audit-archive';
import { storedChanges } from '../../lambda/aws/stored-changes';
import type { AuditEvent } from '../../lambda/domain/audit/audit-event';

/** A client that keeps what it is sent, and answers as told. */
function client<Client, Input>(answer: (input: Input) => unknown) {
  const sent: Input[] = [];
  const send = async ({ input }: { input: Input }) => {
    sent.push(input);
    return answer(input);
  };
  return { sent, client: { send } as unknown as Client };
}

const event = (eventId: string, reason = ''): AuditEvent => ({
  eventId,
  type: 'Plan Held',
  result: 'HELD',
  at: '2026-11-27T10:00:00Z',
  sequence: '1',
  callers: [],
  reason,
});
const taken = ({ Entries = [] }: PutEventsCommandInput) => ({ Entries: Entries.map(() => ({ EventId: 'e' })) });

describe('the audit bus', () => {
  const busOf = (answer: (input: PutEventsCommandInput) => unknown) => {
    const { sent, client: eventBridge } = client<EventBridgeClient, PutEventsCommandInput>(answer);
    return { sent, bus: new EventBridgeAuditBus('audit', eventBridge) };
  };

  test('is told an event as it is', async () => {
    const { sent, bus } = busOf(taken);
    expect(await bus.tell([event('a')])).toEqual(new Set());
    expect(sent[0]?.Entries).toEqual([
      {
        EventBusName: 'audit',
        Source: 'identity-center-extensions',
        DetailType: 'Plan Held',
        Time: new Date('2026-11-27T10:00:00Z'),
        Detail: JSON.stringify(event('a')),
      },
    ]);
  });

  test('is told as many events at once as a call may have, by number and by size', async () => {
    const { sent, bus } = busOf(taken);
    await bus.tell(Array.from({ length: 21 }, (_, index) => event(`${index}`)));
    expect(sent.map(({ Entries }) => Entries?.length)).toEqual([10, 10, 1]);
    sent.splice(0);
    await bus.tell(['a', 'b', 'c', 'd'].map((id) => event(id, '🙂'.repeat(20_000))));
    expect(sent.map(({ Entries }) => Entries?.length)).toEqual([3, 1]);
    expect(Buffer.byteLength(JSON.stringify(sent[0]?.Entries))).toBeLessThan(256_000);
  });

  test('says which events it was not told', async () => {
    const { bus } = busOf(({ Entries = [] }) => ({
      FailedEntryCount: 1,
      Entries: Entries.map((_, index) => (index === 1 ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' })),
    }));
    expect(await bus.tell([event('a'), event('b'), event('c')])).toEqual(new Set(['b']));
  });

  test('names its faults', async () => {
    const { bus } = busOf(() => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    });
    await expect(bus.tell([event('a')])).rejects.toMatchObject({ name: 'Denied' });
  });
});

test('the archive puts a text where it is told to', async () => {
  const { sent, client: s3 } = client<S3Client, object>(() => ({}));
  await new S3AuditArchive('bucket', s3).keep('audit/day=2026-11-27/1.json', '{}\n');
  expect(sent).toEqual([
    { Bucket: 'bucket', Key: 'audit/day=2026-11-27/1.json', Body: '{}\n', ContentType: 'application/x-ndjson' },
  ]);
});

describe('records of a stream', () => {
  const record = (more: object = {}): DynamoDBRecord => ({
    eventID: 'abc',
    eventName: 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: 1795773600.5,
      Keys: { pk: { S: 'p' }, sk: { S: 's' } },
      OldImage: { pk: { S: 'p' }, sk: { S: 's' }, n: { N: '1' } },
      NewImage: { pk: { S: 'p' }, sk: { S: 's' }, n: { N: '2' }, list: { L: [{ M: { a: { BOOL: true } } }] } },
      SequenceNumber: '100000000000000000001',
    },
    ...more,
  });

  test('are changes with the item before and after', () => {
    expect(storedChanges([record()])).toEqual([
      {
        changeId: 'abc',
        sequence: '100000000000000000001',
        at: '2026-11-27T10:00:00Z',
        hasExpired: false,
        before: { pk: 'p', sk: 's', n: 1 },
        after: { pk: 'p', sk: 's', n: 2, list: [{ a: true }] },
      },
    ]);
  });

  test('may come from a person who reads the stream', () => {
    const { dynamodb } = record();
    const read = { dynamodb: { ...dynamodb, ApproximateCreationDateTime: '2026-11-27T11:00:00+01:00' } };
    expect(storedChanges([record(read)])[0]?.at).toBe('2026-11-27T10:00:00Z');
  });

  test('tell what the service deleted since its time was over', () => {
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    const [expired] = storedChanges([record({ userIdentity, dynamodb: { OldImage: { pk: { S: 'p' } } } })]);
    expect(expired).toMatchObject({ hasExpired: true, before: { pk: 'p' } });
    expect(expired).not.toHaveProperty('after');
  });
});
