import { S3Client } from '@aws-sdk/client-s3';
import { S3ReadableFiles, S3SubmittedFiles } from '../../lambda/aws/s3-submitted-files';

const MOST_BYTES = 12;

/** S3 that gives one answer to everything and keeps what it was asked. */
function answering(answer: object) {
  const sent: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    sent.push(input);
    return answer;
  };
  return { sent, client: { send } as unknown as S3Client };
}

/** S3 itself, as far as it shows on the wire. */
function onTheWire(status: number, body = '', headers: Readonly<Record<string, string>> = {}): S3Client {
  const length = String(Buffer.byteLength(body));
  return new S3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({
        response: {
          statusCode: status,
          headers: { 'content-length': length, ...headers },
          body: new Blob([body]).stream(),
        },
      }),
    },
  });
}

const errorBody = (code: string) => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;

describe('files that are looked at', () => {
  test.each([
    [
      { VersionId: 'v1', ContentLength: 0 },
      { exists: true, versionId: 'v1', contentBytes: 0 },
    ],
    [
      { VersionId: 'v2', ContentLength: 12 },
      { exists: true, versionId: 'v2', contentBytes: 12 },
    ],
    [{}, { exists: true, versionId: 'null', contentBytes: 0 }],
  ])('%j is a file', async (head, state) => {
    const { sent, client } = answering(head);
    expect(await new S3SubmittedFiles('bucket', client).look('links_data/a+b%ssofile')).toEqual(state);
    expect(sent).toEqual([{ Bucket: 'bucket', Key: 'links_data/a+b%ssofile' }]);
  });

  const looking = (status: number) => new S3SubmittedFiles('bucket', onTheWire(status)).look('links_data/key');

  test('404 is no file; a right that is missing or a busy service is not taken for that', async () => {
    expect(await looking(404)).toEqual({ exists: false });
    await expect(looking(403)).rejects.toMatchObject({ name: 'Denied' });
    await expect(looking(429)).rejects.toMatchObject({ name: 'Throttled' });
    await expect(looking(503)).rejects.toMatchObject({ name: 'Unavailable' });
  });
});

describe('files that are read', () => {
  const reading = (client: S3Client) =>
    new S3ReadableFiles('bucket', client).read('permission_sets/ä+b.json', MOST_BYTES);

  test('have the content and the version of one answer', async () => {
    const { sent, client } = answering({
      VersionId: 'v1',
      ContentLength: 2,
      Body: { transformToString: async (encoding: string) => `{} as ${encoding}` },
    });
    expect(await reading(client)).toEqual({ exists: true, versionId: 'v1', text: '{} as utf-8' });
    expect(sent).toEqual([{ Bucket: 'bucket', Key: 'permission_sets/ä+b.json' }]);
  });

  test('are text in UTF-8, counted in bytes', async () => {
    const text = 'データ分析'.slice(0, 4);
    expect(Buffer.byteLength(text)).toBe(MOST_BYTES);
    const file = await reading(onTheWire(200, text, { 'x-amz-version-id': 'v7' }));
    expect(file).toEqual({ exists: true, versionId: 'v7', text });
    const longer = await reading(onTheWire(200, `${text}.`, { 'x-amz-version-id': 'v8' }));
    expect(longer).toEqual({ exists: true, versionId: 'v8', contentBytes: MOST_BYTES + 1 });
  });

  test('that are too large are not read to their end, only told', async () => {
    let isClosed = false;
    const Body = {
      destroy: () => {
        isClosed = true;
      },
      transformToString: () => Promise.reject(new Error('This would fill the memory.')),
    };
    const { client } = answering({ VersionId: 'v1', ContentLength: 5_000_000_000, Body });
    expect(await reading(client)).toEqual({ exists: true, versionId: 'v1', contentBytes: 5_000_000_000 });
    expect(isClosed).toBe(true);
  });

  test('may be empty', async () => {
    expect(await reading(onTheWire(200, '', { 'x-amz-version-id': 'v1' }))).toEqual({
      exists: true,
      versionId: 'v1',
      text: '',
    });
    expect(await reading(answering({ VersionId: 'v2' }).client)).toEqual({ exists: true, versionId: 'v2', text: '' });
  });

  test('of a time without versions have the version null', async () => {
    expect(await reading(onTheWire(200, '{}'))).toEqual({ exists: true, versionId: 'null', text: '{}' });
    expect(await reading(onTheWire(200, '{}', { 'x-amz-version-id': 'null' }))).toMatchObject({ versionId: 'null' });
  });

  test('that are deleted or were never there do not exist', async () => {
    const deleted = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'v9' };
    expect(await reading(onTheWire(404, errorBody('NoSuchKey'), deleted))).toEqual({ exists: false });
    expect(await reading(onTheWire(404, errorBody('NoSuchKey')))).toEqual({ exists: false });
  });

  test('a right that is missing, another bucket or a busy service is not taken for a file that does not exist', async () => {
    const failing = (status: number, code: string) => reading(onTheWire(status, errorBody(code)));
    await expect(failing(403, 'AccessDenied')).rejects.toMatchObject({ name: 'Denied' });
    await expect(failing(503, 'SlowDown')).rejects.toMatchObject({ name: 'Throttled' });
    await expect(failing(500, 'InternalError')).rejects.toMatchObject({ name: 'Unavailable' });
    await expect(failing(404, 'NoSuchBucket')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
