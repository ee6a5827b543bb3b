/** One S3 event about a submitted file: it only says which key to look at. */
export interface FileEvent {
  /** Decoded key, the prefix included. */
  readonly key: string;
  /** Orders the events of one key; absent when the event carries none. */
  readonly sequencer?: string;
  readonly submittedBy: string;
}

interface S3Record {
  readonly s3?: { readonly object?: { readonly key?: unknown; readonly sequencer?: unknown } };
  readonly userIdentity?: { readonly principalId?: unknown };
}

/**
 * Reads a notification as S3 puts it into the queue. AWS: one `s3:TestEvent` is sent when the notification is set up;
 * it names no key. Throws when the message is no S3 notification: it ends in the dead-letter queue.
 */
export function readFileEvents(message: string): FileEvent[] {
  const body = JSON.parse(message) as { readonly Event?: unknown; readonly Records?: unknown };
  if (body?.Event === 's3:TestEvent') return [];
  if (!Array.isArray(body?.Records)) throw new Error('The message is not a notification of S3.');
  return body.Records.map((record: S3Record) => {
    const { key, sequencer } = record.s3?.object ?? {};
    if (typeof key !== 'string') throw new Error('The notification of S3 names no key.');
    return {
      key: decodeKey(key),
      ...(typeof sequencer === 'string' && sequencer !== '' ? { sequencer } : {}),
      submittedBy: String(record.userIdentity?.principalId ?? 'unknown'),
    };
  });
}

/** AWS: keys in notifications are URL-encoded as in a form, a space as `+`. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

/**
 * Whether an event of a key is older than another one of the same key. AWS: sequencers are hexadecimal and are compared
 * as text after the shorter one was padded with zeros at its right.
 */
export function isOlder(sequencer: string | undefined, other: string | undefined): boolean {
  if (sequencer === undefined || other === undefined) return false;
  const length = Math.max(sequencer.length, other.length);
  return sequencer.toUpperCase().padEnd(length, '0') < other.toUpperCase().padEnd(length, '0');
}
