import { createHash } from 'node:crypto';
import { ServiceFault } from '../service';

/** A message attribute as on the wire; binaries are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;

/** AWS: attributes in the order of their names; of each name, type and value its length (4 bytes) and its bytes. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (!attribute) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    const isBinary = attribute.BinaryValue !== undefined;
    hash.update(Buffer.from([isBinary ? BINARY_TRANSPORT : STRING_TRANSPORT]));
    add(isBinary ? Buffer.from(attribute.BinaryValue ?? '', 'base64') : Buffer.from(attribute.StringValue ?? ''));
  }
  return hash.digest('hex');
}

/** Bytes that count against the limit: body, and names, types and values of the attributes. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue ?? '');
    bytes += Buffer.from(BinaryValue ?? '', 'base64').length;
  }
  return bytes;
}

/** AWS: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Throws unless body and attributes are what SQS takes. */
export function checkMessage(body: unknown, attributes: MessageAttributes, maxBytes: number): asserts body is string {
  if (typeof body !== 'string') {
    throw new ServiceFault('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (body === '') throw invalidParameter('Message body must not be empty.');
  if (FORBIDDEN.test(body)) {
    throw new ServiceFault('InvalidMessageContents', 'Invalid characters found.');
  }
  if (messageBytes(body, attributes) > maxBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
}

/** Checks message attributes as received. */
export function readMessageAttributes(raw: unknown): MessageAttributes {
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== 'object' || Array.isArray(raw)) throw invalidParameter('MessageAttributes must be a map.');
  const entries: readonly (readonly [string, unknown])[] = Object.entries(raw);
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, raw: unknown): MessageAttribute {
  const { DataType, StringValue, BinaryValue } = (raw ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\..+)?$/.test(DataType)) {
    throw invalidParameter(`The message attribute '${name}' must contain a valid data type: String, Number, Binary.`);
  }
  const isBinary = DataType.startsWith('Binary');
  const value = isBinary ? BinaryValue : StringValue;
  if (typeof value !== 'string' || value === '') {
    throw invalidParameter(`The message attribute '${name}' must contain a non-empty message attribute value.`);
  }
  return { DataType, ...(isBinary ? { BinaryValue: value } : { StringValue: value }) };
}

export function invalidParameter(message: string): ServiceFault {
  return new ServiceFault('InvalidParameterValue', message);
}
