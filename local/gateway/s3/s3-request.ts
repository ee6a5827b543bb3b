import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { notImplemented, ServiceFault } from '../../cloud/service';
import type { Decoded, HttpRequest } from '../protocol';
import { decodeAwsChunked, incompleteBody } from './aws-chunked';

/** A request taken apart. */
interface Parts {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Header → member of the SDK's input, for objects. */
const OBJECT_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-language': 'ContentLanguage',
  'content-md5': 'ContentMD5',
  'content-type': 'ContentType',
  expires: 'Expires',
  'if-match': 'IfMatch',
  'if-modified-since': 'IfModifiedSince',
  'if-none-match': 'IfNoneMatch',
  'if-unmodified-since': 'IfUnmodifiedSince',
  range: 'Range',
  'x-amz-acl': 'ACL',
  'x-amz-bypass-governance-retention': 'BypassGovernanceRetention',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-copy-source': 'CopySource',
  'x-amz-copy-source-if-match': 'CopySourceIfMatch',
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-metadata-directive': 'MetadataDirective',
  'x-amz-object-lock-legal-hold': 'ObjectLockLegalHoldStatus',
  'x-amz-object-lock-mode': 'ObjectLockMode',
  'x-amz-object-lock-retain-until-date': 'ObjectLockRetainUntilDate',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-server-side-encryption-customer-algorithm': 'SSECustomerAlgorithm',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-tagging': 'Tagging',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
};

/** Checksum headers; they may come as trailers. */
export const CHECKSUM_HEADERS: Readonly<Record<string, string>> = {
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-crc32c': 'ChecksumCRC32C',
  'x-amz-checksum-crc64nvme': 'ChecksumCRC64NVME',
  'x-amz-checksum-sha1': 'ChecksumSHA1',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
};

/** Query parameters that do not choose an operation. */
const LIST_PARAMETERS: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'encoding-type': 'EncodingType',
  marker: 'Marker',
  'key-marker': 'KeyMarker',
  'continuation-token': 'ContinuationToken',
  'start-after': 'StartAfter',
  'fetch-owner': 'FetchOwner',
};

const BUCKET_QUERIES: Readonly<Record<string, string>> = {
  location: 'GetBucketLocation',
  versioning: 'GetBucketVersioning',
  policy: 'GetBucketPolicy',
  versions: 'ListObjectVersions',
};

/** `x-id` only names the operation; the others are parts of presigned URLs. */
const IGNORED_QUERY = /^(x-id|list-type|versionId|partNumber|X-Amz-.*|response-.*)$/;

/** Reads a path style request. Throws a `ServiceFault` for an operation that the local cloud does not have. */
export function decodeS3Request(request: HttpRequest): Decoded {
  const parts = takeApart(request);
  if (parts.bucket === '') {
    if (parts.method === 'GET') return { operation: 'ListBuckets', input: {} };
    throw notImplemented('s3', `${parts.method} /`);
  }
  return parts.key === '' ? decodeBucketRequest(parts) : decodeObjectRequest(parts);
}

function takeApart({ method, path, query, headers, body }: HttpRequest): Parts {
  const [, bucket = '', ...key] = path.split('/');
  return {
    method,
    bucket: decodeURIComponent(bucket),
    key: key.map(decodeURIComponent).join('/'),
    query: new URLSearchParams(query),
    headers,
    body,
  };
}

function decodeBucketRequest(parts: Parts): Decoded {
  const { method, bucket, query, headers, body } = parts;
  const owner = headers['x-amz-expected-bucket-owner'];
  const input = { Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) };
  if (method === 'HEAD') return { operation: 'HeadBucket', input };
  if (method === 'POST' && query.has('delete')) {
    return { operation: 'DeleteObjects', input: { ...input, Delete: readDelete(body.toString('utf8')) } };
  }
  const others = subresources(query).filter((name) => LIST_PARAMETERS[name] === undefined);
  const [subresource] = others;
  const operation =
    subresource === undefined
      ? query.get('list-type') === '2'
        ? 'ListObjectsV2'
        : 'ListObjects'
      : BUCKET_QUERIES[subresource];
  if (method !== 'GET' || operation === undefined || others.length > 1) throw unknownOperation(parts, others);
  return { operation, input: { ...input, ...listInput(query) } };
}

function listInput(query: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [parameter, member] of Object.entries(LIST_PARAMETERS)) {
    const value = query.get(parameter);
    if (value !== null) input[member] = member === 'MaxKeys' ? Number(value) : value;
  }
  return input;
}

const OBJECT_METHODS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

function decodeObjectRequest(parts: Parts): Decoded {
  const { method, bucket, key, query, headers } = parts;
  const others = subresources(query);
  const operation = headers['x-amz-copy-source'] === undefined ? OBJECT_METHODS[method] : 'CopyObject';
  if (operation === undefined || others.length > 0) throw unknownOperation(parts, others);
  const input: Record<string, unknown> = { Bucket: bucket, Key: key, ...objectHeaders(headers) };
  const versionId = query.get('versionId');
  if (versionId !== null) input.VersionId = versionId;
  if (query.has('partNumber')) input.PartNumber = Number(query.get('partNumber'));
  return { operation, input: method === 'PUT' ? { ...input, ...readPayload(parts) } : input };
}

function objectHeaders(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const member = OBJECT_HEADERS[name];
    if (member !== undefined) input[member] = value;
    else if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = value;
  }
  return { ...input, Metadata: metadata };
}

/** The bytes, their encoding and checksums, once the transport's own encoding is undone. */
function readPayload({ headers, body }: Parts): Record<string, unknown> {
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const isStreaming = headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true;
  const isChunked = isStreaming || encodings.includes('aws-chunked');
  const decoded = isChunked ? decodeAwsChunked(body) : { body, trailers: {} };
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== decoded.body.length) throw incompleteBody();
  const checksums: Record<string, string> = {};
  for (const [header, member] of Object.entries(CHECKSUM_HEADERS)) {
    const value = (decoded.trailers as Record<string, string>)[header] ?? headers[header];
    if (value === undefined) continue;
    checkChecksum(header, value, decoded.body);
    checksums[member] = value;
  }
  const contentEncoding = encodings.filter((encoding) => encoding !== 'aws-chunked' && encoding !== '').join(',');
  return { Body: decoded.body, ...checksums, ...(contentEncoding !== '' && { ContentEncoding: contentEncoding }) };
}

/** CRC32C and CRC64 are not in Node's library: they are taken as sent. */
function checkChecksum(header: string, expected: string, body: Buffer): void {
  const actual = checksumOf(header, body);
  if (actual === undefined || actual === expected) return;
  const algorithm = header.replace('x-amz-checksum-', '').toUpperCase();
  throw new ServiceFault('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

function checksumOf(header: string, body: Buffer): string | undefined {
  if (header === 'x-amz-checksum-sha1') return createHash('sha1').update(body).digest('base64');
  if (header === 'x-amz-checksum-sha256') return createHash('sha256').update(body).digest('base64');
  if (header !== 'x-amz-checksum-crc32') return undefined;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

function subresources(query: URLSearchParams): readonly string[] {
  return [...query.keys()].filter((name) => !IGNORED_QUERY.test(name));
}

function unknownOperation({ method, key }: Parts, names: readonly string[]): ServiceFault {
  const target = key === '' ? 'bucket' : 'object';
  return notImplemented('s3', `${method} ${target}${names.length > 0 ? `?${names.join('&')}` : ''}`);
}

/** The keys of a `Delete` document. */
function readDelete(xml: string): Record<string, unknown> {
  const objects = [...xml.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, content = '']) => {
    const versionId = elementText(content, 'VersionId');
    return { Key: elementText(content, 'Key') ?? '', ...(versionId !== undefined && { VersionId: versionId }) };
  });
  return { Objects: objects, Quiet: elementText(xml, 'Quiet') === 'true' };
}

function elementText(xml: string, name: string): string | undefined {
  const content = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1];
  return content === undefined ? undefined : unescapeXml(content);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return decimal === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(decimal));
  });
}
