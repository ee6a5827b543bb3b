import { VirtualClock } from '../../../local/clock';
import { dynamodbAccess } from '../../../local/cloud/dynamodb/access';
import { type Call, ServiceFault } from '../../../local/cloud/service';
import { ACCOUNT, call, resource } from './fixture';
import { ledger, ledgerProperties } from './tables';

const TABLE_ARN = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/ledger`;

describe('tables', () => {
  test('answer with name and ARN, are described, and are found by ARN', async () => {
    const database = ledger();
    const created = database.createTable(resource('Links', { ...ledgerProperties, TableName: undefined }));
    expect(created.ref).toMatch(/^local-app-controller-Links-[0-9a-f]{8}$/);
    expect(created.attributes.Arn).toBe(TABLE_ARN.replace('ledger', created.ref));
    expect(await database.handle(call('ListTables', {}))).toEqual({ TableNames: ['ledger', created.ref].sort() });
    expect(await database.handle(call('DescribeTable', { TableName: TABLE_ARN }))).toMatchObject({
      Table: { TableName: 'ledger', TableArn: TABLE_ARN, TableStatus: 'ACTIVE', ItemCount: 0 },
    });
  });

  test('belong to one account and Region', async () => {
    const database = ledger();
    const elsewhere: Call = { ...call('DescribeTable', { TableName: 'ledger' }), region: 'us-east-1' };
    await expect(database.handle(elsewhere)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: ledger not found',
    });
  });

  test.each([
    [
      { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } },
      'StreamSpecification.StreamViewType KEYS_ONLY is not implemented by the local cloud',
    ],
    [{ ImportSourceSpecification: {} }, 'ImportSourceSpecification is not implemented by the local cloud'],
    [{ BillingMode: 'PROVISIONED' }, 'BillingMode PROVISIONED is not implemented'],
    [
      {
        AttributeDefinitions: [
          ...ledgerProperties.AttributeDefinitions,
          { AttributeName: 'unused', AttributeType: 'S' },
        ],
      },
      'Some AttributeDefinitions are not used',
    ],
  ])('%j is refused', (properties, message) => {
    expect(() => ledger({}, properties)).toThrow(message);
  });

  test('let items go after their time to live', async () => {
    const clock = new VirtualClock();
    const database = ledger({ clock });
    const expiresAt = Math.floor(clock.now() / 1000) + 60;
    const put = (sk: string, seconds: number) =>
      database.handle(
        call('PutItem', {
          TableName: 'ledger',
          Item: { pk: { S: 'p' }, sk: { S: sk }, expiresAt: { N: `${seconds}` } },
        }),
      );
    await put('short', expiresAt);
    await put('long', expiresAt + 1_000_000);
    await clock.runUntil(clock.sleep(2 * 3_600_000));
    expect(await database.handle(call('Scan', { TableName: 'ledger' }))).toMatchObject({
      Items: [{ sk: { S: 'long' } }],
    });
  });

  test('charge the use of their key to the caller, once per call', async () => {
    const used: unknown[] = [];
    const kms = {
      use: (...charge: unknown[]) => {
        used.push(charge);
        if (used.length > 1) throw new ServiceFault('AccessDeniedException', 'no kms:Decrypt');
      },
    };
    const database = ledger(
      { kms },
      { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'key-arn' } },
    );
    const item = (sk: string) => ({ Put: { TableName: 'ledger', Item: { pk: { S: 'p' }, sk: { S: sk } } } });
    const write = call('TransactWriteItems', { TransactItems: [item('1'), item('2')] });
    await database.handle(write);
    expect(used).toEqual([
      ['key-arn', 'kms:Decrypt', write.principal, 'dynamodb.eu-west-1.amazonaws.com', expect.objectContaining({})],
    ]);
    await expect(database.handle(write)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('say what they consumed', async () => {
    const database = ledger();
    const Item = { pk: { S: 'p' }, sk: { S: '1' }, blob: { S: 'x'.repeat(1500) } };
    const put = call('PutItem', { TableName: 'ledger', Item, ReturnConsumedCapacity: 'TOTAL' });
    expect(await database.handle(put)).toEqual({ ConsumedCapacity: { TableName: 'ledger', CapacityUnits: 2 } });
    await database.handle(call('GetItem', { TableName: 'ledger', Key: { pk: Item.pk, sk: Item.sk } }));
    expect(database.usage()).toEqual({ read: 0.5, write: 2 });
  });
});

describe('what a call touches', () => {
  test.each([
    ['GetItem', { TableName: 'ledger' }, [['dynamodb:GetItem', TABLE_ARN]]],
    ['Query', { TableName: TABLE_ARN, IndexName: 'byAccount' }, [['dynamodb:Query', `${TABLE_ARN}/index/byAccount`]]],
    ['ListTables', {}, [['dynamodb:ListTables', '*']]],
    ['BatchGetItem', { RequestItems: { ledger: {} } }, [['dynamodb:BatchGetItem', TABLE_ARN]]],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'ledger' } },
          { Put: { TableName: 'ledger' } },
          { ConditionCheck: { TableName: 'ledger' } },
          { Delete: { TableName: 'ledger' } },
          { Update: { TableName: 'ledger' } },
        ],
      },
      [
        ['dynamodb:PutItem', TABLE_ARN],
        ['dynamodb:ConditionCheckItem', TABLE_ARN],
        ['dynamodb:DeleteItem', TABLE_ARN],
        ['dynamodb:UpdateItem', TABLE_ARN],
      ],
    ],
  ])('%s %j', (operation, input, expected) => {
    const access = dynamodbAccess(call(operation, input));
    expect(access.map(({ action, resource: arn }) => [action, arn])).toEqual(expected);
  });
});
