import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { decodeAwsChunked } from '../../../local/gateway/s3/aws-chunked';
import { BUCKET, S3Server, s3World } from './s3-server';

const Bucket = BUCKET;
let server: S3Server;

async function start(properties: Record<string, unknown> = {}) {
  server = await S3Server.start(s3World(properties).s3);
  const { client } = server;
  return {
    client,
    put: (
      Key: string,
      Body: PutObjectCommandInput['Body'] = new Uint8Array(),
      more: Partial<PutObjectCommandInput> = {},
    ) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    text: async (Key: string, VersionId?: string) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
      return Body?.transformToString();
    },
  };
}

afterEach(() => server.stop());

describe('objects over HTTP', () => {
  test('come back with bytes, metadata, type and checksum', async () => {
    const { client, put } = await start();
    const bytes = new Uint8Array([0, 255, 13, 10, 1]);
    const more = { ContentType: 'application/json', Metadata: { Team: 'cloud' }, CacheControl: 'no-cache' };
    const stored = await put('plans/1.json', bytes, more);
    expect(stored).toMatchObject({ VersionId: expect.any(String), ServerSideEncryption: 'AES256' });
    const found = await client.send(new GetObjectCommand({ Bucket, Key: 'plans/1.json', ChecksumMode: 'ENABLED' }));
    expect(await found.Body?.transformToByteArray()).toEqual(bytes);
    expect(found).toMatchObject({
      ContentType: 'application/json',
      Metadata: { team: 'cloud' },
      CacheControl: 'no-cache',
      ContentLength: 5,
      ETag: stored.ETag,
      VersionId: stored.VersionId,
      ChecksumCRC32: stored.ChecksumCRC32,
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'plans/1.json' }));
    expect(head).toMatchObject({ ContentLength: 5, VersionId: stored.VersionId, LastModified: new Date('2026-01-01') });
  });

  test('may have any name', async () => {
    const { client, put, text } = await start();
    const keys = [
      'links_data/account%123456789012%Billing-ps%team Accountants%GROUP%ssofile',
      'links_data/account_tag%team^Finance & "Co" <x>%a+b=c,d.@-%ü%USER%ssofile',
      "a//b/..c/~!*'()/?#&=;:",
      'emoji 😀',
    ];
    for (const key of keys) await put(key, key);
    for (const key of keys) expect(await text(key)).toBe(key);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((content) => content.Key).sort()).toEqual([...keys].sort());
    const encoded = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url', Prefix: 'emoji' }));
    expect(encoded.Contents?.[0]?.Key).toBe('emoji+%F0%9F%98%80');
  });

  test('are empty when nothing is sent', async () => {
    const { put, text } = await start();
    expect(await put('empty')).toMatchObject({ ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
    expect(await text('empty')).toBe('');
  });

  test('arrive from streams, in chunks with a trailer', async () => {
    const { Readable } = await import('node:stream');
    const { put, text } = await start();
    const body = 'x'.repeat(200_000);
    await put('stream', Readable.from([body.slice(0, 70_000), body.slice(70_000)]), { ContentLength: body.length });
    expect(await text('stream')).toBe(body);
  });

  test('that are missing are 404, with names that the SDK knows', async () => {
    const { client } = await start();
    const missing = { Bucket, Key: 'none' };
    await expect(client.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'none' });
    await expect(client.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ name: 'NotFound' });
    const other = client.send(new GetObjectCommand({ Bucket: 'other', Key: 'x' }));
    await expect(other).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('are read in parts and under conditions', async () => {
    const { client, put } = await start();
    const { ETag } = await put('x', 'hello');
    const get = (more: object) => client.send(new GetObjectCommand({ Bucket, Key: 'x', ...more }));
    const part = await get({ Range: 'bytes=1-3' });
    expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['ell', 'bytes 1-3/5']);
    expect(await (await get({ Range: 'bytes=-2' })).Body?.transformToString()).toBe('lo');
    await expect(get({ Range: 'bytes=9-' })).rejects.toMatchObject({ name: 'InvalidRange' });
    await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('x', 'again', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('x', 'again', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await put('x', 'again', { IfMatch: ETag ?? '' });
    await put('new', 'first', { IfNoneMatch: '*' });
  });

  test('are copied, with their metadata or new ones', async () => {
    const { client, put, text } = await start();
    await put('from here', 'content', { Metadata: { a: '1' } });
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: encodeURI(`${Bucket}/from here`) }));
    expect(await text('to')).toBe('content');
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).Metadata).toEqual({ a: '1' });
    const itself = client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/to` }));
    await expect(itself).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test('that come with a wrong checksum are refused', async () => {
    const { put } = await start();
    await expect(put('x', 'hello', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
  });
});

describe('versions over HTTP', () => {
  test('stay until they are deleted themselves', async () => {
    const { client, put, text } = await start();
    const first = await put('x', 'one');
    await put('x', 'two');
    const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(text('x')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await text('x', first.VersionId)).toBe('one');
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map(({ Key, IsLatest, Size }) => ({ Key, IsLatest, Size }))).toEqual([
      { Key: 'x', IsLatest: false, Size: 3 },
      { Key: 'x', IsLatest: false, Size: 3 },
    ]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'x', IsLatest: true, VersionId: deleted.VersionId }]);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'x', VersionId: deleted.VersionId }));
    expect(await text('x')).toBe('two');
  });

  test('do not exist without versioning', async () => {
    const { client, put, text } = await start({ VersioningConfiguration: undefined });
    expect((await put('x', 'one')).VersionId).toBeUndefined();
    await put('x', 'two');
    expect(await text('x')).toBe('two');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
    expect((await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions).toBeUndefined();
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });
});

describe('lists over HTTP', () => {
  test('page through any keys in UTF-8 order, with and without a delimiter', async () => {
    const { client, put } = await start();
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '😀', '\uffee'), minLength: 1, maxLength: 5 });
    const keys = fc.sample(fc.uniqueArray(piece, { minLength: 30, maxLength: 40 }), { seed: 7, numRuns: 1 })[0] ?? [];
    for (const key of keys) await put(key);
    const inOrder = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const listed: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 7 }, { Bucket })) {
      listed.push(...(page.Contents ?? []).map((content) => content.Key));
    }
    expect(listed).toEqual(inOrder);
    const grouped: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 3 }, { Bucket, Delimiter: '/' })) {
      grouped.push(...(page.Contents ?? []).map((content) => content.Key));
      grouped.push(...(page.CommonPrefixes ?? []).map((prefix) => prefix.Prefix));
    }
    const expected = new Set(keys.map((key) => (key.includes('/') ? key.slice(0, key.indexOf('/') + 1) : key)));
    expect(new Set(grouped)).toEqual(expected);
    expect(grouped).toHaveLength(expected.size);
  });

  test('of the first version of the operation go on after a marker', async () => {
    const { client, put } = await start();
    for (const key of ['p/a', 'p/b', 'q/c']) await put(key);
    const list = await client.send(new ListObjectsCommand({ Bucket, Prefix: 'p/', Marker: 'p/a' }));
    expect(list.Contents?.map((content) => content.Key)).toEqual(['p/b']);
  });

  test('of buckets, and where a bucket is', async () => {
    const { client } = await start();
    expect((await client.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
    expect(await client.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({
      LocationConstraint: 'eu-west-1',
    });
  });

  test('of keys are deleted at once', async () => {
    const { client, put } = await start({ VersioningConfiguration: undefined });
    await put('a&b');
    await put('c');
    const Objects = [{ Key: 'a&b' }, { Key: 'missing' }];
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map((object) => object.Key)).toEqual(['a&b', 'missing']);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  });
});

test('what is not implemented is refused by name', async () => {
  const { GetObjectTaggingCommand, GetBucketAclCommand } = await import('@aws-sdk/client-s3');
  const { client, put } = await start();
  await expect(client.send(new GetObjectTaggingCommand({ Bucket, Key: 'x' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'The local cloud does not implement s3:GET object?tagging.',
  });
  await expect(client.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(put('x', 'y', { Tagging: 'a=b' })).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('a cut aws-chunked body is refused', async () => {
  await start();
  expect(decodeAwsChunked(Buffer.from('3;chunk-signature=x\r\nabc\r\n0\r\nx-a: b\r\n\r\n'))).toEqual({
    body: Buffer.from('abc'),
    trailers: { 'x-a': 'b' },
  });
  expect(() => decodeAwsChunked(Buffer.from('5\r\nabc'))).toThrow('Content-Length');
});
