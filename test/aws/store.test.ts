import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDbStore } from '../../lambda/aws/dynamodb-store';
import { type Condition, type Key, MOST_WRITES, queryAll, type Store, type Write } from '../../lambda/ports/store';
import { VirtualClock } from '../../local/clock';
import { DynamoDb } from '../../local/cloud/dynamodb/dynamo-db';
import type { Principal } from '../../local/cloud/service';
import { InMemoryStore } from '../support/in-memory-store';
import { inProcessClient } from '../support/in-process-client';

const principal: Principal = {
  kind: 'role',
  accountId: '333333333333',
  arn: 'arn:aws:sts::333333333333:assumed-role/a/b',
};
const region = 'eu-west-1';

function dynamoDbStore(): Store {
  const service = new DynamoDb({ clock: new VirtualClock() });
  service.createTable({
    accountId: principal.accountId,
    region,
    stackName: 'test',
    logicalId: 'Ledger',
    properties: {
      TableName: 'ledger',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', 'accountId'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byAccount',
          KeySchema: [
            { AttributeName: 'accountId', KeyType: 'HASH' },
            { AttributeName: 'pk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    },
  });
  const client = inProcessClient({ service, principal, region }) as unknown as DynamoDBClient;
  return new DynamoDbStore({ ledger: 'ledger' }, client, async () => undefined);
}

const key = (pk: string, sk = 'row'): Key => ({ table: 'ledger', pk, sk });
const put = (pk: string, attributes: Record<string, unknown> = {}, sk = 'row'): Write => ({
  at: key(pk, sk),
  put: attributes,
});

/** The laws of the port; both implementations obey them. */
describe.each([
  ['DynamoDB', dynamoDbStore],
  ['in memory', () => new InMemoryStore()],
])('the store: %s', (_name, newStore) => {
  let store: Store;
  beforeEach(() => {
    store = newStore();
  });

  test('gives back what was put, nested values included, and nothing for what is not there', async () => {
    const value = { text: 'Ä, %25 ^', count: 0, flag: false, list: [], nested: { deep: [{ id: 1 }] } };
    await store.transact([put('one', value)]);
    expect(await store.get(key('one'))).toEqual({ pk: 'one', sk: 'row', ...value });
    expect(await store.get(key('two'))).toBeUndefined();
    expect(await store.getMany([key('two'), key('one')])).toHaveLength(1);
  });

  test('an update sets, removes and adds, and makes the item when it is absent', async () => {
    await store.transact([{ at: key('one'), update: { set: { a: 1 }, add: { count: 2 } } }]);
    await store.transact([{ at: key('one'), update: { set: { b: { c: 'd' } }, remove: ['a'], add: { count: 3 } } }]);
    expect(await store.get(key('one'))).toEqual({ pk: 'one', sk: 'row', b: { c: 'd' }, count: 5 });
  });

  test('all or nothing, and the positions of what failed', async () => {
    await store.transact([put('one', { n: 1 })]);
    const outcome = await store.transact([
      put('two'),
      { at: key('one'), update: { set: { n: 9 } }, when: [{ n: { equals: 2 } }] },
      { at: key('three'), check: true, when: [{ pk: { present: true } }] },
    ]);
    expect(outcome).toEqual({ applied: false, failed: [1, 2] });
    expect(await store.get(key('two'))).toBeUndefined();
    expect(await store.get(key('one'))).toMatchObject({ n: 1 });
  });

  test.each<[Condition, boolean]>([
    [{ n: { equals: 1 } }, true],
    [{ n: { equals: 2 } }, false],
    [{ n: { below: 2 } }, true],
    [{ n: { below: 1 } }, false],
    [{ n: { atMost: 1 } }, true],
    [{ 'operation.id': { equals: 'x' } }, true],
    [{ 'operation.requestId': { absent: true } }, true],
    [{ 'operation.id': { absent: true } }, false],
    [{ 'missing.id': { absent: true } }, true],
    [{ n: { present: true }, missing: { absent: true } }, true],
    [{ n: { present: true }, missing: { present: true } }, false],
    [{ missing: { below: 5 } }, false],
    [{ missing: { equals: 1 } }, false],
  ])('condition %j on {n: 1, operation: {id: x}} holds: %s', async (condition, holds) => {
    await store.transact([put('one', { n: 1, operation: { id: 'x' } })]);
    const { applied } = await store.transact([{ at: key('one'), delete: true, when: [condition] }]);
    expect(applied).toBe(holds);
  });

  test('any of several conditions is enough', async () => {
    await store.transact([put('one', { n: 1 })]);
    const when = [{ n: { equals: 5 } }, { n: { equals: 1 } }];
    expect(await store.transact([{ at: key('one'), check: true, when }])).toEqual({ applied: true });
  });

  test('a partition is read in order of the sort key, by prefix, page by page', async () => {
    const names = ['b#2', 'a#1', 'b#1', 'c#1'];
    await store.transact(names.map((sk) => put('p', {}, sk)));
    const all = await queryAll(store, { table: 'ledger', pk: 'p', limit: 1 });
    expect(all.map(({ sk }) => sk)).toEqual([...names].sort());
    const prefixed = await store.query({ table: 'ledger', pk: 'p', sortPrefix: 'b#' });
    expect(prefixed.items.map(({ sk }) => sk)).toEqual(['b#1', 'b#2']);
  });

  test('a partition is read from its end, page by page, by prefix, and no other partition', async () => {
    const names = ['a#1', 'b#1', 'b#2', 'b#3', 'c#1'];
    await store.transact([...names.map((sk) => put('p', {}, sk)), put('o', {}, 'b#9'), put('q', {}, 'b#0')]);
    const descending = { table: 'ledger', pk: 'p', descending: true } as const;
    for (const limit of [1, 2, 3, 5, 6]) {
      const all = await queryAll(store, { ...descending, limit });
      expect(all.map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([...names].reverse().map((sk) => `p ${sk}`));
      const prefixed = await queryAll(store, { ...descending, sortPrefix: 'b#', limit });
      expect(prefixed.map(({ sk }) => sk)).toEqual(['b#3', 'b#2', 'b#1']);
    }
    const last = await store.query({ ...descending, limit: 2 });
    expect(last.items.map(({ sk }) => sk)).toEqual(['c#1', 'b#3']);
    expect(last.next).toMatchObject({ pk: 'p', sk: 'b#3' });
  });

  test.each([
    [false, ['a', 'b'], ['c', 'd', 'e']],
    [true, ['e', 'd'], ['c', 'b', 'a']],
  ])(
    'a page goes on where the one before ended, whatever went or came meanwhile (descending: %s)',
    async (descending, first, rest) => {
      await store.transact(['a', 'b', 'c', 'd', 'e'].map((sk) => put('p', {}, sk)));
      const query = { table: 'ledger', pk: 'p', descending } as const;
      const page = await store.query({ ...query, limit: 2 });
      expect(page.items.map(({ sk }) => sk)).toEqual(first);
      // The item the page ended with goes, and one comes where it was already looked.
      const between = descending ? 'dd' : 'aa';
      await store.transact([{ at: key('p', first[1]), delete: true }, put('p', {}, between)]);
      const after = page.next;
      expect(after).toBeDefined();
      const more = await queryAll(store, { ...query, limit: 2, ...(after ? { after } : {}) });
      expect(more.map(({ sk }) => sk)).toEqual(rest);
    },
  );

  test('a page after the last item is empty and the last', async () => {
    await store.transact([put('p', {}, 'a'), put('p', {}, 'b')]);
    for (const [descending, sk] of [
      [false, 'b'],
      [true, 'a'],
    ] as const) {
      expect(await store.query({ table: 'ledger', pk: 'p', descending, after: { pk: 'p', sk } })).toEqual({
        items: [],
      });
    }
  });

  test('an index finds items by attribute, a scan finds all, page by page', async () => {
    await store.transact([put('x', { accountId: 'a' }), put('y', { accountId: 'a' }), put('z', { accountId: 'b' })]);
    const partition = { name: 'accountId', value: 'a' };
    const first = await store.queryIndex({ table: 'ledger', index: 'byAccount', partition, limit: 1 });
    const after = first.next;
    const rest = await store.queryIndex({
      table: 'ledger',
      index: 'byAccount',
      partition,
      ...(after ? { after } : {}),
    });
    expect([...first.items, ...rest.items].map(({ pk }) => pk)).toEqual(['x', 'y']);
    const scanned = await store.scan({ table: 'ledger', limit: 2 });
    const more = await store.scan({ table: 'ledger', ...(scanned.next ? { after: scanned.next } : {}) });
    expect([...scanned.items, ...more.items].map(({ pk }) => pk).sort()).toEqual(['x', 'y', 'z']);
  });

  test('refuses more than 100 writes and one item twice', async () => {
    const many = Array.from({ length: MOST_WRITES + 1 }, (_, index) => put(`item ${index}`));
    await expect(store.transact(many)).rejects.toThrow();
    await expect(store.transact([put('one'), put('one')])).rejects.toThrow();
    expect(await store.transact(many.slice(0, MOST_WRITES))).toEqual({ applied: true });
    expect(await store.getMany(many.map(({ at }) => at))).toHaveLength(MOST_WRITES);
  });
});
