import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { VirtualClock } from '../../../local/clock';
import { inProcess } from './in-process-handler';
import { ledger } from './tables';

const TableName = 'ledger';

function open() {
  const clock = new VirtualClock();
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(inProcess(ledger({ clock }))));
  return {
    clock,
    documents,
    put: (item: Record<string, unknown>) => documents.send(new PutCommand({ TableName, Item: item })),
    transact: (TransactItems: TransactWriteCommandInput['TransactItems'], ClientRequestToken?: string) =>
      documents.send(new TransactWriteCommand({ TransactItems, ...(ClientRequestToken && { ClientRequestToken }) })),
    all: async () => (await documents.send(new ScanCommand({ TableName }))).Items ?? [],
  };
}

const put = (sk: string) => ({ Put: { TableName, Item: { pk: 't', sk } } });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

describe('TransactWriteItems', () => {
  test('does everything', async () => {
    const { transact, put: putItem, all } = open();
    await putItem({ pk: 't', sk: 'gone' });
    await putItem({ pk: 't', sk: 'changed', n: 1 });
    await transact([
      put('new'),
      { Delete: { TableName, Key: { pk: 't', sk: 'gone' } } },
      {
        Update: {
          TableName,
          Key: { pk: 't', sk: 'changed' },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
      { ConditionCheck: { TableName, Key: { pk: 't', sk: 'absent' }, ...absent } },
    ]);
    expect(await all()).toEqual([
      { pk: 't', sk: 'changed', n: 2 },
      { pk: 't', sk: 'new' },
    ]);
  });

  test('does nothing when one condition fails, and says which', async () => {
    const { transact, put: putItem, all } = open();
    await putItem({ pk: 't', sk: 'old', n: 1 });
    const attempt = transact([
      put('new'),
      { Put: { TableName, Item: { pk: 't', sk: 'old' }, ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
      { ConditionCheck: { TableName, Key: { pk: 't', sk: 'other' }, ConditionExpression: 'attribute_exists(pk)' } },
    ]);
    await expect(attempt).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { pk: { S: 't' }, sk: { S: 'old' }, n: { N: '1' } },
        },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    expect(await all()).toEqual([{ pk: 't', sk: 'old', n: 1 }]);
  });

  test('names a write that does not fit its item as ValidationError', async () => {
    const { transact, put: putItem, all } = open();
    await putItem({ pk: 't', sk: 'old', n: 'text' });
    const Update = {
      TableName,
      Key: { pk: 't', sk: 'old' },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': 1 },
    };
    await expect(transact([put('new'), { Update }])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
    });
    expect(await all()).toHaveLength(1);
  });

  test('takes 100 items, not 101, and no item twice', async () => {
    const { transact, all } = open();
    const puts = Array.from({ length: 101 }, (_, index) => put(`${index}`));
    await transact(puts.slice(0, 100));
    expect(await all()).toHaveLength(100);
    await expect(transact(puts)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 100'),
    });
    const twice = transact([
      { Put: { TableName, Item: { pk: 't', sk: '1' }, ...absent } },
      { Delete: { TableName, Key: { pk: 't', sk: '1' } } },
    ]);
    await expect(twice).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  test('happens once per client request token within ten minutes', async () => {
    const { transact, put: putItem, all, clock } = open();
    const once = [{ Put: { TableName, Item: { pk: 't', sk: '1' } } }];
    await transact(once, 'token');
    await putItem({ pk: 't', sk: '1', later: true });
    await transact(once, 'token');
    expect(await all()).toEqual([{ pk: 't', sk: '1', later: true }]);
    await expect(transact([put('2')], 'token')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    await clock.runUntil(clock.sleep(10 * 60 * 1000));
    await transact(once, 'token');
    expect(await all()).toEqual([{ pk: 't', sk: '1' }]);
  });

  test('is read back at one moment', async () => {
    const { documents, transact } = open();
    await transact([put('1'), put('2')]);
    const { Responses } = await documents.send(
      new TransactGetCommand({
        TransactItems: ['1', '3', '2'].map((sk) => ({ Get: { TableName, Key: { pk: 't', sk } } })),
      }),
    );
    expect(Responses).toEqual([{ Item: { pk: 't', sk: '1' } }, {}, { Item: { pk: 't', sk: '2' } }]);
  });
});
