import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { allow, type Grantee } from './allow';
import type { DataKey } from './data-key';

export interface NotificationsTopicProps {
  readonly topicName: string;
  readonly email: string;
  readonly key: DataKey;
  /** ARNs of the alarms that may write to it, as a pattern. */
  readonly alarms: string;
  readonly accountId: string;
}

/** What a person should hear about, by e-mail. */
export class NotificationsTopic extends Construct {
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NotificationsTopicProps,
  ) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Resource', { topicName: props.topicName, kmsMasterKeyId: props.key.arn });
    this.arn = topic.ref;
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: { Version: '2012-10-17', Statement: [alarms(topic.ref, props), onlyTls(topic.ref)] },
    });
    new CfnSubscription(this, 'Email', { topicArn: topic.ref, protocol: 'email', endpoint: props.email });
  }

  allowPublishing(role: Grantee, why: string): void {
    allow(role, ['sns:Publish'], [this.arn], why);
    // AWS: SNS makes a data key with the publisher's rights, and reads it back.
    const actions = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;
    this.props.key.allowThrough(role, 'sns', actions, 'The topic is encrypted with this key.');
  }
}

/** AWS: an alarm publishes as the service, not with the rights of a role. */
function alarms(topicArn: string, { alarms: pattern, accountId }: NotificationsTopicProps) {
  return {
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topicArn,
    Condition: { StringEquals: { 'aws:SourceAccount': accountId }, ArnLike: { 'aws:SourceArn': pattern } },
  };
}

function onlyTls(topicArn: string) {
  return {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sns:Publish',
    Resource: topicArn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
