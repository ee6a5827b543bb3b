import type { Bucket, KeyEntry } from './bucket';
import type { ObjectVersion } from './object-version';
import { invalidArgument } from './s3-fault';

type Input = Readonly<Record<string, unknown>>;

/** AWS: a page has at most 1,000 keys. */
const MAX_KEYS = 1000;

interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Only what comes after this key (or common prefix). */
  readonly after?: string;
}

interface Page<T> {
  readonly found: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix of a page that others follow. */
  readonly last?: string;
}

/** ListObjectsV2. */
export function listObjectsV2(bucket: Bucket, input: Input): Record<string, unknown> {
  const token = text(input.ContinuationToken);
  const after = token === undefined ? text(input.StartAfter) : readToken(token);
  const request = readListRequest(input, after);
  const page = listKeys(bucket, request, currentOf);
  return {
    ...common(bucket, input, request, page),
    KeyCount: page.found.length + page.commonPrefixes.length,
    ...(token !== undefined && { ContinuationToken: token }),
    ...(text(input.StartAfter) !== undefined && { StartAfter: input.StartAfter }),
    ...(page.last !== undefined && { NextContinuationToken: Buffer.from(page.last).toString('base64') }),
  };
}

/** ListObjects, the first version of it. */
export function listObjects(bucket: Bucket, input: Input): Record<string, unknown> {
  const request = readListRequest(input, text(input.Marker));
  const page = listKeys(bucket, request, currentOf);
  return {
    ...common(bucket, input, request, page),
    Marker: text(input.Marker) ?? '',
    // AWS: only with a delimiter; without one the last key serves.
    ...(page.last !== undefined && request.delimiter !== '' && { NextMarker: page.last }),
  };
}

interface VersionEntry {
  readonly key: string;
  readonly version: ObjectVersion;
  readonly isLatest: boolean;
}

/** ListObjectVersions. All versions of a key come on one page, so that a page may be somewhat longer than asked. */
export function listObjectVersions(bucket: Bucket, input: Input): Record<string, unknown> {
  const request = readListRequest(input, text(input.KeyMarker));
  const page = listKeys<VersionEntry>(bucket, request, ({ key, versions }) =>
    versions.map((version, index) => ({ key, version, isLatest: index === 0 })),
  );
  const { Contents: _none, ...shared } = common(bucket, input, request, { ...page, found: [] });
  return {
    ...shared,
    KeyMarker: text(input.KeyMarker) ?? '',
    Versions: page.found.flatMap(({ key, version, isLatest }) =>
      version.isDeleteMarker ? [] : [{ ...contentOf(key, version), VersionId: version.versionId, IsLatest: isLatest }],
    ),
    DeleteMarkers: page.found.flatMap(({ key, version, isLatest }) =>
      version.isDeleteMarker
        ? [{ Key: key, VersionId: version.versionId, IsLatest: isLatest, LastModified: new Date(version.lastModified) }]
        : [],
    ),
    ...(page.last !== undefined && { NextKeyMarker: page.last }),
  };
}

interface Content {
  readonly Key: string;
  readonly Size: number;
}

function currentOf({ key, versions }: KeyEntry): readonly Content[] {
  const [newest] = versions;
  return newest && !newest.isDeleteMarker ? [contentOf(key, newest)] : [];
}

function contentOf(key: string, version: Extract<ObjectVersion, { isDeleteMarker: false }>): Content {
  const content = {
    Key: key,
    LastModified: new Date(version.lastModified),
    ETag: version.etag,
    Size: version.body.length,
    StorageClass: 'STANDARD',
  };
  return content;
}

function common<T>(bucket: Bucket, input: Input, request: ListRequest, page: Page<T>): Record<string, unknown> {
  return {
    Name: bucket.definition.name,
    Prefix: request.prefix,
    MaxKeys: request.maxKeys,
    IsTruncated: page.last !== undefined,
    Contents: page.found,
    CommonPrefixes: page.commonPrefixes.map((Prefix) => ({ Prefix })),
    ...(request.delimiter !== '' && { Delimiter: request.delimiter }),
    ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType }),
  };
}

function listKeys<T>(bucket: Bucket, request: ListRequest, read: (entry: KeyEntry) => readonly T[]): Page<T> {
  const found: T[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  if (request.maxKeys === 0) return { found, commonPrefixes };
  for (const { entry, group } of candidates(bucket, request)) {
    const values = group !== undefined && group === commonPrefixes.at(-1) ? [] : read(entry);
    if (values.length === 0) continue;
    if (found.length + commonPrefixes.length >= request.maxKeys) {
      return { found, commonPrefixes, ...(last !== undefined && { last }) };
    }
    if (group === undefined) found.push(...values);
    else commonPrefixes.push(group);
    last = group ?? entry.key;
  }
  return { found, commonPrefixes };
}

/** The keys with the prefix after the place where the page begins, each with the group that the delimiter makes. */
function* candidates(
  bucket: Bucket,
  { prefix, delimiter, after }: ListRequest,
): Generator<{ readonly entry: KeyEntry; readonly group: string | undefined }> {
  for (const entry of bucket.from(after !== undefined && isAfter(after, prefix) ? after : prefix)) {
    if (!entry.key.startsWith(prefix)) return;
    const group = commonPrefixOf(entry.key, prefix, delimiter);
    if (after === undefined || isAfter(group ?? entry.key, after)) yield { entry, group };
  }
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function isAfter(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) > 0;
}

function readListRequest(input: Input, after: string | undefined): ListRequest {
  const maxKeys = input.MaxKeys === undefined ? MAX_KEYS : Number(input.MaxKeys);
  if (!Number.isInteger(maxKeys) || maxKeys < 0)
    throw invalidArgument('Provided max-keys not an integer or within integer range');
  return {
    prefix: text(input.Prefix) ?? '',
    delimiter: text(input.Delimiter) ?? '',
    maxKeys: Math.min(MAX_KEYS, maxKeys),
    ...(after !== undefined && { after }),
  };
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64');
  if (key.toString('base64') === token) return key.toString();
  throw invalidArgument('The continuation token provided is incorrect');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
