import type { Sqs } from '../../cloud/sqs';
import type { ResourceRegistry } from '../registry';

export function sqsResources(sqs: Sqs): ResourceRegistry {
  return {
    'AWS::SQS::Queue': (input) => sqs.createQueue(input),
    'AWS::SQS::QueuePolicy': (input) => sqs.createQueuePolicy(input),
  };
}
