import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { inProcess } from './in-process-handler';
import { ledger } from './tables';

type Entry = Record<string, unknown>;

function open() {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(inProcess(ledger())));
  const put = (...items: Entry[]) =>
    Promise.all(items.map((Item) => documents.send(new PutCommand({ TableName: 'ledger', Item }))));
  const query = (input: Partial<QueryCommandInput>) =>
    documents.send(new QueryCommand({ TableName: 'ledger', ...input }));
  const pages = async (input: Partial<QueryCommandInput>): Promise<Entry[]> => {
    const found: Entry[] = [];
    let ExclusiveStartKey: Entry | undefined;
    do {
      const page = await query({ ...input, ...(ExclusiveStartKey && { ExclusiveStartKey }) });
      found.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  };
  return { documents, put, query, pages };
}

const ofPartition = (pk: string) => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': pk } as Entry,
});

const bytewise = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

describe('query', () => {
  test('gives a partition in the order of UTF-8, whatever the page size and direction', async () => {
    const sortKey = fc.string({ unit: 'binary', minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(sortKey, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (keys, Limit) => {
          const { put, pages } = open();
          await put(...keys.map((sk) => ({ pk: 'p', sk })), { pk: 'other', sk: 'x' });
          const expected = [...keys].sort(bytewise);
          const upwards = await pages({ ...ofPartition('p'), Limit });
          expect(upwards.map((item) => item.sk)).toEqual(expected);
          const downwards = await pages({ ...ofPartition('p'), Limit, ScanIndexForward: false });
          expect(downwards.map((item) => item.sk)).toEqual(expected.reverse());
        },
      ),
      { numRuns: 60 },
    );
  });

  test('numbers are ordered by value and selected by range, in both directions', async () => {
    const number = fc.oneof(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: -99999, max: 99999 }).map((n) => n / 1000),
    );
    const comparators = {
      '=': (a: number, b: number) => a === b,
      '<': (a: number, b: number) => a < b,
      '<=': (a: number, b: number) => a <= b,
      '>': (a: number, b: number) => a > b,
      '>=': (a: number, b: number) => a >= b,
    };
    const comparator = fc.constantFrom(...(Object.keys(comparators) as (keyof typeof comparators)[]));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          number.map((n) => n + 0),
          { maxLength: 30 },
        ),
        number,
        comparator,
        fc.boolean(),
        async (ranks, bound, op, forward) => {
          const { put, pages } = open();
          await put(...ranks.map((rank, index) => ({ pk: `${index}`, sk: 's', color: 'red', rank })));
          const found = await pages({
            IndexName: 'byColor',
            KeyConditionExpression: `color = :c AND rank ${op} :bound`.replace('rank', '#r'),
            ExpressionAttributeNames: { '#r': 'rank' },
            ExpressionAttributeValues: { ':c': 'red', ':bound': bound },
            ScanIndexForward: forward,
            Limit: 3,
          });
          const expected = ranks
            .filter((rank) => comparators[op](rank, bound))
            .sort((a, b) => (forward ? a - b : b - a));
          expect(found.map((item) => item.rank)).toEqual(expected);
        },
      ),
      { numRuns: 80 },
    );
  });

  test('selects by prefix and by range', async () => {
    const { put, query } = open();
    await put(...['a#1', 'a#2', 'a$', 'b#1', 'a'].map((sk) => ({ pk: 'p', sk })));
    const select = async (condition: string, more: Entry, forward = true) => {
      const { Items } = await query({
        KeyConditionExpression: `pk = :pk AND ${condition}`,
        ExpressionAttributeValues: { ':pk': 'p', ...more },
        ScanIndexForward: forward,
      });
      return Items?.map((item) => item.sk);
    };
    expect(await select('begins_with(sk, :x)', { ':x': 'a#' })).toEqual(['a#1', 'a#2']);
    expect(await select('begins_with(sk, :x)', { ':x': 'a' }, false)).toEqual(['a$', 'a#2', 'a#1', 'a']);
    expect(await select('sk BETWEEN :x AND :y', { ':x': 'a#2', ':y': 'b' })).toEqual(['a#2', 'a$']);
    expect(await select(':x <= sk', { ':x': 'a$' })).toEqual(['a$', 'b#1']);
  });

  test('filters after the limit, counts, and goes on after pages without a match', async () => {
    const { put, query } = open();
    await put(...[1, 2, 3, 4].map((n) => ({ pk: 'p', sk: `${n}`, n })));
    const filter = {
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'n > :two',
      ExpressionAttributeValues: { ':pk': 'p', ':two': 2 },
    };
    const first = await query({ ...filter, Limit: 2 });
    expect(first).toMatchObject({ Count: 0, ScannedCount: 2, Items: [], LastEvaluatedKey: { pk: 'p', sk: '2' } });
    const count = await query({ ...filter, Select: 'COUNT' });
    expect(count).toMatchObject({ Count: 2, ScannedCount: 4 });
    expect(count.Items).toBeUndefined();
    expect(count.LastEvaluatedKey).toBeUndefined();
  });

  test('stops at 1 MB', async () => {
    const { put, query, pages } = open();
    await put(...Array.from({ length: 10 }, (_, n) => ({ pk: 'p', sk: `${n}`, blob: 'x'.repeat(300_000) })));
    const first = await query(ofPartition('p'));
    expect(first.Count).toBe(3);
    expect(await pages(ofPartition('p'))).toHaveLength(10);
  });

  test.each([
    [{ KeyConditionExpression: 'pk > :a' }, 'Query key condition not supported'],
    [{ KeyConditionExpression: 'sk = :a' }, 'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk = :a OR pk = :a' }, 'Invalid operator used in KeyConditionExpression: OR'],
    [{ KeyConditionExpression: 'pk = :a AND third = :a' }, 'Query condition missed key schema element: sk'],
    [{ KeyConditionExpression: 'pk = :a', FilterExpression: 'sk = :a' }, 'Primary key attribute: sk'],
    [
      { KeyConditionExpression: 'accountId = :a', IndexName: 'byAccount', ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      { KeyConditionExpression: 'accountId = :a', IndexName: 'byNothing' },
      'The table does not have the specified index: byNothing',
    ],
    [
      { KeyConditionExpression: 'accountId = :a', IndexName: 'byAccount', Select: 'ALL_ATTRIBUTES' as const },
      'its projection type is not ALL',
    ],
    [{ KeyConditionExpression: 'pk = :a', Limit: 0 }, 'greater than or equal to 1'],
    [{ KeyConditionExpression: 'pk = :a', ExclusiveStartKey: { pk: 'b', sk: '1' } }, 'outside query boundaries'],
    [{ KeyConditionExpression: 'pk = :a', ExclusiveStartKey: { pk: 'a' } }, 'The provided starting key is invalid'],
  ])('%j is refused: %s', async (input, message) => {
    const { query } = open();
    const querying = query({ ExpressionAttributeValues: { ':a': 'a' }, ...input });
    await expect(querying).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('indexes', () => {
  test('are sparse, follow every change, and hold what their projection says', async () => {
    const { documents, put, query } = open();
    const byAccount = async (account: string) => {
      const { Items } = await query({
        IndexName: 'byAccount',
        KeyConditionExpression: 'accountId = :a',
        ExpressionAttributeValues: { ':a': account },
      });
      return Items;
    };
    await put({ pk: 'x', sk: '1', accountId: '1', note: 'n', color: 'red' }, { pk: 'y', sk: '1', note: 'sparse' });
    expect(await byAccount('1')).toEqual([{ pk: 'x', sk: '1', accountId: '1' }]);
    const included = await query({
      IndexName: 'byColorOnly',
      KeyConditionExpression: 'color = :c',
      ExpressionAttributeValues: { ':c': 'red' },
    });
    expect(included.Items).toEqual([{ pk: 'x', sk: '1', color: 'red', note: 'n' }]);
    const Key = { pk: 'x', sk: '1' };
    const update = (UpdateExpression: string, more: Entry = {}) =>
      documents.send(new UpdateCommand({ TableName: 'ledger', Key, UpdateExpression, ...more }));
    await update('SET accountId = :v', { ExpressionAttributeValues: { ':v': '2' } });
    expect([await byAccount('1'), await byAccount('2')]).toEqual([[], [{ ...Key, accountId: '2' }]]);
    await update('REMOVE accountId');
    expect(await byAccount('2')).toEqual([]);
    await put({ ...Key, accountId: '3' });
    await documents.send(new DeleteCommand({ TableName: 'ledger', Key }));
    expect(await byAccount('3')).toEqual([]);
  });

  test('page over entries with the same key without losing or doubling any', async () => {
    const { put, pages } = open();
    await put(...Array.from({ length: 25 }, (_, n) => ({ pk: `${n % 5}`, sk: `${n}`, accountId: '1' })));
    for (const ScanIndexForward of [true, false]) {
      const found = await pages({
        IndexName: 'byAccount',
        KeyConditionExpression: 'accountId = :a',
        ExpressionAttributeValues: { ':a': '1' },
        ScanIndexForward,
        Limit: 4,
      });
      expect(new Set(found.map((item) => item.sk)).size).toBe(25);
      expect(found).toHaveLength(25);
    }
  });
});

describe('scan', () => {
  const all = async (documents: DynamoDBDocumentClient, input: Partial<ScanCommandInput>) => {
    const found: Entry[] = [];
    let ExclusiveStartKey: Entry | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({ TableName: 'ledger', ...input, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
      );
      found.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found.map((item) => `${item.pk}/${item.sk}`).sort();
  };

  test('meets every item once, in pages, segments, and over a sparse index', async () => {
    const { documents, put } = open();
    const items = Array.from({ length: 60 }, (_, n) => ({
      pk: `p${n % 17}`,
      sk: `${n}`,
      ...(n % 3 === 0 && { accountId: `${n}` }),
    }));
    await put(...items);
    const expected = items.map(({ pk, sk }) => `${pk}/${sk}`).sort();
    expect(await all(documents, { Limit: 7 })).toEqual(expected);
    const segments = await Promise.all(
      [0, 1, 2].map((Segment) => all(documents, { Segment, TotalSegments: 3, Limit: 5 })),
    );
    expect(segments.flat().sort()).toEqual(expected);
    expect(await all(documents, { IndexName: 'byAccount', Limit: 7 })).toHaveLength(20);
  });
});
