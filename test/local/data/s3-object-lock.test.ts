import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { readBucketDefinition } from '../../../local/cloud/s3/bucket-definition';
import { call, resource } from './fixture';
import { BUCKET, S3Server, s3World } from './s3-server';

const Bucket = BUCKET;
const Key = 'audit/1.json';

const locked = (retention: Readonly<Record<string, unknown>>) => ({
  ObjectLockEnabled: true,
  ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: retention } },
});

describe.each(['GOVERNANCE', 'COMPLIANCE'] as const)('a bucket with Object Lock in the mode %s', (Mode) => {
  const { s3, clock } = s3World(locked({ Mode, Days: 2 }));
  const stored: string[] = [];
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start(s3);
    const { VersionId } = await server.client.send(new PutObjectCommand({ Bucket, Key, Body: 'first' }));
    stored.push(VersionId ?? '');
  });
  afterAll(() => server.stop());

  test('gives each version its default retention', async () => {
    const until = new Date(clock.now() + 2 * 24 * 3600 * 1000);
    const found = await server.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect([found.ObjectLockMode, found.ObjectLockRetainUntilDate]).toEqual([Mode, until]);
  });

  test('keeps a version, whatever is put over it or deleted before it', async () => {
    const { client } = server;
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'second' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    const first = await client.send(new GetObjectCommand({ Bucket, Key, VersionId: stored[0] }));
    expect(await first.Body?.transformToString()).toBe('first');
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect([Versions?.length, DeleteMarkers?.length]).toEqual([2, 1]);
  });

  test('refuses to delete a version for good before its time, and does it after', async () => {
    const { client } = server;
    const version = { Bucket, Key, VersionId: stored[0] };
    await expect(client.send(new DeleteObjectCommand(version))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Access Denied because object protected by object lock.',
    });
    const Objects = [{ Key, VersionId: stored[0] }, { Key: 'other' }];
    const { Errors, Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Errors).toMatchObject([{ Key, VersionId: stored[0], Code: 'AccessDenied' }]);
    expect(Deleted?.map((object) => object.Key)).toEqual(['other']);
    await clock.runUntil(clock.sleep(2 * 24 * 3600 * 1000));
    await client.send(new DeleteObjectCommand(version));
  });

  test('refuses by name what would go around the lock', async () => {
    const { client } = server;
    const around = new DeleteObjectCommand({ Bucket, Key, VersionId: 'x', BypassGovernanceRetention: true });
    await expect(client.send(around)).rejects.toMatchObject({ name: 'NotImplemented' });
    const ObjectLockRetainUntilDate = new Date(0);
    const shorter = new PutObjectCommand({ Bucket, Key, Body: 'x', ObjectLockMode: Mode, ObjectLockRetainUntilDate });
    await expect(client.send(shorter)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('takes nothing without a checksum', async () => {
    await expect(s3.handle(call('PutObject', { Bucket, Key, Body: 'x' }))).rejects.toMatchObject({
      code: 'InvalidRequest',
    });
  });
});

describe('the definition of a bucket', () => {
  const versioned = { VersioningConfiguration: { Status: 'Enabled' } };
  const read = (properties: Record<string, unknown>) =>
    readBucketDefinition(resource('Bucket', { BucketName: 'audit', ...versioned, ...properties }));

  test('counts years as days', () => {
    expect(read(locked({ Mode: 'COMPLIANCE', Years: 7 })).retention).toEqual({ mode: 'COMPLIANCE', days: 7 * 365 });
    expect(read({}).retention).toBeUndefined();
  });

  test.each([
    [{ ObjectLockEnabled: true }, 'ObjectLockEnabled without ObjectLockConfiguration'],
    [{ ...locked({ Mode: 'COMPLIANCE', Years: 1 }), VersioningConfiguration: {} }, 'needs VersioningConfiguration'],
    [locked({ Mode: 'COMPLIANCE' }), 'either Days or Years'],
    [locked({ Mode: 'SOME', Days: 1 }), 'needs a Mode'],
    [
      { ObjectLockEnabled: true, ObjectLockConfiguration: { Rule: { Other: {} } } },
      'ObjectLockConfiguration.Rule.Other is not implemented by the local cloud',
    ],
  ])('%j is refused', (properties, message) => {
    expect(() => read(properties)).toThrow(message);
  });
});
