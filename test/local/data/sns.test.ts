import { seededRandom, VirtualClock } from '../../../local/clock';
import type { KeyUse } from '../../../local/cloud/key-use';
import type { Principal } from '../../../local/cloud/service';
import { Sns } from '../../../local/cloud/sns';
import { Sqs } from '../../../local/cloud/sqs';
import { ACCOUNT, call, principal, resource } from './fixture';
import { PermissiveAuthorizer } from './permissive-authorizer';

const TOPIC_ARN = `arn:aws:sns:eu-west-1:${ACCOUNT}:topic`;
const QUEUE_ARN = `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`;
const ALARM: Principal = { kind: 'service', accountId: ACCOUNT, arn: 'cloudwatch.amazonaws.com' };

function open(properties: Record<string, unknown> = {}, options: { kms?: KeyUse; denied?: string[] } = {}) {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const authorizer = new PermissiveAuthorizer(options.denied);
  const { kms } = options;
  const sqs = new Sqs({ clock, random, authorizer });
  sqs.createQueue(resource('Queue', { QueueName: 'queue' }));
  const sns = new Sns({ clock, random, authorizer, ...(kms && { kms }) });
  sns.connect({ sqs });
  sns.createTopic(resource('Topic', { TopicName: 'topic', ...properties }));
  const subscribe = (Protocol: string, Endpoint: string, more = {}) =>
    sns.createSubscription(resource(`To${Protocol}`, { TopicArn: TOPIC_ARN, Protocol, Endpoint, ...more }));
  const received = () => sqs.receive(QUEUE_ARN, { max: 10, waitSeconds: 0, principal });
  return { sns, sqs, authorizer, subscribe, received };
}

const publish = (input: Record<string, unknown>) => call('Publish', { TopicArn: TOPIC_ARN, ...input });

test('an e-mail subscription keeps what was published readable', async () => {
  const { sns, subscribe } = open();
  subscribe('email', 'team@example.com');
  await sns.handle(publish({ Message: 'hello', Subject: 'Plan held' }));
  expect(sns.deliveries).toMatchObject([
    { protocol: 'email', endpoint: 'team@example.com', message: 'hello', subject: 'Plan held' },
  ]);
});

test('a queue subscription gets the envelope, or the raw message', async () => {
  const { sns, subscribe, received } = open();
  subscribe('sqs', QUEUE_ARN);
  await sns.handle(publish({ Message: 'hello', Subject: 's' }));
  const [message] = await received();
  expect(JSON.parse(message?.body ?? '')).toMatchObject({
    Type: 'Notification',
    TopicArn: TOPIC_ARN,
    Message: 'hello',
    Subject: 's',
  });
  const other = open();
  other.subscribe('sqs', QUEUE_ARN, { RawMessageDelivery: true });
  await other.sns.handle(publish({ Message: 'raw' }));
  expect((await other.received())[0]?.body).toBe('raw');
});

test('a queue that refuses does not fail the publisher', async () => {
  const { sns, subscribe } = open({}, { denied: ['sqs:SendMessage'] });
  subscribe('sqs', QUEUE_ARN);
  await sns.handle(publish({ Message: 'hello' }));
  expect(sns.deliveries).toMatchObject([{ failure: 'no statement allows sqs:SendMessage' }]);
});

test('a service publishes against the policy of the topic, and uses its key', () => {
  const used: string[] = [];
  const kms: KeyUse = { use: (_key, action, user) => void used.push(`${action} ${user.arn}`) };
  const { sns, authorizer } = open({ KmsMasterKeyId: 'key-arn' }, { kms });
  const policy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: TOPIC_ARN }] };
  sns.createTopicPolicy(resource('Policy', { Topics: [TOPIC_ARN], PolicyDocument: policy }));
  sns.publish(TOPIC_ARN, 'alarm', ALARM, { 'aws:sourceaccount': ACCOUNT }, 'ALARM');
  expect(authorizer.asked).toMatchObject([
    { action: 'sns:Publish', resources: [TOPIC_ARN], resourcePolicies: [policy] },
  ]);
  expect(used).toEqual(['kms:GenerateDataKey cloudwatch.amazonaws.com', 'kms:Decrypt cloudwatch.amazonaws.com']);
});

test.each([
  [{ Message: '' }, 'Invalid parameter: Empty message'],
  [{ Message: 'x'.repeat(262_145) }, 'Invalid parameter: Message too long'],
  [{ Message: 'x', Subject: 'x'.repeat(101) }, 'Invalid parameter: Subject'],
])('%#: what SNS refuses is refused', async (input, message) => {
  await expect(open().sns.handle(publish(input))).rejects.toMatchObject({ code: 'InvalidParameter', message });
});

test('an unknown topic, and an SMS, are refused', async () => {
  const { sns, subscribe } = open();
  await expect(sns.handle(publish({ TopicArn: `${TOPIC_ARN}s`, Message: 'x' }))).rejects.toMatchObject({
    code: 'NotFound',
  });
  expect(() => subscribe('sms', '+4900')).toThrow('Protocol sms is not implemented by the local cloud');
});

test('topics and subscriptions are listed', async () => {
  const { sns, subscribe } = open();
  const { ref } = subscribe('email', 'team@example.com');
  expect(await sns.handle(call('ListTopics', {}))).toEqual({ Topics: [{ TopicArn: TOPIC_ARN }] });
  expect(await sns.handle(call('ListSubscriptionsByTopic', { TopicArn: TOPIC_ARN }))).toMatchObject({
    Subscriptions: [{ SubscriptionArn: ref, Endpoint: 'team@example.com' }],
  });
});
