import type { PolicyDocument } from '../service';

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'email' | 'sqs';
  readonly endpoint: string;
  readonly raw: boolean;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly displayName: string;
  readonly accountId: string;
  readonly region: string;
  readonly keyArn?: string;
  readonly subscriptions: Subscription[];
  policy?: PolicyDocument;
}

/** As GetTopicAttributes gives them. */
export function topicAttributes(topic: Topic): Record<string, string> {
  return {
    TopicArn: topic.arn,
    Owner: topic.accountId,
    DisplayName: topic.displayName,
    SubscriptionsConfirmed: String(topic.subscriptions.length),
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
    ...(topic.keyArn !== undefined && { KmsMasterKeyId: topic.keyArn }),
    ...(topic.policy && { Policy: JSON.stringify(topic.policy) }),
  };
}

/** As ListSubscriptions gives them. */
export function listSubscriptions(topic: Topic): readonly Record<string, string>[] {
  return topic.subscriptions.map(({ arn: SubscriptionArn, protocol, endpoint }) => ({
    SubscriptionArn,
    Owner: topic.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topic.arn,
  }));
}
