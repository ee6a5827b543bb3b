import { VirtualClock } from '../../../local/clock';
import { DynamoDb, type DynamoDbOptions } from '../../../local/cloud/dynamodb/dynamo-db';
import { resource } from './fixture';

const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

/** A table like the ledger: two keys, a sparse index with keys only, one with everything, one with some attributes. */
export const ledgerProperties = {
  TableName: 'ledger',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: key('pk', 'sk'),
  AttributeDefinitions: ['pk', 'sk', 'accountId', 'color', 'rank'].map((AttributeName) => ({
    AttributeName,
    AttributeType: AttributeName === 'rank' ? 'N' : 'S',
  })),
  GlobalSecondaryIndexes: [
    { IndexName: 'byAccount', KeySchema: key('accountId', 'pk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'byColor', KeySchema: key('color', 'rank'), Projection: { ProjectionType: 'ALL' } },
    {
      IndexName: 'byColorOnly',
      KeySchema: [{ AttributeName: 'color', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
  ],
  TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  DeletionProtectionEnabled: true,
};

export function ledger(options: Partial<DynamoDbOptions> = {}, properties: Record<string, unknown> = {}): DynamoDb {
  const database = new DynamoDb({ clock: new VirtualClock(), ...options });
  database.createTable(resource('Ledger', { ...ledgerProperties, ...properties }));
  return database;
}
