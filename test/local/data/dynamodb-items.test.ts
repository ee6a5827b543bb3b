import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { inProcess } from './in-process-handler';
import { ledger } from './tables';

function open() {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(inProcess(ledger())));
  const key = { pk: 'a', sk: '1' };
  return {
    documents,
    key,
    put: (item: Record<string, unknown>, more: Partial<PutCommandInput> = {}) =>
      documents.send(new PutCommand({ TableName: 'ledger', Item: { ...key, ...item }, ...more })),
    update: (UpdateExpression: string, more: Partial<UpdateCommandInput> = {}) =>
      documents.send(
        new UpdateCommand({ TableName: 'ledger', Key: key, UpdateExpression, ReturnValues: 'ALL_NEW', ...more }),
      ),
    get: async () =>
      (await documents.send(new GetCommand({ TableName: 'ledger', Key: key, ConsistentRead: true }))).Item,
  };
}

const values = (ExpressionAttributeValues: Record<string, unknown>) => ({ ExpressionAttributeValues });

describe('items', () => {
  test('come back as they were put, with all types', async () => {
    const { put, get } = open();
    const item = {
      text: 'ü 😀',
      number: 12.5,
      big: 12345678901234567890n,
      yes: true,
      no: false,
      nothing: null,
      empty: '',
      list: [1, 'two', { three: 3 }],
      map: { nested: { deeper: [] } },
      strings: new Set(['a', 'b']),
      bytes: new Uint8Array([1, 2, 255]),
    };
    await put(item);
    expect(await get()).toEqual({ pk: 'a', sk: '1', ...item });
  });

  test('a put replaces the whole item and returns the old one', async () => {
    const { put, get } = open();
    await put({ a: 1, b: 2 });
    const { Attributes } = await put({ c: 3 }, { ReturnValues: 'ALL_OLD' });
    expect(Attributes).toEqual({ pk: 'a', sk: '1', a: 1, b: 2 });
    expect(await get()).toEqual({ pk: 'a', sk: '1', c: 3 });
  });

  test('a failed condition changes nothing and returns the item if asked', async () => {
    const { put, get } = open();
    await put({ version: 1 });
    const failing = put(
      { version: 2 },
      { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    );
    await expect(failing).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { version: { N: '1' } },
    });
    expect(await get()).toMatchObject({ version: 1 });
  });

  test('delete returns the old item; deleting what is not there is fine', async () => {
    const { documents, put, key, get } = open();
    await put({ a: 1 });
    const command = new DeleteCommand({ TableName: 'ledger', Key: key, ReturnValues: 'ALL_OLD' });
    expect((await documents.send(command)).Attributes).toMatchObject({ a: 1 });
    expect((await documents.send(command)).Attributes).toBeUndefined();
    expect(await get()).toBeUndefined();
  });

  test('get projects nested paths', async () => {
    const { documents, put, key } = open();
    await put({ map: { x: 1, y: 2 }, list: ['a', 'b', 'c'], other: 1 });
    const { Item } = await documents.send(
      new GetCommand({
        TableName: 'ledger',
        Key: key,
        ProjectionExpression: '#m.x, #l[0], #l[2], nowhere',
        ExpressionAttributeNames: { '#m': 'map', '#l': 'list' },
      }),
    );
    expect(Item).toEqual({ map: { x: 1 }, list: ['a', 'c'] });
  });
});

describe('updates', () => {
  test('create the item if it is absent, with nothing but its key', async () => {
    const { documents, key, get } = open();
    await documents.send(new UpdateCommand({ TableName: 'ledger', Key: key }));
    expect(await get()).toEqual(key);
  });

  test('set, add, remove, delete in one expression, all from the old item', async () => {
    const { put, update } = open();
    await put({ a: 1, b: 10, tags: new Set(['x', 'y']), gone: true });
    const { Attributes } = await update(
      'SET a = b, b = a + :one, c = if_not_exists(c, :zero) REMOVE gone ADD hits :one DELETE tags :y',
      values({ ':one': 1, ':zero': 0, ':y': new Set(['y']) }),
    );
    expect(Attributes).toEqual({ pk: 'a', sk: '1', a: 10, b: 2, c: 0, hits: 1, tags: new Set(['x']) });
  });

  test('nested paths, list_append, and list elements that close up', async () => {
    const { put, update } = open();
    await put({ map: { list: [1, 2, 3, 4], keep: true } });
    const { Attributes } = await update(
      'SET #m.fresh = :v, trail = list_append(if_not_exists(trail, :none), :one) REMOVE #m.#l[0], #m.#l[2]',
      {
        ExpressionAttributeNames: { '#m': 'map', '#l': 'list' },
        ...values({ ':v': { deep: [1] }, ':one': [1], ':none': [] }),
      },
    );
    expect(Attributes).toMatchObject({ map: { list: [2, 4], keep: true, fresh: { deep: [1] } }, trail: [1] });
    const beyond = await update('SET #m.#l[900] = :v', {
      ExpressionAttributeNames: { '#m': 'map', '#l': 'list' },
      ...values({ ':v': 9 }),
    });
    expect(beyond.Attributes).toMatchObject({ map: { list: [2, 4, 9] } });
  });

  test('return the updated paths, old and new', async () => {
    const { put, update } = open();
    await put({ a: 1, b: 2 });
    const old = await update('SET a = :v', { ...values({ ':v': 5 }), ReturnValues: 'UPDATED_OLD' });
    expect(old.Attributes).toEqual({ a: 1 });
    const fresh = await update('SET a = :v', { ...values({ ':v': 6 }), ReturnValues: 'UPDATED_NEW' });
    expect(fresh.Attributes).toEqual({ a: 6 });
    const none = await update('REMOVE a', { ReturnValues: 'UPDATED_NEW' });
    expect(none.Attributes).toBeUndefined();
  });

  test.each([
    ['SET pk = :v', 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET nowhere.x = :v', 'The document path provided in the update expression is invalid for update'],
    ['SET a = nowhere', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = a + :n', 'An operand in the update expression has an incorrect data type'],
    ['SET color = :n', 'Type mismatch for Index Key color Expected: S Actual: N IndexName: byColor'],
    ['SET a = :v, a = :v', 'Two document paths overlap with each other'],
    ['SET status = :v', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['SET a = :undefined', 'An expression attribute value used in expression is not defined'],
    ['SET a = :v,', 'Invalid UpdateExpression: Syntax error'],
    ['SET a = :v', 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}'],
  ])('%s is refused: %s', async (expression, message) => {
    const { put, update, get } = open();
    await put({ a: 'text' });
    const all: Record<string, unknown> = { ':v': 'x', ':n': 1 };
    const used = message.includes('unused')
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => expression.includes(name)));
    const more = Object.keys(used).length > 0 ? values(used) : {};
    await expect(update(expression, more)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
    expect(await get()).toEqual({ pk: 'a', sk: '1', a: 'text' });
  });
});

describe('conditions', () => {
  test.each([
    ['attribute_exists(pk) AND attribute_not_exists(zip)', true],
    ['n = :ten OR n = :five', true],
    ['NOT n = :five', true],
    ['n BETWEEN :five AND :ten', true],
    ['n IN (:five, :ten)', true],
    ['n <> :ten', false],
    ['zip <> :ten', true],
    ['zip = :ten', false],
    ['n > :text', false],
    ['begins_with(txt, :h)', true],
    ['contains(txt, :ll)', true],
    ['contains(lst, :ten)', true],
    ['contains(tags, :h)', true],
    ['size(txt) = :five', true],
    ['size(lst) < :five', true],
    ['attribute_type(lst, :L)', true],
    ['mp.deep.leaf = :ten', true],
    ['lst[1] = :h', true],
    ['mp = :same', true],
    ['tags = :tags', true],
    ['n < nn', true],
  ])('%s is %s', async (expression, expected) => {
    const { put, update } = open();
    await put({
      n: 10,
      nn: 10.5,
      txt: 'hello',
      lst: [10, 'h'],
      tags: new Set(['h', 'i']),
      mp: { deep: { leaf: 10 } },
    });
    const all: Record<string, unknown> = {
      ':ten': 10,
      ':five': 5,
      ':h': 'h',
      ':ll': 'll',
      ':text': 'text',
      ':L': 'L',
      ':same': { deep: { leaf: 10 } },
      ':tags': new Set(['i', 'h']),
    };
    const names: readonly string[] = expression.match(/:\w+/g) ?? [];
    const used = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
    const outcome = update('SET seen = :seen', { ConditionExpression: expression, ...values({ ...used, ':seen': 1 }) });
    if (expected) await expect(outcome).resolves.toMatchObject({ Attributes: { seen: 1 } });
    else await expect(outcome).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });
});

describe('keys and sizes', () => {
  test.each([
    [{ pk: '' }, 'cannot contain an empty string value. Key: pk'],
    [{ sk: 1 }, 'Type mismatch for key sk expected: S actual: N'],
    [{ pk: 'x'.repeat(2049) }, 'maximum size limit of2048 bytes'],
    [{ sk: 'ü'.repeat(513) }, 'size limit of 1024 bytes'],
    [{ color: '' }, 'IndexName: byColor, IndexKey: color'],
    [{ blob: 'x'.repeat(400 * 1024) }, 'Item size has exceeded the maximum allowed size'],
    [{ n: '', sk: undefined }, 'Missing the key sk in the item'],
  ])('%#: an item that AWS refuses is refused', async (item, message) => {
    const { documents } = open();
    const options = { removeUndefinedValues: true };
    const lenient = DynamoDBDocumentClient.from(documents, { marshallOptions: options });
    const putting = lenient.send(new PutCommand({ TableName: 'ledger', Item: { pk: 'a', sk: '1', ...item } }));
    await expect(putting).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('an item just within 400 kB is stored', async () => {
    const { put, get } = open();
    await put({ blob: 'x'.repeat(400 * 1024 - 'pkask1blob'.length) });
    expect(await get()).toBeDefined();
  });

  test('a key with other attributes is refused', async () => {
    const { documents } = open();
    const get = new GetCommand({ TableName: 'ledger', Key: { pk: 'a' } });
    await expect(documents.send(get)).rejects.toMatchObject({
      message: 'The provided key element does not match the schema',
    });
  });

  test('an unknown table, and legacy parameters, are refused by name', async () => {
    const { documents, key } = open();
    const unknown = new GetCommand({ TableName: 'nothing', Key: key });
    await expect(documents.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const legacy = new GetCommand({ TableName: 'ledger', Key: key, AttributesToGet: ['a'] });
    await expect(documents.send(legacy)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The local cloud does not implement parameter AttributesToGet of dynamodb:GetItem.',
    });
  });
});

describe('batches', () => {
  test('write 25 and read them back; more are refused', async () => {
    const { documents } = open();
    const requests = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ PutRequest: { Item: { pk: 'b', sk: `${index}` } } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { ledger: requests(25) } }));
    const Keys = Array.from({ length: 30 }, (_, index) => ({ pk: 'b', sk: `${index}` }));
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { ledger: { Keys } } }),
    );
    expect(Responses?.ledger).toHaveLength(25);
    expect(UnprocessedKeys).toEqual({});
    const tooMany = documents.send(new BatchWriteCommand({ RequestItems: { ledger: requests(26) } }));
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException' });
    const same = { DeleteRequest: { Key: { pk: 'b', sk: '1' } } };
    const twice = documents.send(new BatchWriteCommand({ RequestItems: { ledger: [same, same] } }));
    await expect(twice).rejects.toMatchObject({ message: 'Provided list of item keys contains duplicates' });
  });

  test('what does not fit into 16 MB comes back as unprocessed', async () => {
    const { documents, put } = open();
    const Keys = Array.from({ length: 50 }, (_, index) => ({ pk: 'big', sk: `${index}` }));
    for (const key of Keys) await put({ ...key, blob: 'x'.repeat(390 * 1024) });
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { ledger: { Keys } } }),
    );
    const left = UnprocessedKeys?.ledger?.Keys ?? [];
    expect(left.length).toBeGreaterThan(0);
    expect((Responses?.ledger ?? []).length + left.length).toBe(50);
  });
});
