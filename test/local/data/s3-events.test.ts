import type { KeyUse } from '../../../local/cloud/key-use';
import { encodeKey } from '../../../local/cloud/s3/event-notification';
import type { Principal } from '../../../local/cloud/service';
import { ACCOUNT, call, principal, REGION, resource } from './fixture';
import { BUCKET, BUCKET_ARN, QUEUE_ARN, type S3World, s3World } from './s3-server';

const notify = (Event: string, prefix: string, suffix = '') => ({
  Event,
  Queue: QUEUE_ARN,
  Filter: {
    S3Key: {
      Rules: [
        { Name: 'prefix', Value: prefix },
        { Name: 'suffix', Value: suffix },
      ],
    },
  },
});

const notifications = {
  NotificationConfiguration: {
    QueueConfigurations: [notify('s3:ObjectCreated:*', 'links_data/'), notify('s3:ObjectRemoved:*', 'links_data/')],
  },
};

const put = (Key: string, Body = '') => call('PutObject', { Bucket: BUCKET, Key, Body: Buffer.from(Body) });
const remove = (Key: string) => call('DeleteObject', { Bucket: BUCKET, Key });

async function received({ sqs }: S3World) {
  const messages = await sqs.receive(QUEUE_ARN, { max: 10, waitSeconds: 0, principal });
  return messages.map((message) => JSON.parse(message.body));
}

describe('event notifications', () => {
  test('begin with a test event', async () => {
    expect(await received(s3World(notifications))).toMatchObject([{ Event: 's3:TestEvent', Bucket: BUCKET }]);
  });

  test('tell of uploads and deletions below the prefix, in the real shape', async () => {
    const world = s3World(notifications);
    await received(world);
    await world.s3.handle(put('elsewhere/x'));
    await world.s3.handle(put('links_data/a b%c', 'hello'));
    await world.s3.handle(remove('links_data/a b%c'));
    const [created, deleted] = (await received(world)).map((message) => message.Records[0]);
    expect(created).toEqual({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: REGION,
      eventTime: '2026-01-01T00:00:00.000Z',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: `AWS:${ACCOUNT}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'notification-0',
        bucket: { name: BUCKET, ownerIdentity: { principalId: ACCOUNT }, arn: BUCKET_ARN },
        object: {
          key: 'links_data/a+b%25c',
          size: 5,
          eTag: '5d41402abc4b2a76b9719d911017c592',
          versionId: expect.any(String),
          sequencer: expect.any(String),
        },
      },
    });
    expect(deleted).toMatchObject({
      eventName: 'ObjectRemoved:DeleteMarkerCreated',
      s3: { object: { key: 'links_data/a+b%25c', versionId: expect.any(String) } },
    });
    expect(deleted.s3.object.size).toBeUndefined();
    expect(deleted.s3.object.sequencer > created.s3.object.sequencer).toBe(true);
  });

  test('name the role session of the caller', async () => {
    const world = s3World(notifications);
    await received(world);
    const session: Principal = {
      kind: 'role',
      accountId: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/uploader/alice`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/uploader`,
      sessionName: 'alice',
    };
    await world.s3.handle({ ...put('links_data/x'), principal: session });
    const [message] = await received(world);
    expect(message.Records[0].userIdentity.principalId).toMatch(/^AWS:AROA[0-9A-F]{16}:alice$/);
  });

  test('are sent as the S3 service for the bucket, and a queue that refuses them refuses the bucket', () => {
    const { authorizer } = s3World(notifications);
    expect(authorizer.asked).toMatchObject([
      {
        principal: { kind: 'service', arn: 's3.amazonaws.com' },
        action: 'sqs:SendMessage',
        context: { 'aws:sourcearn': BUCKET_ARN, 'aws:sourceaccount': ACCOUNT },
      },
    ]);
    expect(() => s3World(notifications, { denied: ['sqs:SendMessage'] })).toThrow(
      'Unable to validate the following destination configurations',
    );
  });

  test('that overlap are refused', () => {
    const QueueConfigurations = [notify('s3:ObjectCreated:*', 'a/'), notify('s3:ObjectCreated:Put', 'a/b/')];
    expect(() => s3World({ NotificationConfiguration: { QueueConfigurations } })).toThrow('Configurations overlap');
  });

  test('encode keys as forms do', () => {
    expect(encodeKey("a/b c+d%e^f(g)!'*~ü@=,")).toBe('a/b+c%2Bd%25e%5Ef%28g%29%21%27*%7E%C3%BC%40%3D%2C');
  });
});

describe('rights', () => {
  test('a missing key is 404 only for who may list the bucket', async () => {
    const head = call('HeadObject', { Bucket: BUCKET, Key: 'none' });
    await expect(s3World().s3.handle(head)).rejects.toMatchObject({ code: 'NoSuchKey', statusCode: 404 });
    const { s3 } = s3World({}, { denied: ['s3:ListBucket'] });
    await expect(s3.handle(head)).rejects.toMatchObject({ statusCode: 403 });
  });

  test('the key of the bucket is charged to who puts and who gets', async () => {
    const used: unknown[] = [];
    const kms: KeyUse = { use: (key, action, _user, via, context) => void used.push([key, action, via, context]) };
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key-arn' };
    const { s3 } = s3World(
      {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: byDefault }],
        },
      },
      { kms },
    );
    const stored = await s3.handle(put('x', 'hello'));
    expect(stored).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-arn', BucketKeyEnabled: true });
    expect(stored).not.toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"' });
    await s3.handle(call('HeadObject', { Bucket: BUCKET, Key: 'x' }));
    await s3.handle(call('GetObject', { Bucket: BUCKET, Key: 'x' }));
    const context = { 'kms:encryptioncontext:aws:s3:arn': BUCKET_ARN };
    expect(used).toEqual([
      ['key-arn', 'kms:GenerateDataKey', 's3.eu-west-1.amazonaws.com', context],
      ['key-arn', 'kms:Decrypt', 's3.eu-west-1.amazonaws.com', context],
    ]);
  });

  test.each([
    ['PutObject', { Key: 'a b' }, [['s3:PutObject', `${BUCKET_ARN}/a b`]]],
    ['HeadObject', { Key: 'x' }, [['s3:GetObject', `${BUCKET_ARN}/x`]]],
    ['GetObject', { Key: 'x', VersionId: '1' }, [['s3:GetObjectVersion', `${BUCKET_ARN}/x`]]],
    ['ListObjectsV2', { Prefix: 'p/' }, [['s3:ListBucket', BUCKET_ARN]]],
    ['ListObjectVersions', {}, [['s3:ListBucketVersions', BUCKET_ARN]]],
    ['ListBuckets', {}, [['s3:ListAllMyBuckets', '*']]],
    [
      'CopyObject',
      { Key: 'to', CopySource: 'other/from%20x' },
      [
        ['s3:GetObject', 'arn:aws:s3:::other/from x'],
        ['s3:PutObject', `${BUCKET_ARN}/to`],
      ],
    ],
    ['DeleteObjects', { Delete: { Objects: [{ Key: 'x' }] } }, [['s3:DeleteObject', `${BUCKET_ARN}/x`]]],
  ])('%s %j needs %j', (operation, input, expected) => {
    const needs = s3World().s3.access(call(operation, { Bucket: BUCKET, ...input }));
    expect(needs.map(({ action, resources }) => [action, ...resources])).toEqual(expected);
  });

  test('the bucket policy is given for the bucket and its objects', () => {
    const { s3 } = s3World();
    const policy = { Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: BUCKET_ARN }] };
    s3.createBucketPolicy(resource('Policy', { Bucket: BUCKET, PolicyDocument: policy }));
    expect(s3.resourcePoliciesOf(BUCKET_ARN)).toEqual([policy]);
    expect(s3.resourcePoliciesOf(`${BUCKET_ARN}/x/y`)).toEqual([policy]);
    expect(s3.resourcePoliciesOf('arn:aws:s3:::other/x')).toEqual([]);
  });
});

describe('buckets', () => {
  test.each([
    [{ BucketName: 'Upper' }, 'is not a valid bucket name'],
    [
      { WebsiteConfiguration: {} },
      'WebsiteConfiguration is not implemented by the local cloud: AWS::S3::Bucket property WebsiteConfiguration',
    ],
    [
      { NotificationConfiguration: { LambdaConfigurations: [] } },
      'NotificationConfiguration.LambdaConfigurations is not implemented',
    ],
  ])('%j is refused', (properties, message) => {
    expect(() => s3World(properties)).toThrow(message);
  });

  test('get a name of their own in lower case', () => {
    const { ref } = s3World().s3.createBucket(resource('Logs', {}));
    expect(ref).toMatch(/^local-app-controller-logs-[0-9a-f]{8}$/);
  });
});
