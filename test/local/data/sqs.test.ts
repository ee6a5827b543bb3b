import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { seededRandom, VirtualClock } from '../../../local/clock';
import type { KeyUse } from '../../../local/cloud/key-use';
import type { Principal } from '../../../local/cloud/service';
import { Sqs } from '../../../local/cloud/sqs';
import { ACCOUNT, principal, resource } from './fixture';
import { inProcess } from './in-process-handler';
import { PermissiveAuthorizer } from './permissive-authorizer';

const QUEUE_ARN = `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`;
const DEAD_ARN = `arn:aws:sqs:eu-west-1:${ACCOUNT}:dead`;
const SERVICE: Principal = { kind: 'service', accountId: ACCOUNT, arn: 's3.amazonaws.com' };

function open(properties: Record<string, unknown> = {}, options: { kms?: KeyUse; denied?: string[] } = {}) {
  const clock = new VirtualClock();
  const authorizer = new PermissiveAuthorizer(options.denied);
  const { kms } = options;
  const sqs = new Sqs({ clock, random: seededRandom(1), authorizer, ...(kms && { kms }) });
  sqs.createQueue(resource('Dead', { QueueName: 'dead' }));
  const { ref: QueueUrl } = sqs.createQueue(resource('Queue', { QueueName: 'queue', ...properties }));
  const client = new SQSClient(inProcess(sqs));
  return {
    clock,
    authorizer,
    sqs,
    client,
    QueueUrl,
    send: (MessageBody: string, more = {}) => client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    receive: async (more: Partial<ReceiveMessageCommandInput> = {}) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [],
    pass: (seconds: number) => clock.runUntil(clock.sleep(seconds * 1000)),
  };
}

describe('messages', () => {
  test('arrive with body and attributes, and are gone once deleted', async () => {
    const { client, QueueUrl, send, receive, sqs, pass } = open();
    const MessageAttributes = {
      Kind: { DataType: 'String', StringValue: 'ü' },
      Bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    const sent = await send('hello', { MessageAttributes });
    const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'hello',
      MessageAttributes,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SenderId: ACCOUNT },
    });
    expect(sqs.depth()).toBe(1);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect(sqs.depth()).toBe(0);
    await pass(60);
    expect(await receive()).toEqual([]);
  });

  test('have the attribute digest that AWS computes', async () => {
    const { send } = open();
    // Computed by the documented algorithm, byte by byte, for one attribute A of type String and value B.
    const { createHash } = await import('node:crypto');
    const bytes = [0, 0, 0, 1, 65, 0, 0, 0, 6, ...Buffer.from('String'), 1, 0, 0, 0, 1, 66];
    const expected = createHash('md5').update(Buffer.from(bytes)).digest('hex');
    const sent = await send('x', { MessageAttributes: { A: { DataType: 'String', StringValue: 'B' } } });
    expect(sent.MD5OfMessageAttributes).toBe(expected);
  });

  test('come back after the visibility timeout, with a new handle; the old one deletes nothing', async () => {
    const { client, QueueUrl, send, receive, pass, sqs } = open({ VisibilityTimeout: 100 });
    await send('x');
    const [first] = await receive();
    expect(await receive()).toEqual([]);
    await pass(99);
    expect(await receive()).toEqual([]);
    await pass(1);
    const [second] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(sqs.depth()).toBe(1);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    expect(sqs.depth()).toBe(0);
  });

  test('become visible at once when their visibility is set to zero', async () => {
    const { client, QueueUrl, send, receive } = open();
    await send('x');
    const [message] = await receive();
    const change = new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    await client.send(change);
    expect(await receive()).toHaveLength(1);
    await expect(client.send(change)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  test('wait for their delay, and are lost after the retention period', async () => {
    const { send, receive, pass } = open({ DelaySeconds: 5, MessageRetentionPeriod: 60 });
    await send('late');
    await send('now', { DelaySeconds: 0 });
    expect((await receive({ MaxNumberOfMessages: 10 })).map((message) => message.Body)).toEqual(['now']);
    await pass(5);
    expect((await receive()).map((message) => message.Body)).toEqual(['late']);
    await pass(60);
    expect(await receive()).toEqual([]);
  });

  test('wake a long poll: when sent, when their delay ends; else the poll ends empty', async () => {
    const { clock, send, receive } = open();
    const start = clock.now();
    const poll = receive({ WaitTimeSeconds: 20 });
    clock.after(3000, () => void send('x', { DelaySeconds: 4 }));
    expect(await clock.runUntil(poll)).toHaveLength(1);
    expect(clock.now() - start).toBe(7000);
    expect(await clock.runUntil(receive({ WaitTimeSeconds: 20 }))).toEqual([]);
    expect(clock.now() - start).toBe(27000);
  });

  test('go to the dead-letter queue when received too often; depth does not count them', async () => {
    const { send, receive, pass, sqs } = open({
      RedrivePolicy: { deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 2 },
      VisibilityTimeout: 10,
    });
    await send('poison');
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await receive()).toHaveLength(1);
      await pass(10);
    }
    expect(await receive()).toEqual([]);
    expect(sqs.counts(QUEUE_ARN)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(sqs.counts(DEAD_ARN)).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(sqs.depth()).toBe(0);
    const [dead] = await sqs.receive(DEAD_ARN, { max: 10, waitSeconds: 0, principal });
    expect(dead).toMatchObject({ body: 'poison', attributes: { DeadLetterQueueSourceArn: QUEUE_ARN } });
  });

  test('in a batch succeed or fail one by one', async () => {
    const { client, QueueUrl, receive } = open();
    const Entries = [
      { Id: 'a', MessageBody: 'first' },
      { Id: 'b', MessageBody: '\u0000' },
      { Id: 'c', MessageBody: 'third' },
    ];
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(answer.Successful?.map((entry) => entry.Id)).toEqual(['a', 'c']);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidMessageContents', SenderFault: true }]);
    expect(await receive({ MaxNumberOfMessages: 10 })).toHaveLength(2);
    const many = Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' }));
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: many }))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
  });

  test('are purged', async () => {
    const { client, QueueUrl, send, sqs } = open();
    await send('x');
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(sqs.depth()).toBe(0);
  });
});

describe('queues', () => {
  test('are found by name and listed, and show their attributes', async () => {
    const { client, QueueUrl } = open({
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 5 },
    });
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'queue' }))).QueueUrl).toBe(QueueUrl);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'q' }))).QueueUrls).toEqual([QueueUrl]);
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: QUEUE_ARN,
      VisibilityTimeout: '360',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 5 }),
    });
    const unknown = client.send(new GetQueueUrlCommand({ QueueName: 'nothing' }));
    await expect(unknown).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  test.each([
    [{ FifoQueue: true }, 'FifoQueue is not implemented by the local cloud: AWS::SQS::Queue property FifoQueue'],
    [{ VisibilityTimeout: 43201 }, 'VisibilityTimeout must be from 0 to 43200'],
    [{ RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:1:none', maxReceiveCount: 3 } }, 'does not exist'],
  ])('%j is refused', (properties, message) => {
    expect(() => open(properties)).toThrow(message);
  });

  test('charge their key: senders for GenerateDataKey and Decrypt, receivers for Decrypt', async () => {
    const used: string[] = [];
    const kms: KeyUse = { use: (_key, action) => void used.push(action) };
    const { send, receive } = open({ KmsMasterKeyId: 'key-arn' }, { kms });
    await send('x');
    await receive();
    expect(used).toEqual(['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Decrypt']);
  });
});

describe('services that send', () => {
  test('are authorized against the policy of the queue', async () => {
    const { client, sqs, QueueUrl, authorizer } = open();
    const policy = {
      Statement: [
        {
          Effect: 'Allow' as const,
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: QUEUE_ARN,
        },
      ],
    };
    sqs.createQueuePolicy(resource('Policy', { Queues: [QueueUrl], PolicyDocument: policy }));
    sqs.send(QUEUE_ARN, 'from a service', SERVICE, { 'aws:sourceaccount': ACCOUNT });
    expect(authorizer.asked).toEqual([
      {
        principal: SERVICE,
        action: 'sqs:SendMessage',
        resources: [QUEUE_ARN],
        context: { 'aws:sourceaccount': ACCOUNT },
        resourcePolicies: [policy],
        resourceAccountId: ACCOUNT,
      },
    ]);
    expect(sqs.depth()).toBe(1);

    const set = (Attributes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await set({ Policy: '' });
    sqs.send(QUEUE_ARN, 'from a service', SERVICE, {});
    expect(authorizer.asked.at(-1)).toMatchObject({ resourcePolicies: [] });
    await expect(set({ VisibilityTimeout: '7' })).rejects.toThrow('VisibilityTimeout');
    await expect(set({ Policy: '{}' })).rejects.toThrow('Policy');
  });

  test('what is given up lies where nobody waits for it to be done', () => {
    const { sqs } = open();
    sqs.setAside(QUEUE_ARN, 'given up', SERVICE, {});
    expect(sqs.counts(QUEUE_ARN).visible).toBe(1);
    expect(sqs.depth()).toBe(0);
  });

  test('send nothing when they are denied', () => {
    const { sqs } = open({}, { denied: ['sqs:SendMessage'] });
    expect(() => sqs.send(QUEUE_ARN, 'x', SERVICE, {})).toThrow('no statement allows sqs:SendMessage');
    expect(sqs.depth()).toBe(0);
  });
});
