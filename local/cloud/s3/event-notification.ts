import type { Bucket } from './bucket';
import { coversEvent, type QueueNotification } from './bucket-definition';
import type { ObjectVersion } from './object-version';

/** A change of an object that queues may want to hear of. */
export interface ObjectChange {
  readonly bucket: Bucket;
  readonly key: string;
  /** Without the leading `s3:`: `ObjectCreated:Put`. */
  readonly eventName: string;
  /** What is on top of the key now, or the version that was removed; absent when an unversioned object went. */
  readonly version?: ObjectVersion;
  readonly principalId: string;
  /** Simulated milliseconds. */
  readonly at: number;
  /** Later changes of one key have a later sequencer: compared as text. */
  readonly sequencer: string;
  readonly requestId: string;
}

/** The notifications of the bucket that want this change. */
export function interestedIn({ bucket, key, eventName }: ObjectChange): readonly QueueNotification[] {
  return bucket.definition.notifications.filter(
    ({ event, prefix, suffix }) =>
      coversEvent(event, `s3:${eventName}`) && key.startsWith(prefix) && key.endsWith(suffix),
  );
}

/** The message of a change, in the structure of event version 2.1. */
export function eventMessage(change: ObjectChange, notification: QueueNotification): string {
  const { bucket, eventName, principalId, at, requestId } = change;
  const { name, arn, region, accountId } = bucket.definition;
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(at).toISOString(),
        eventName,
        userIdentity: { principalId },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: notification.id,
          bucket: { name, ownerIdentity: { principalId: accountId }, arn },
          object: eventObject(change),
        },
      },
    ],
  });
}

/** AWS: what was deleted has neither size nor ETag; there are version ids only in versioned buckets. */
function eventObject({ bucket, key, eventName, version, sequencer }: ObjectChange): Record<string, unknown> {
  const isVersioned = bucket.definition.versioning !== undefined && version !== undefined;
  const isCreated = eventName.startsWith('ObjectCreated:') && version !== undefined && !version.isDeleteMarker;
  return {
    key: encodeKey(key),
    ...(isCreated && { size: version.body.length, eTag: version.etag.replaceAll('"', '') }),
    ...(isVersioned && { versionId: version.versionId }),
    sequencer,
  };
}

/** AWS: "The object key name value is URL encoded", as in forms: spaces are plus signs; slashes stay. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What S3 sends to a queue when it is configured; a queue that refuses it refuses the configuration. */
export function testMessage(bucketName: string, at: number, requestId: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(at).toISOString(),
    Bucket: bucketName,
    RequestId: requestId,
    HostId: requestId,
  });
}
