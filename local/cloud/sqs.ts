import { type ResourceInput, type ResourceOutput, refuseUnknownProperties } from '../assembly/resource';
import type { Clock, Random } from '../clock';
import type { KeyUse } from './key-use';
import type { PolledMessage } from './lambda/surroundings';
import type { ResourceAuthorizer } from './resource-authorizer';
import { type Call, notImplemented, type PolicyDocument, type Principal, type SimulatedService } from './service';
import { checkMessage, type MessageAttributes, md5, md5OfAttributes, readMessageAttributes } from './sqs/message';
import { changeVisibility, deleteMessage, names, wholeNumber } from './sqs/message-request';
import { Queue, type QueueCounts, type StoredMessage } from './sqs/queue';
import { queueDoesNotExist, readQueueUrl } from './sqs/queue-address';
import { readQueueDefinition } from './sqs/queue-definition';
import { chosenAttributes, polledMessage, receivedMessage } from './sqs/queue-view';
import { readBatch, runBatch } from './sqs/sqs-batch';

export interface SqsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: ResourceAuthorizer;
  /** Charges senders and receivers of queues with a customer managed key; without it nothing is charged. */
  readonly kms?: KeyUse;
  /** What queue URLs begin with; default: the real service's endpoint. */
  readonly endpoint?: () => string;
}

type Input = Readonly<Record<string, unknown>>;

const POLICY = 'AWS::SQS::QueuePolicy';

/** SQS standard queues. */
export class Sqs implements SimulatedService {
  readonly signingName = 'sqs';
  private readonly queues = new Map<string, Queue>();
  private readonly deadLetterQueues = new Set<string>();

  constructor(private readonly options: SqsOptions) {}

  /** Creates an AWS::SQS::Queue. `Ref` is its URL; attributes `Arn`, `QueueName`, `QueueUrl`. */
  createQueue(input: ResourceInput): ResourceOutput {
    const definition = readQueueDefinition(input);
    const { arn, name, redrive } = definition;
    if (this.queues.has(arn)) throw new Error(`AWS::SQS::Queue ${name} already exists`);
    if (redrive) {
      if (!this.queues.has(redrive.deadLetterQueueArn)) {
        throw new Error(`AWS::SQS::Queue ${name}: dead letter target ${redrive.deadLetterQueueArn} does not exist`);
      }
      this.deadLetterQueues.add(redrive.deadLetterQueueArn);
    }
    const { clock, random } = this.options;
    const queue = new Queue(definition, clock, random, (deadLetterArn) => this.queues.get(deadLetterArn));
    this.queues.set(arn, queue);
    const url = this.urlOf(queue);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  }

  /** Creates an AWS::SQS::QueuePolicy: it replaces the policy of each of its queues. */
  createQueuePolicy(input: ResourceInput): ResourceOutput {
    const { properties, accountId, region, stackName, logicalId } = input;
    refuseUnknownProperties(POLICY, properties, { implemented: ['Queues', 'PolicyDocument'] });
    const policy = this.options.authorizer.checkResourcePolicy(properties.PolicyDocument, `${stackName}/${logicalId}`);
    const urls: readonly unknown[] = Array.isArray(properties.Queues) ? properties.Queues : [];
    for (const url of urls) this.find({ accountId, region }, { QueueUrl: url }).policy = policy;
    return { ref: `${stackName}-${logicalId}`, attributes: {} };
  }

  /** The policies of a queue, for the authorization of calls. */
  resourcePoliciesOf(queueArn: string): readonly PolicyDocument[] {
    const policy = this.queues.get(queueArn)?.policy;
    return policy ? [policy] : [];
  }

  /** Messages that are visible, delayed or in flight, outside of dead-letter queues. */
  depth(): number {
    let depth = 0;
    for (const [arn, queue] of this.queues) {
      if (this.deadLetterQueues.has(arn)) continue;
      const { visible, inFlight, delayed } = queue.counts();
      depth += visible + inFlight + delayed;
    }
    return depth;
  }

  /** Counts of one queue, as alarms look at them. */
  counts(queueArn: string): QueueCounts {
    return this.require(queueArn).counts();
  }

  visibilityTimeoutSeconds(queueArn: string): number {
    return this.require(queueArn).definition.visibilityTimeoutSeconds;
  }

  /**
   * Sends on behalf of a service or function, authorized as `sqs:SendMessage` against the sender's rights and the
   * queue's policy. `context` is the condition context (`aws:sourcearn`, `aws:sourceaccount`). Throws a `ServiceFault`.
   */
  send(
    queueArn: string,
    body: string,
    sender: Principal,
    context: Readonly<Record<string, string>>,
    messageAttributes: Readonly<Record<string, string>> = {},
  ): void {
    const queue = this.require(queueArn);
    this.options.authorizer.authorize({
      principal: sender,
      action: 'sqs:SendMessage',
      resources: [queueArn],
      context,
      resourcePolicies: this.resourcePoliciesOf(queueArn),
      resourceAccountId: queue.definition.accountId,
    });
    const attributes = Object.entries(messageAttributes).map(
      ([name, value]) => [name, { DataType: 'String', StringValue: value }] as const,
    );
    // AWS: key policies can demand of a service the source (`aws:SourceArn`, `aws:SourceAccount`) it sends for.
    this.charge(queue, sender, ['kms:GenerateDataKey', 'kms:Decrypt'], context);
    this.deliver(queue, sender, body, Object.fromEntries(attributes));
  }

  /** Sends what was given up: from then on `depth` leaves out the queue, since what lies in it waits for a person. */
  setAside(...[queueArn, ...message]: Parameters<Sqs['send']>): void {
    this.deadLetterQueues.add(queueArn);
    this.send(queueArn, ...message);
  }

  /** Receives for a poller, whose rights have been checked; the queue's key is charged to `principal`. */
  async receive(
    queueArn: string,
    options: { readonly max: number; readonly waitSeconds: number; readonly principal: Principal },
  ): Promise<readonly PolledMessage[]> {
    const queue = this.require(queueArn);
    const messages = await queue.receive(options.max, options.waitSeconds);
    this.chargeReceiver(queue, options.principal, messages);
    return messages.map(polledMessage);
  }

  /** Deletes for a poller, whose rights have been checked. */
  remove(queueArn: string, receiptHandle: string, _principal: Principal): void {
    this.require(queueArn).delete(receiptHandle);
  }

  async handle(call: Call): Promise<unknown> {
    const input: Input = call.input ?? {};
    switch (call.operation) {
      case 'ListQueues':
        return this.listQueues(call, input);
      case 'GetQueueUrl':
        return this.getQueueUrl(call, input);
      default:
        return this.onQueue(call, input, this.find(locationOf(call), input));
    }
  }

  private async onQueue(call: Call, input: Input, queue: Queue): Promise<unknown> {
    switch (call.operation) {
      case 'SendMessage':
        return this.sendMessage(call, queue, input);
      case 'SendMessageBatch':
        return runBatch(readBatch(input.Entries), (entry) => this.sendMessage(call, queue, entry));
      case 'ReceiveMessage':
        return this.receiveMessage(call, queue, input);
      case 'DeleteMessage':
        return deleteMessage(queue, input);
      case 'DeleteMessageBatch':
        return runBatch(readBatch(input.Entries), (entry) => deleteMessage(queue, entry));
      case 'ChangeMessageVisibility':
        return changeVisibility(queue, input);
      case 'ChangeMessageVisibilityBatch':
        return runBatch(readBatch(input.Entries), (entry) => changeVisibility(queue, entry));
      case 'GetQueueAttributes':
        return { Attributes: chosenAttributes(queue, names(input.AttributeNames)) };
      case 'SetQueueAttributes':
        return setAttributes(queue, input.Attributes);
      case 'PurgeQueue':
        queue.purge();
        return {};
      default:
        throw notImplemented('sqs', call.operation);
    }
  }

  private sendMessage(call: Call, queue: Queue, input: Input): Record<string, unknown> {
    for (const parameter of ['MessageGroupId', 'MessageDeduplicationId', 'MessageSystemAttributes']) {
      if (input[parameter] !== undefined) throw notImplemented('sqs', `${call.operation} parameter ${parameter}`);
    }
    const attributes = readMessageAttributes(input.MessageAttributes);
    const delaySeconds = wholeNumber(input, 'DelaySeconds', 0, 900);
    this.charge(queue, call.principal, ['kms:GenerateDataKey', 'kms:Decrypt']);
    const message = this.deliver(queue, call.principal, input.MessageBody, attributes, delaySeconds);
    const attributesDigest = md5OfAttributes(attributes);
    return {
      MessageId: message.id,
      MD5OfMessageBody: md5(message.body),
      ...(attributesDigest !== undefined && { MD5OfMessageAttributes: attributesDigest }),
    };
  }

  private deliver(
    queue: Queue,
    sender: Principal,
    body: unknown,
    attributes: MessageAttributes,
    delaySeconds?: number,
  ): StoredMessage {
    checkMessage(body, attributes, queue.definition.maxMessageBytes);
    const senderId = senderIdOf(sender);
    return queue.send({ body, attributes, senderId, ...(delaySeconds !== undefined && { delaySeconds }) });
  }

  private async receiveMessage(call: Call, queue: Queue, input: Input): Promise<unknown> {
    const max = wholeNumber(input, 'MaxNumberOfMessages', 1, 10) ?? 1;
    const waitSeconds = wholeNumber(input, 'WaitTimeSeconds', 0, 20);
    const visibilitySeconds = wholeNumber(input, 'VisibilityTimeout', 0, 43_200);
    const messages = await queue.receive(max, waitSeconds, visibilitySeconds);
    this.chargeReceiver(queue, call.principal, messages);
    if (messages.length === 0) return {};
    const system = [...names(input.MessageSystemAttributeNames), ...names(input.AttributeNames)];
    const attributes = names(input.MessageAttributeNames);
    return { Messages: messages.map((message) => receivedMessage(message, system, attributes)) };
  }

  /** AWS: senders need GenerateDataKey and Decrypt, receivers Decrypt. */
  private charge(
    queue: Queue,
    principal: Principal,
    actions: readonly ('kms:GenerateDataKey' | 'kms:Decrypt')[],
    context: Readonly<Record<string, string>> = {},
  ): void {
    const { keyArn, region, arn } = queue.definition;
    if (keyArn === undefined) return;
    for (const action of actions) {
      this.options.kms?.use(keyArn, action, principal, `sqs.${region}.amazonaws.com`, {
        ...context,
        'kms:encryptioncontext:aws:sqs:arn': arn,
      });
    }
  }

  /** A receiver that may not use the key gets nothing, and the messages are visible again. */
  private chargeReceiver(queue: Queue, principal: Principal, messages: readonly StoredMessage[]): void {
    if (messages.length === 0) return;
    try {
      this.charge(queue, principal, ['kms:Decrypt']);
    } catch (error) {
      for (const { receiptHandle: handle } of messages) queue.changeVisibility(handle ?? '', 0);
      throw error;
    }
  }

  private listQueues(call: Call, input: Input): unknown {
    const { accountId, region } = locationOf(call);
    const prefix = typeof input.QueueNamePrefix === 'string' ? input.QueueNamePrefix : '';
    const urls = [...this.queues.values()]
      .filter(({ definition }) => definition.accountId === accountId && definition.region === region)
      .filter(({ definition }) => definition.name.startsWith(prefix))
      .map((queue) => this.urlOf(queue))
      .sort();
    return urls.length > 0 ? { QueueUrls: urls } : {};
  }

  private getQueueUrl(call: Call, input: Input): unknown {
    const accountId = input.QueueOwnerAWSAccountId ?? call.principal.accountId;
    const queue = this.queues.get(`arn:aws:sqs:${call.region}:${String(accountId)}:${String(input.QueueName)}`);
    if (!queue) throw queueDoesNotExist();
    return { QueueUrl: this.urlOf(queue) };
  }

  private find({ region }: { readonly accountId: string; readonly region: string }, input: Input): Queue {
    const { accountId, name } = readQueueUrl(input.QueueUrl);
    return this.require(`arn:aws:sqs:${region}:${accountId}:${name}`);
  }

  private require(queueArn: string): Queue {
    const queue = this.queues.get(queueArn);
    if (queue) return queue;
    throw queueDoesNotExist();
  }

  private urlOf({ definition: { region, accountId, name } }: Queue): string {
    const endpoint = this.options.endpoint?.() ?? `https://sqs.${region}.amazonaws.com`;
    return `${endpoint}/${accountId}/${name}`;
  }
}

/** AWS: the id of the user or role session; here its readable end. */
function senderIdOf({ kind, arn, accountId }: Principal): string {
  return kind === 'accountKey' ? accountId : arn.split(':').slice(-1).join();
}

function locationOf({ principal, region }: Call): { readonly accountId: string; readonly region: string } {
  return { accountId: principal.accountId, region };
}

/** AWS: an empty policy takes the policy away. Nothing else is set here but by templates. */
function setAttributes(queue: Queue, attributes: unknown): Record<string, never> {
  const given = Object.entries(attributes ?? {});
  const others = given.filter(([name, value]) => name !== 'Policy' || value !== '').map(([name]) => name);
  if (given.length === 0 || others.length > 0)
    throw notImplemented('sqs', `SetQueueAttributes but for an empty Policy (${others.join(', ')})`);
  queue.policy = undefined;
  return {};
}
