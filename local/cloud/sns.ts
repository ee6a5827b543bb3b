import {
  optionalString,
  physicalName,
  propertyNotImplemented,
  type ResourceInput,
  type ResourceOutput,
  recordList,
  refuseUnknownProperties,
} from '../assembly/resource';
import type { Clock, Random } from '../clock';
import type { KeyUse } from './key-use';
import { randomUuid } from './lambda/random-id';
import type { ResourceAuthorizer } from './resource-authorizer';
import {
  arn,
  type Call,
  notImplemented,
  type PolicyDocument,
  type Principal,
  ServiceFault,
  type SimulatedService,
} from './service';
import { checkPublication, type Publication, readPublication } from './sns/publication';
import { listSubscriptions, type Subscription, type Topic, topicAttributes } from './sns/topic';
import type { Sqs } from './sqs';

export interface SnsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: ResourceAuthorizer;
  /** Charges publishers of topics with a customer managed key; without it nothing is charged. */
  readonly kms?: KeyUse;
}

/** A message that reached an endpoint (an e-mail that would have been sent, or a queue). */
export interface Delivery {
  readonly topicArn: string;
  readonly messageId: string;
  readonly protocol: 'email' | 'sqs';
  readonly endpoint: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Simulated milliseconds. */
  readonly at: number;
  /** Why the endpoint did not take it. AWS: the publisher does not learn of that. */
  readonly failure?: string;
}

const TOPIC = 'AWS::SNS::Topic';
const SUBSCRIPTION = 'AWS::SNS::Subscription';
const TOPIC_POLICY = 'AWS::SNS::TopicPolicy';

/** AWS: a topic name has at most 256 characters. */
const NAME_RULES = { maxLength: 256 };

const TOPIC_PROPERTIES = {
  implemented: ['TopicName', 'DisplayName', 'KmsMasterKeyId', 'Subscription', 'FifoTopic'],
  inert: {
    Tags: 'no policy in use reads tags of topics',
    TracingConfig: 'nothing is traced here',
    SignatureVersion: 'signatures are for HTTP subscribers, which there are none of here',
  },
};

/** SNS standard topics. E-mails are not sent but kept in `deliveries`; e-mail subscriptions count as confirmed. */
export class Sns implements SimulatedService {
  readonly signingName = 'sns';
  private readonly topics = new Map<string, Topic>();
  private readonly delivered: Delivery[] = [];
  private sqs: Sqs | undefined;

  constructor(private readonly options: SnsOptions) {}

  /** Where queue subscriptions deliver to. */
  connect({ sqs }: { readonly sqs: Sqs }): void {
    this.sqs = sqs;
  }

  /** Everything that was delivered, in order. */
  get deliveries(): readonly Delivery[] {
    return this.delivered;
  }

  /** Creates an AWS::SNS::Topic. `Ref` is its ARN; attributes `TopicArn`, `TopicName`. */
  createTopic(input: ResourceInput): ResourceOutput {
    const { properties, accountId, region } = input;
    refuseUnknownProperties(TOPIC, properties, TOPIC_PROPERTIES);
    if (properties.FifoTopic === true || properties.FifoTopic === 'true')
      throw propertyNotImplemented(TOPIC, 'FifoTopic');
    const name = physicalName(input, optionalString(TOPIC, properties, 'TopicName'), NAME_RULES);
    const topicArn = arn('sns', region, accountId, name);
    if (this.topics.has(topicArn)) throw new Error(`${TOPIC} ${name} already exists`);
    const keyArn = optionalString(TOPIC, properties, 'KmsMasterKeyId');
    const topic: Topic = {
      arn: topicArn,
      name,
      displayName: optionalString(TOPIC, properties, 'DisplayName') ?? '',
      accountId,
      region,
      subscriptions: [],
      // AWS: the alias of its own key needs no rights.
      ...(keyArn !== undefined && keyArn !== 'alias/aws/sns' && { keyArn }),
    };
    this.topics.set(topicArn, topic);
    for (const subscription of recordList(TOPIC, properties, 'Subscription')) this.subscribe(topic, subscription);
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  }

  /** Creates an AWS::SNS::TopicPolicy: it replaces the policy of each of its topics. */
  createTopicPolicy(input: ResourceInput): ResourceOutput {
    const { properties, stackName, logicalId } = input;
    refuseUnknownProperties(TOPIC_POLICY, properties, { implemented: ['Topics', 'PolicyDocument'] });
    const policy = this.options.authorizer.checkResourcePolicy(properties.PolicyDocument, `${stackName}/${logicalId}`);
    const topicArns: readonly unknown[] = Array.isArray(properties.Topics) ? properties.Topics : [];
    for (const topicArn of topicArns) this.find(topicArn).policy = policy;
    return { ref: `${stackName}-${logicalId}`, attributes: {} };
  }

  /** Creates an AWS::SNS::Subscription. `Ref` is its ARN. */
  createSubscription(input: ResourceInput): ResourceOutput {
    const { properties } = input;
    refuseUnknownProperties(SUBSCRIPTION, properties, {
      implemented: ['TopicArn', 'Protocol', 'Endpoint', 'RawMessageDelivery'],
      inert: { Region: 'topics here are found by their ARN' },
    });
    const { TopicArn: topicArn, Region: _region, ...subscription } = properties;
    const subscriptionArn = this.subscribe(this.find(topicArn), subscription);
    return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
  }

  /** The policies of a topic, for the authorization of calls. */
  resourcePoliciesOf(topicArn: string): readonly PolicyDocument[] {
    const policy = this.topics.get(topicArn)?.policy;
    return policy ? [policy] : [];
  }

  /**
   * Publishes on behalf of a service (alarms, events), authorized as `sns:Publish` against the topic's policy.
   * Throws a `ServiceFault`.
   */
  publish(
    topicArn: string,
    message: string,
    sender: Principal,
    context: Readonly<Record<string, string>>,
    subject?: string,
  ): void {
    const topic = this.find(topicArn);
    this.options.authorizer.authorize({
      principal: sender,
      action: 'sns:Publish',
      resources: [topicArn],
      context,
      resourcePolicies: this.resourcePoliciesOf(topicArn),
      resourceAccountId: topic.accountId,
    });
    this.deliver(topic, sender, { message, attributes: {}, ...(subject !== undefined && { subject }) }, context);
  }

  async handle(call: Call): Promise<unknown> {
    const { operation, input } = call;
    switch (operation) {
      case 'Publish':
        return {
          MessageId: this.deliver(this.find(input.TopicArn ?? input.TargetArn), call.principal, readPublication(input)),
        };
      case 'ListTopics':
        return { Topics: this.topicsOf(call).map((topic) => ({ TopicArn: topic.arn })) };
      case 'GetTopicAttributes':
        return { Attributes: topicAttributes(this.find(input.TopicArn)) };
      case 'ListSubscriptions':
        return { Subscriptions: this.topicsOf(call).flatMap(listSubscriptions) };
      case 'ListSubscriptionsByTopic':
        return { Subscriptions: listSubscriptions(this.find(input.TopicArn)) };
      default:
        throw notImplemented('sns', operation);
    }
  }

  private subscribe(topic: Topic, properties: Readonly<Record<string, unknown>>): string {
    const implemented = ['Protocol', 'Endpoint', 'RawMessageDelivery'];
    refuseUnknownProperties(SUBSCRIPTION, properties, { implemented });
    const protocol = optionalString(SUBSCRIPTION, properties, 'Protocol');
    const endpoint = optionalString(SUBSCRIPTION, properties, 'Endpoint');
    if (protocol !== 'email' && protocol !== 'sqs') {
      throw propertyNotImplemented(SUBSCRIPTION, `Protocol ${String(protocol)}`);
    }
    if (endpoint === undefined) throw new Error(`${SUBSCRIPTION} needs an Endpoint`);
    const raw = String(properties.RawMessageDelivery) === 'true';
    const subscription = { arn: `${topic.arn}:${randomUuid(this.options.random)}`, protocol, endpoint, raw } as const;
    topic.subscriptions.push(subscription);
    return subscription.arn;
  }

  /**
   * AWS: publishers of an encrypted topic need GenerateDataKey and Decrypt; for what a service publishes the key's policy
   * sees the source, too. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  private deliver(
    topic: Topic,
    sender: Principal,
    publication: Publication,
    source: Readonly<Record<string, string>> = {},
  ): string {
    checkPublication(publication);
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'] as const) {
      if (topic.keyArn === undefined) break;
      this.options.kms?.use(topic.keyArn, action, sender, `sns.${topic.region}.amazonaws.com`, {
        ...source,
        'kms:encryptioncontext:aws:sns:topicarn': topic.arn,
      });
    }
    const messageId = randomUuid(this.options.random);
    for (const subscription of topic.subscriptions) this.deliverTo(subscription, topic, messageId, publication);
    return messageId;
  }

  private deliverTo(subscription: Subscription, topic: Topic, messageId: string, publication: Publication): void {
    const { protocol, endpoint } = subscription;
    const failure = protocol === 'sqs' ? this.sendToQueue(subscription, topic, messageId, publication) : undefined;
    this.delivered.push({
      topicArn: topic.arn,
      messageId,
      protocol,
      endpoint,
      at: this.options.clock.now(),
      ...publication,
      ...(failure !== undefined && { failure }),
    });
  }

  private sendToQueue(
    subscription: Subscription,
    topic: Topic,
    messageId: string,
    publication: Publication,
  ): string | undefined {
    if (!this.sqs) throw new Error('SNS is not connected to SQS');
    const body = subscription.raw ? publication.message : this.envelope(topic, messageId, publication, subscription);
    const service = { kind: 'service', accountId: topic.accountId, arn: 'sns.amazonaws.com' } as const;
    const context = { 'aws:sourcearn': topic.arn, 'aws:sourceaccount': topic.accountId };
    try {
      this.sqs.send(subscription.endpoint, body, service, context);
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      return error.message;
    }
  }

  /** What a queue gets unless the subscription asks for the raw message. */
  private envelope(
    topic: Topic,
    messageId: string,
    publication: Publication,
    { arn: subscriptionArn }: Subscription,
  ): string {
    return JSON.stringify({
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topic.arn,
      ...(publication.subject !== undefined && { Subject: publication.subject }),
      Message: publication.message,
      Timestamp: new Date(this.options.clock.now()).toISOString(),
      UnsubscribeURL: `https://sns.${topic.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    });
  }

  private topicsOf({ principal, region }: Call): readonly Topic[] {
    return [...this.topics.values()].filter(
      (topic) => topic.accountId === principal.accountId && topic.region === region,
    );
  }

  private find(topicArn: unknown): Topic {
    const topic = typeof topicArn === 'string' ? this.topics.get(topicArn) : undefined;
    if (topic) return topic;
    throw new ServiceFault('NotFound', 'Topic does not exist', 404);
  }
}
