import type { Sns } from '../../cloud/sns';
import type { ResourceRegistry } from '../registry';

export function snsResources(sns: Sns): ResourceRegistry {
  return {
    'AWS::SNS::Topic': (input) => sns.createTopic(input),
    'AWS::SNS::TopicPolicy': (input) => sns.createTopicPolicy(input),
    'AWS::SNS::Subscription': (input) => sns.createSubscription(input),
  };
}
