import {
  isRecord,
  optionalRecord,
  optionalString,
  physicalName,
  propertyNotImplemented,
  type ResourceInput,
  recordList,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { type DefaultRetention, readDefaultRetention } from './object-lock';

/** A queue that wants to hear of some changes. */
export interface QueueNotification {
  readonly id: string;
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:DeleteMarkerCreated`, … */
  readonly event: string;
  readonly queueArn: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface BucketDefinition {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Default encryption with a customer managed key, whose use is charged to the callers. */
  readonly keyArn?: string;
  readonly bucketKey: boolean;
  readonly notifications: readonly QueueNotification[];
  /** Object Lock: what every new version is given. */
  readonly retention?: DefaultRetention;
}

const TYPE = 'AWS::S3::Bucket';

const BUCKET_PROPERTIES = {
  implemented: [
    ...['BucketName', 'VersioningConfiguration', 'BucketEncryption', 'NotificationConfiguration'],
    ...['ObjectLockEnabled', 'ObjectLockConfiguration'],
  ],
  inert: {
    PublicAccessBlockConfiguration:
      'nobody calls without credentials here, and bucket policies are checked at creation',
    OwnershipControls: 'access control lists are refused, so that objects always belong to the bucket owner',
    LifecycleConfiguration: 'nothing here lives as long as a lifecycle rule waits',
    LoggingConfiguration: 'server access logs are observation only',
    Tags: 'no policy in use reads tags of buckets',
  },
};

/** AWS: a bucket name has 3 to 63 lower-case letters, digits, hyphens and dots. */
const NAME_RULES = { maxLength: 63, lowerCase: true };
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads an AWS::S3::Bucket. Throws on what is wrong or not implemented, by name. */
export function readBucketDefinition(input: ResourceInput): BucketDefinition {
  const { properties, accountId, region } = input;
  refuseUnknownProperties(TYPE, properties, BUCKET_PROPERTIES);
  const name = physicalName(input, optionalString(TYPE, properties, 'BucketName'), NAME_RULES);
  if (!BUCKET_NAME.test(name)) throw new Error(`${TYPE} property BucketName: "${name}" is not a valid bucket name`);
  const status = optionalRecord(TYPE, properties, 'VersioningConfiguration')?.Status;
  const notifications = readNotifications(optionalRecord(TYPE, properties, 'NotificationConfiguration') ?? {});
  checkOverlap(notifications);
  const retention = readDefaultRetention(properties);
  return {
    name,
    arn: `arn:aws:s3:::${name}`,
    accountId,
    region,
    notifications,
    ...(retention && { retention }),
    ...(status === 'Enabled' || status === 'Suspended' ? { versioning: status } : {}),
    ...readEncryption(optionalRecord(TYPE, properties, 'BucketEncryption')),
  };
}

function readEncryption(encryption: Readonly<Record<string, unknown>> | undefined): {
  readonly bucketKey: boolean;
  readonly keyArn?: string;
} {
  const [rule] = encryption ? recordList(TYPE, encryption, 'ServerSideEncryptionConfiguration') : [];
  if (!rule) return { bucketKey: false };
  const byDefault = optionalRecord(TYPE, rule, 'ServerSideEncryptionByDefault') ?? {};
  const algorithm = byDefault.SSEAlgorithm;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    throw propertyNotImplemented(TYPE, `BucketEncryption with SSEAlgorithm ${String(algorithm)}`);
  }
  const keyArn = optionalString(TYPE, byDefault, 'KMSMasterKeyID');
  return {
    bucketKey: rule.BucketKeyEnabled === true || rule.BucketKeyEnabled === 'true',
    // AWS: without a key id it is the key of S3 itself, which needs no rights.
    ...(algorithm === 'aws:kms' && keyArn !== undefined && { keyArn }),
  };
}

function readNotifications(configuration: Readonly<Record<string, unknown>>): readonly QueueNotification[] {
  refuseUnknownProperties(TYPE, configuration, { implemented: ['QueueConfigurations'] }, 'NotificationConfiguration.');
  return recordList(TYPE, configuration, 'QueueConfigurations').map((entry, index) => {
    const event = optionalString(TYPE, entry, 'Event');
    const queueArn = optionalString(TYPE, entry, 'Queue');
    if (event === undefined || queueArn === undefined) {
      throw new Error(`${TYPE} property NotificationConfiguration.QueueConfigurations needs Event and Queue`);
    }
    return { id: `notification-${index}`, event, queueArn, ...readFilter(entry) };
  });
}

function readFilter(entry: Readonly<Record<string, unknown>>): { readonly prefix: string; readonly suffix: string } {
  const filter = { prefix: '', suffix: '' };
  const keyFilter = optionalRecord(TYPE, entry, 'Filter')?.S3Key;
  if (!isRecord(keyFilter)) return filter;
  for (const rule of recordList(TYPE, keyFilter, 'Rules')) {
    const name = String(rule.Name).toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') throw new Error(`${TYPE}: filter rule name must be prefix or suffix`);
    filter[name] = String(rule.Value ?? '');
  }
  return filter;
}

/** AWS refuses configurations that could announce one change twice. */
function checkOverlap(notifications: readonly QueueNotification[]): void {
  for (const [index, one] of notifications.entries()) {
    for (const other of notifications.slice(index + 1)) {
      const sameEvents = coversEvent(one.event, other.event) || coversEvent(other.event, one.event);
      const samePrefix = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
      const sameSuffix = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
      if (sameEvents && samePrefix && sameSuffix) {
        throw new Error(
          `${TYPE}: Configurations overlap. Configurations on the same bucket cannot share a common event type. ` +
            `(${one.event} and ${other.event})`,
        );
      }
    }
  }
}

/** Whether `s3:ObjectCreated:*` covers `s3:ObjectCreated:Put`. */
export function coversEvent(pattern: string, event: string): boolean {
  return pattern.endsWith('*') ? event.startsWith(pattern.slice(0, -1)) : pattern === event;
}
