import { notImplemented, ServiceFault } from '../service';

/** What is published: as the SDK's PublishCommand takes it. */
export interface Publication {
  readonly message: string;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** AWS: a message has at most 256 KiB, a subject at most 100 characters. */
const MAX_MESSAGE_BYTES = 262_144;
const MAX_SUBJECT_LENGTH = 100;

/** Reads the input of Publish. Refuses parameters that the local cloud does not implement. */
export function readPublication(input: Readonly<Record<string, unknown>>): Publication {
  for (const parameter of ['PhoneNumber', 'MessageStructure', 'MessageGroupId', 'MessageDeduplicationId']) {
    if (input[parameter] !== undefined) throw notImplemented('sns', `Publish parameter ${parameter}`);
  }
  const { Message: message, Subject: subject, MessageAttributes: attributes } = input;
  return {
    message: typeof message === 'string' ? message : '',
    attributes: (attributes ?? {}) as Publication['attributes'],
    ...(typeof subject === 'string' && { subject }),
  };
}

/** Throws `InvalidParameter` for what SNS does not take. */
export function checkPublication({ message, subject }: Publication): void {
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  const isSubject = subject === undefined || (/^[\x20-\x7e]+$/.test(subject) && subject.length <= MAX_SUBJECT_LENGTH);
  if (!isSubject) throw invalid('Subject');
}

function invalid(reason: string): ServiceFault {
  return new ServiceFault('InvalidParameter', `Invalid parameter: ${reason}`);
}
