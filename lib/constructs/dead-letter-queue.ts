import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { onlyTls, type QueueSender, RETENTION_SECONDS, senderStatement } from './queue-policy';

export interface DeadLetterQueueProps {
  readonly queueName: string;
  /** What may put messages there; absent: only queues whose redrive policy names this one. */
  readonly senders?: readonly QueueSender[];
}

/** Messages and events that could not be delivered, kept for a person to look at. */
export class DeadLetterQueue extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { queueName, senders = [] }: DeadLetterQueueProps) {
    super(scope, id);
    // SSE-SQS: who redrives messages from here needs no right to use a key.
    const queue = new CfnQueue(this, 'Resource', {
      queueName,
      sqsManagedSseEnabled: true,
      messageRetentionPeriod: RETENTION_SECONDS,
    });
    this.arn = queue.attrArn;
    new CfnQueuePolicy(this, 'Policy', {
      queues: [queue.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [...senders.map((sender) => senderStatement(queue, sender)), onlyTls(queue)],
      },
    });
  }
}
