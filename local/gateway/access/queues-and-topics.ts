import { arn, type Call } from '../../cloud/service';
import type { DeriveAccess } from './access';
import { accessByResourceTypes, oneOf } from './by-resource-type';

/** AWS: sending, deleting and changing visibility in batches needs the right of the single operation. */
const BATCHES: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  PublishBatch: 'Publish',
};

const queueAccess = accessByResourceTypes('sqs', { queue: queueArns });

/** SQS: a queue is named by its URL, whose path ends with account and name. */
export const sqsAccess: DeriveAccess = (call) => queueAccess(withoutBatch(call));

function queueArns({ input, region, principal }: Call): readonly string[] {
  if (typeof input.QueueUrl === 'string') {
    const [name = '', accountId = ''] = input.QueueUrl.split('/').reverse();
    return [arn('sqs', region, accountId, name)];
  }
  if (typeof input.QueueName !== 'string') return [];
  return [arn('sqs', region, String(input.QueueOwnerAWSAccountId ?? principal.accountId), input.QueueName)];
}

const topicAccess = accessByResourceTypes('sns', {
  topic: ({ input, region, principal }) => {
    if (typeof input.Name === 'string') return [arn('sns', region, principal.accountId, input.Name)];
    return oneOf(input.TopicArn ?? input.TargetArn ?? input.ResourceArn);
  },
});

/** SNS: a topic is named by its ARN. */
export const snsAccess: DeriveAccess = (call) => topicAccess(withoutBatch(call));

function withoutBatch(call: Call): Call {
  return { ...call, operation: BATCHES[call.operation] ?? call.operation };
}
