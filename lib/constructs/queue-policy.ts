import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';

/** A service that may send, on behalf of one resource of one account. */
export interface QueueSender {
  readonly service: string;
  readonly sourceArn: string;
  readonly accountId: string;
}

/** AWS: the longest time that SQS keeps a message. */
export const RETENTION_SECONDS = 14 * 24 * 3600;

export function senderStatement({ attrArn }: CfnQueue, { service, sourceArn, accountId }: QueueSender) {
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: attrArn,
    Condition: { ArnEquals: { 'aws:SourceArn': sourceArn }, StringEquals: { 'aws:SourceAccount': accountId } },
  };
}

export function onlyTls({ attrArn }: CfnQueue) {
  return {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: attrArn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
