import { VirtualClock } from '../../../local/clock';
import type { StreamRecord } from '../../../local/cloud/dynamodb/table-stream';
import { ACCOUNT, call } from './fixture';
import { ledger } from './tables';

const WITH_STREAM = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
const item = (sk: string, color: string) => ({ ...key(sk), color: { S: color } });

describe('the stream of a table', () => {
  const clock = new VirtualClock();
  const database = ledger({ clock }, WITH_STREAM);
  const records: StreamRecord[] = [];
  let streamArn = '';
  const put = (what: unknown) => database.handle(call('PutItem', { TableName: 'ledger', Item: what }));
  /** The records that came since the last look, in short. */
  const news = () =>
    records.splice(0).map(({ eventName, dynamodb: { Keys, OldImage, NewImage } }) => ({
      eventName,
      of: Keys.sk,
      ...(OldImage && { old: OldImage.color }),
      ...(NewImage && { next: NewImage.color }),
    }));

  beforeAll(async () => {
    const { Table } = (await database.handle(call('DescribeTable', { TableName: 'ledger' }))) as {
      Table: { LatestStreamArn: string; StreamSpecification: unknown };
    };
    streamArn = Table.LatestStreamArn;
    expect(Table.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
    database.follow(streamArn, (record) => records.push(record));
  });

  test('tells of a change as functions know it', async () => {
    await put(item('a', 'red'));
    expect(records).toEqual([
      {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
          Keys: key('a'),
          NewImage: item('a', 'red'),
          SequenceNumber: expect.stringMatching(/^\d{21}$/),
          SizeBytes: 20,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: streamArn,
      },
    ]);
    expect(streamArn).toMatch(new RegExp(`^arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/ledger/stream/2`));
    records.splice(0);
  });

  test('has what every kind of write did, in order, and nothing of a write that changed nothing', async () => {
    const update = {
      Key: key('a'),
      UpdateExpression: 'SET color = :c',
      ExpressionAttributeValues: { ':c': { S: 'blue' } },
    };
    await database.handle(call('UpdateItem', { TableName: 'ledger', ...update }));
    await database.handle(call('UpdateItem', { TableName: 'ledger', ...update }));
    await put({ color: { S: 'blue' }, ...key('a') });
    await database.handle(
      call('TransactWriteItems', {
        TransactItems: [
          { Put: { TableName: 'ledger', Item: item('b', 'green') } },
          { Delete: { TableName: 'ledger', Key: key('a') } },
          { Delete: { TableName: 'ledger', Key: key('never there') } },
        ],
      }),
    );
    const [first, ...others] = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    expect(others.every((number) => number > (first ?? 0n))).toBe(true);
    expect(news()).toEqual([
      { eventName: 'MODIFY', of: { S: 'a' }, old: { S: 'red' }, next: { S: 'blue' } },
      { eventName: 'INSERT', of: { S: 'b' }, next: { S: 'green' } },
      { eventName: 'REMOVE', of: { S: 'a' }, old: { S: 'blue' } },
    ]);
  });

  test('has nothing of a transaction that was cancelled', async () => {
    const cancelled = call('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'ledger', Item: item('c', 'green') } },
        {
          ConditionCheck: {
            TableName: 'ledger',
            Key: key('never there'),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ],
    });
    await expect(database.handle(cancelled)).rejects.toMatchObject({ code: 'TransactionCanceledException' });
    expect(news()).toEqual([]);
  });

  test('says of what expired that the service deleted it', async () => {
    await put({ ...item('t', 'grey'), expiresAt: { N: String(Math.floor(clock.now() / 1000) + 60) } });
    await clock.runUntil(clock.sleep(2 * 3_600_000));
    await database.handle(call('GetItem', { TableName: 'ledger', Key: key('t') }));
    expect(records.at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
    expect(news()).toHaveLength(2);
  });

  test('keeps what happened for a day, for whoever begins to read later', async () => {
    const seen: unknown[] = [];
    const stop = database.follow(streamArn, ({ dynamodb }) => seen.push(dynamodb.Keys.sk));
    expect(seen).toEqual([{ S: 'a' }, { S: 'a' }, { S: 'b' }, { S: 'a' }, { S: 't' }, { S: 't' }]);
    stop();
    await clock.runUntil(clock.sleep(25 * 3_600_000));
    await put(item('d', 'red'));
    expect(seen).toHaveLength(6);
    database.follow(streamArn, ({ dynamodb }) => seen.push(dynamodb.Keys.sk))();
    expect(seen.slice(6)).toEqual([{ S: 'd' }]);
  });

  test('is not there for a table without one', () => {
    const other = ledger();
    expect(() => other.follow(`arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/ledger/stream/x`, () => {})).toThrow(
      'Stream: arn:aws:dynamodb',
    );
  });
});
