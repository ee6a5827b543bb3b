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
    at: timeText(dynamodb.ApproximateCreationDateTime ?? 0),
    // AWS: what went because its time to live was over was deleted by the service.
    hasExpired: (record as { userIdentity?: { type?: string } }).userIdentity?.type === 'Service',
    ...(dynamodb.OldImage ? { before: unmarshall(dynamodb.OldImage as Image) as Item } : {}),
    ...(dynamodb.NewImage ? { after: unmarshall(dynamodb.NewImage as Image) as Item } : {}),
  }));
}

/** ISO 8601, to the second. Lambda has it in epoch seconds; the AWS CLI, with whose records people call, as a text. */
function timeText(time: number | string): string {
  const milliseconds = typeof time === 'number' ? time * 1000 : Date.parse(time);
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
