import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow, type Grantee } from './allow';
import type { DataKey } from './data-key';
import { DeadLetterQueue } from './dead-letter-queue';
import { onlyTls, type QueueSender, RETENTION_SECONDS, senderStatement } from './queue-policy';

export interface QueueProps {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  /** Absent: SSE-SQS, since the sender is a service that has no right to a key. */
  readonly key?: DataKey;
  /** Time-out of the function that takes messages off the queue. */
  readonly consumerTimeoutSeconds: number;
  /** For how long messages are collected for the function. */
  readonly windowSeconds?: number;
  readonly sender: QueueSender;
  /** Whether what the sender cannot deliver goes to the same dead-letter queue. */
  readonly takesUndelivered?: boolean;
}

/** AWS: a message must stay invisible for six times the function's time-out, so that throttled batches can be repeated. */
const VISIBILITY_FACTOR = 6;
/** A message that failed this often is set aside for a person to look at. */
const MOST_RECEIVES = 5;
/** AWS: how long SQS may use a data key; each one costs a request to KMS. */
const DATA_KEY_SECONDS = 3600;

/** A standard queue and the one where messages go that keep failing. */
export class Queue extends Construct {
  readonly arn: string;
  readonly deadLetters: DeadLetterQueue;
  /** What must exist before a sender can be connected. */
  readonly policy: CfnQueuePolicy;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: QueueProps,
  ) {
    super(scope, id);
    const senders = props.takesUndelivered ? [props.sender] : [];
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { queueName: props.deadLetterQueueName, senders });
    const queue = new CfnQueue(this, 'Resource', {
      queueName: props.queueName,
      ...encryption(props.key),
      visibilityTimeout: VISIBILITY_FACTOR * props.consumerTimeoutSeconds + (props.windowSeconds ?? 0),
      messageRetentionPeriod: RETENTION_SECONDS,
      redrivePolicy: { deadLetterTargetArn: this.deadLetters.arn, maxReceiveCount: MOST_RECEIVES },
    });
    this.arn = queue.attrArn;
    this.policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [queue.ref],
      policyDocument: { Version: '2012-10-17', Statement: [senderStatement(queue, props.sender), onlyTls(queue)] },
    });
  }

  /** Lets the role of a function take messages off the queue. */
  allowReceiving(role: Grantee, why: string): void {
    allow(role, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [this.arn], why);
    this.props.key?.allowThrough(role, 'sqs', ['kms:Decrypt'], 'The queue is encrypted with this key.');
  }
}

function encryption(key: DataKey | undefined) {
  if (key === undefined) return { sqsManagedSseEnabled: true };
  return { kmsMasterKeyId: key.arn, kmsDataKeyReusePeriodSeconds: DATA_KEY_SECONDS };
}
