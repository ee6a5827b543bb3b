import {
  isRecord,
  optionalBoolean,
  optionalNumber,
  optionalString,
  physicalName,
  propertyNotImplemented,
  type ResourceInput,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { arn } from '../service';

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterQueueArn: string;
  readonly maxReceiveCount: number;
}

export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly waitSeconds: number;
  readonly maxMessageBytes: number;
  readonly redrive?: RedrivePolicy;
  /** Customer managed key whose use is charged to senders and receivers. */
  readonly keyArn?: string;
}

const TYPE = 'AWS::SQS::Queue';

const QUEUE_PROPERTIES = {
  implemented: [
    'QueueName',
    'VisibilityTimeout',
    'MessageRetentionPeriod',
    'DelaySeconds',
    'ReceiveMessageWaitTimeSeconds',
    'MaximumMessageSize',
    'RedrivePolicy',
    'KmsMasterKeyId',
    'FifoQueue',
  ],
  inert: {
    SqsManagedSseEnabled: 'keys of SQS itself need no rights',
    KmsDataKeyReusePeriodSeconds: 'a matter of cost; every use is charged here',
    RedriveAllowPolicy: 'all queues here belong to the templates that name each other',
    Tags: 'no policy in use reads tags of queues',
  },
};

/** AWS: a queue name has at most 80 characters. */
const NAME_RULES = { maxLength: 80 };
/** AWS: a message has at most 1 MiB. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** Reads an AWS::SQS::Queue. Throws on what is wrong or not implemented, by name. */
export function readQueueDefinition(input: ResourceInput): QueueDefinition {
  const { properties, accountId, region } = input;
  refuseUnknownProperties(TYPE, properties, QUEUE_PROPERTIES);
  if (optionalBoolean(TYPE, properties, 'FifoQueue') === true) throw propertyNotImplemented(TYPE, 'FifoQueue');
  const name = physicalName(input, optionalString(TYPE, properties, 'QueueName'), NAME_RULES);
  const redrive = readRedrive(properties.RedrivePolicy);
  const keyArn = optionalString(TYPE, properties, 'KmsMasterKeyId');
  return {
    name,
    arn: arn('sqs', region, accountId, name),
    accountId,
    region,
    visibilityTimeoutSeconds: within(input, 'VisibilityTimeout', 0, 43_200, 30),
    retentionSeconds: within(input, 'MessageRetentionPeriod', 60, 1_209_600, 345_600),
    delaySeconds: within(input, 'DelaySeconds', 0, 900, 0),
    waitSeconds: within(input, 'ReceiveMessageWaitTimeSeconds', 0, 20, 0),
    maxMessageBytes: within(input, 'MaximumMessageSize', 1024, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES),
    ...(redrive && { redrive }),
    // AWS: the alias of its own key needs no rights.
    ...(keyArn !== undefined && keyArn !== 'alias/aws/sqs' && { keyArn }),
  };
}

function within(
  { properties }: ResourceInput,
  name: string,
  minimum: number,
  maximum: number,
  otherwise: number,
): number {
  const value = optionalNumber(TYPE, properties, name) ?? otherwise;
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new Error(`${TYPE} property ${name} must be from ${minimum} to ${maximum}, not ${value}`);
}

function readRedrive(value: unknown): RedrivePolicy | undefined {
  if (value === undefined) return undefined;
  const policy: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (!isRecord(policy)) throw new Error(`${TYPE} property RedrivePolicy must be an object`);
  const maxReceiveCount = Number(policy.maxReceiveCount);
  const { deadLetterTargetArn } = policy;
  if (typeof deadLetterTargetArn !== 'string' || !(maxReceiveCount >= 1 && maxReceiveCount <= 1000)) {
    throw new Error(`${TYPE} property RedrivePolicy needs deadLetterTargetArn and a maxReceiveCount from 1 to 1000`);
  }
  return { deadLetterQueueArn: deadLetterTargetArn, maxReceiveCount };
}
