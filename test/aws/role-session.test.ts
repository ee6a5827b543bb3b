import type { STSClient } from '@aws-sdk/client-sts';
import { roleSession } from '../../lambda/aws/role-session';

const ROLE = 'arn:aws:iam::222222222222:role/local-identity-center-reader-eu-west-1';
const MINUTE_MS = 60_000;

/** STS that numbers its answers, and fails while `failing`. */
class NumberedSts {
  readonly asked: Record<string, unknown>[] = [];
  failing = false;

  readonly client = {
    send: async ({ input }: { input: { DurationSeconds: number } }) => {
      this.asked.push(input);
      const number = this.asked.length;
      await Promise.resolve();
      if (this.failing) throw Object.assign(new Error('not now'), { name: 'ServiceUnavailable' });
      const Expiration = new Date(Date.now() + input.DurationSeconds * 1_000);
      return { Credentials: { AccessKeyId: `key-${number}`, SecretAccessKey: 's', SessionToken: 't', Expiration } };
    },
  } as unknown as STSClient;
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  jest.useRealTimers();
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
});

test('a session is taken once, in the name of the function, and kept', async () => {
  process.env.AWS_LAMBDA_FUNCTION_NAME = `local-${'x'.repeat(80)}`;
  const sts = new NumberedSts();
  const session = roleSession(ROLE, sts.client);
  expect(await session()).toMatchObject({ accessKeyId: 'key-1', secretAccessKey: 's', sessionToken: 't' });
  jest.advanceTimersByTime(10 * MINUTE_MS);
  expect(await session()).toMatchObject({ accessKeyId: 'key-1' });
  const RoleSessionName = `local-${'x'.repeat(58)}`;
  expect(sts.asked).toEqual([{ RoleArn: ROLE, RoleSessionName, DurationSeconds: 900 }]);
});

test('it is renewed before it runs out', async () => {
  const sts = new NumberedSts();
  const session = roleSession(ROLE, sts.client);
  await session();
  jest.advanceTimersByTime(12.9 * MINUTE_MS);
  expect(await session()).toMatchObject({ accessKeyId: 'key-1' });
  jest.advanceTimersByTime(0.2 * MINUTE_MS);
  const renewed = await session();
  expect(renewed).toMatchObject({ accessKeyId: 'key-2' });
  expect(renewed.expiration.getTime()).toBe(Date.now() + 15 * MINUTE_MS);
});

test('clients that ask at the same time share one session, at first and at every renewal', async () => {
  const sts = new NumberedSts();
  const session = roleSession(ROLE, sts.client);
  const keys = async () => (await Promise.all([session(), session(), session()])).map(({ accessKeyId }) => accessKeyId);
  expect(await keys()).toEqual(['key-1', 'key-1', 'key-1']);
  jest.advanceTimersByTime(14 * MINUTE_MS);
  expect(await keys()).toEqual(['key-2', 'key-2', 'key-2']);
});

test('a failure is not remembered', async () => {
  const sts = new NumberedSts();
  const session = roleSession(ROLE, sts.client);
  sts.failing = true;
  await expect(session()).rejects.toThrow('not now');
  sts.failing = false;
  expect(await session()).toMatchObject({ accessKeyId: 'key-2' });
});

test('a renewal that fails fails only those who asked then', async () => {
  const sts = new NumberedSts();
  const session = roleSession(ROLE, sts.client);
  await session();
  jest.advanceTimersByTime(14 * MINUTE_MS);
  sts.failing = true;
  await expect(session()).rejects.toThrow('not now');
  sts.failing = false;
  expect(await session()).toMatchObject({ accessKeyId: 'key-3' });
});

test('an answer without credentials is a failure that names the role', async () => {
  const empty = { send: async () => ({}) } as unknown as STSClient;
  await expect(roleSession(ROLE, empty)()).rejects.toThrow(ROLE);
});
