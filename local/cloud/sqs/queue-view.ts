import type { PolledMessage } from '../lambda/surroundings';
import type { MessageAttributes } from './message';
import { md5, md5OfAttributes } from './message';
import type { Queue, StoredMessage } from './queue';

/** The attributes of a queue as GetQueueAttributes gives them: everything is text. */
function queueAttributes(queue: Queue): Readonly<Record<string, string>> {
  const { definition } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const createdAt = String(Math.floor(queue.createdAt / 1000));
  return {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    MaximumMessageSize: String(definition.maxMessageBytes),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.waitSeconds),
    ...(definition.keyArn === undefined
      ? { SqsManagedSseEnabled: 'true' }
      : { KmsMasterKeyId: definition.keyArn, SqsManagedSseEnabled: 'false' }),
    ...(definition.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: definition.redrive.deadLetterQueueArn,
        maxReceiveCount: definition.redrive.maxReceiveCount,
      }),
    }),
    ...(queue.policy && { Policy: JSON.stringify(queue.policy) }),
  };
}

/** System attributes of a received message. */
function systemAttributes(message: StoredMessage): Readonly<Record<string, string>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(Math.floor(message.sentAt)),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAt ?? message.sentAt)),
    ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
}

/** A message as ReceiveMessage gives it, with the attributes that were asked for. */
export function receivedMessage(
  message: StoredMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): Readonly<Record<string, unknown>> {
  const system = chosen(systemAttributes(message), (name) => systemNames.includes(name) || systemNames.includes('All'));
  const attributes: MessageAttributes = chosen(message.attributes, (name) =>
    attributeNames.some((wanted) => matchesName(wanted, name)),
  );
  const attributesDigest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(attributesDigest !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: attributesDigest }),
  };
}

/** AWS: `All`, `.*`, a name, or a prefix followed by `.*`. */
function matchesName(wanted: string, name: string): boolean {
  if (wanted === 'All' || wanted === '.*') return true;
  return wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
}

function chosen<V>(record: Readonly<Record<string, V>>, isWanted: (name: string) => boolean): Record<string, V> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => isWanted(name)));
}

/** The attributes of a queue that were asked for. */
export function chosenAttributes(queue: Queue, wanted: readonly string[]): Record<string, string> {
  const isAll = wanted.includes('All');
  return chosen(queueAttributes(queue), (name) => isAll || wanted.includes(name));
}

/** A message as pollers get it, and put it into the events of functions. */
export function polledMessage(message: StoredMessage): PolledMessage {
  const attributes = Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    {
      dataType: DataType,
      ...(BinaryValue === undefined ? { stringValue: StringValue } : { binaryValue: BinaryValue }),
    },
  ]);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    md5OfBody: md5(message.body),
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(attributes),
  };
}
