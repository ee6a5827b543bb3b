import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow, type Grantee } from './allow';
import type { DataKey } from './data-key';

/** A service that may send, on behalf of one resource of one account. */
export interface QueueSender {
  readonly service: string;
  readonly sourceArn: string;
  readonly accountId: string;
}

export interface QueueProps {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly key: DataKey;
  /** Time-out of the function that takes messages off the queue. */
  readonly consumerTimeoutSeconds: number;
  readonly sender: QueueSender;
}

/** AWS: a message must stay invisible for six times the function's time-out, so that throttled batches can be repeated. */
const VISIBILITY_FACTOR = 6;
/** AWS: the longest time that SQS keeps a message. */
const RETENTION_SECONDS = 14 * 24 * 3600;
/** A message that failed this often is set aside for a person to look at. */
const MOST_RECEIVES = 5;
/** AWS: how long SQS may use a data key; each one costs a request to KMS. */
const DATA_KEY_SECONDS = 3600;

/** A standard queue and the one where messages go that keep failing. */
export class Queue extends Construct {
  readonly arn: string;
  /** What must exist before a sender can be connected. */
  readonly policy: CfnQueuePolicy;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: QueueProps,
  ) {
    super(scope, id);
    // SSE-SQS: who redrives messages from here needs no right to use a key.
    const deadLetters = new CfnQueue(this, 'DeadLetters', {
      queueName: props.deadLetterQueueName,
      sqsManagedSseEnabled: true,
      messageRetentionPeriod: RETENTION_SECONDS,
    });
    const queue = new CfnQueue(this, 'Resource', {
      queueName: props.queueName,
      kmsMasterKeyId: props.key.arn,
      kmsDataKeyReusePeriodSeconds: DATA_KEY_SECONDS,
      visibilityTimeout: VISIBILITY_FACTOR * props.consumerTimeoutSeconds,
      messageRetentionPeriod: RETENTION_SECONDS,
      redrivePolicy: { deadLetterTargetArn: deadLetters.attrArn, maxReceiveCount: MOST_RECEIVES },
    });
    this.arn = queue.attrArn;
    this.policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [queue.ref],
      policyDocument: { Version: '2012-10-17', Statement: [senderStatement(queue, props.sender), onlyTls(queue)] },
    });
    new CfnQueuePolicy(this, 'DeadLettersPolicy', {
      queues: [deadLetters.ref],
      policyDocument: { Version: '2012-10-17', Statement: [onlyTls(deadLetters)] },
    });
  }

  /** Lets the role of a function take messages off the queue. */
  allowReceiving(role: Grantee, why: string): void {
    allow(role, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [this.arn], why);
    this.props.key.allowThrough(role, 'sqs', ['kms:Decrypt'], 'The queue is encrypted with this key.');
  }
}

function senderStatement({ attrArn }: CfnQueue, { service, sourceArn, accountId }: QueueSender) {
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: attrArn,
    Condition: { ArnEquals: { 'aws:SourceArn': sourceArn }, StringEquals: { 'aws:SourceAccount': accountId } },
  };
}

function onlyTls({ attrArn }: CfnQueue) {
  return {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: attrArn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
