import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { StoredChange } from '../domain/audit/stored-change';
import type { Item } from '../domain/write';

type Image = Parameters<typeof unmarshall>[0];

/** The changes that records of a table's stream tell of. */
export function storedChanges(records: readonly DynamoDBRecord[]): StoredChange[] {
  return records.map(({ eventID, dynamodb = {}, ...record }) => ({
    changeId: eventID ?? '',
    sequence: dynamodb.SequenceNumber ?? '',
    at: secondsText(dynamodb.ApproximateCreationDateTime ?? 0),
    // AWS: what went because its time to live was over was deleted by the service.
    hasExpired: (record as { userIdentity?: { type?: string } }).userIdentity?.type === 'Service',
    ...(dynamodb.OldImage ? { before: unmarshall(dynamodb.OldImage as Image) as Item } : {}),
    ...(dynamodb.NewImage ? { after: unmarshall(dynamodb.NewImage as Image) as Item } : {}),
  }));
}

/** ISO 8601, to the second. */
function secondsText(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
