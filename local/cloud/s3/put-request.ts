import { createHash } from 'node:crypto';
import { notImplemented, ServiceFault } from '../service';
import type { ObjectDescription } from './object-version';
import { invalidArgument } from './s3-fault';

type Input = Readonly<Record<string, unknown>>;

const DESCRIPTION = ['CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage'] as const;

const REFUSED = [
  'ACL',
  'Expires',
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWriteACP',
  'ObjectLockLegalHoldStatus',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'SSECustomerAlgorithm',
  'SSEKMSEncryptionContext',
  'Tagging',
  'TaggingDirective',
  'WebsiteRedirectLocation',
  'WriteOffsetBytes',
];

/** AWS: a key has at most 1,024 bytes (UTF-8); user metadata at most 2 KB. */
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;

/** Refuses parameters that the local cloud does not implement. */
export function checkPutParameters(operation: string, input: Input): void {
  for (const parameter of REFUSED) {
    if (input[parameter] !== undefined) throw notImplemented('s3', `${operation} parameter ${parameter}`);
  }
  if (input.StorageClass !== undefined && input.StorageClass !== 'STANDARD') {
    throw notImplemented('s3', `${operation} parameter StorageClass ${String(input.StorageClass)}`);
  }
}

/** A key as received. Throws `KeyTooLongError`. */
export function readKey(input: Input): string {
  const key = input.Key;
  if (typeof key !== 'string' || key === '') throw invalidArgument('The specified key is empty.');
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return key;
  throw new ServiceFault('KeyTooLongError', 'Your key is too long', 400, { Size: size, MaxSizeAllowed: MAX_KEY_BYTES });
}

export function readBody(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array || ArrayBuffer.isView(body)) {
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  throw new Error('the body of an object must be bytes or text');
}

/** AWS: `Content-MD5` must fit the body. */
export function checkContentMd5(input: Input, body: Buffer): void {
  if (input.ContentMD5 === undefined) return;
  if (createHash('md5').update(body).digest('base64') === input.ContentMD5) return;
  throw new ServiceFault('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

/** What is stored beside the bytes. */
export function readDescription(input: Input): ObjectDescription {
  const metadata = (input.Metadata ?? {}) as Readonly<Record<string, string>>;
  const bytes = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_METADATA_BYTES) {
    throw new ServiceFault('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
      Size: bytes,
      MaxSizeAllowed: MAX_METADATA_BYTES,
    });
  }
  const description: Record<string, string> = {};
  for (const name of DESCRIPTION) {
    const value = input[name];
    if (typeof value === 'string' && value !== '') description[name] = value;
  }
  const checksums = Object.entries(input).filter(([name]) =>
    /^Checksum(CRC32|CRC32C|CRC64NVME|SHA1|SHA256)$/.test(name),
  );
  return {
    ContentType: typeof input.ContentType === 'string' ? input.ContentType : 'binary/octet-stream',
    ...description,
    Metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value])),
    checksums: Object.fromEntries(checksums.map(([name, value]) => [name, String(value)])),
  };
}
