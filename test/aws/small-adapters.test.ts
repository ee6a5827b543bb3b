import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import { paced } from '../../lambda/aws/paced';
import { SnsNotifier } from '../../lambda/aws/sns-notifier';
import { StepFunctionsBell } from '../../lambda/aws/step-functions-bell';

/** A client that keeps what it is sent and answers, or fails, as told. */
function client<Client>(answer: (input: never) => unknown = () => ({})) {
  const sent: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    sent.push(input);
    return answer(input as never);
  };
  return { sent, client: { send } as unknown as Client };
}

function failure(name: string, status: number): () => never {
  return () => {
    throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
  };
}

describe('paced', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** When each of the calls may go, in milliseconds after the first. */
  async function passes(pace: () => Promise<void>, count: number): Promise<number[]> {
    const start = Date.now();
    const at: number[] = [];
    for (let call = 0; call < count; call += 1) void pace().then(() => at.push(Date.now() - start));
    await jest.advanceTimersByTimeAsync(60_000);
    return at;
  }

  test('lets a burst go at once and then keeps the rate', async () => {
    expect(await passes(paced(2, 3), 7)).toEqual([0, 0, 0, 500, 1_000, 1_500, 2_000]);
  });

  test('allows no more than a burst after any pause', async () => {
    const pace = paced(2, 3);
    await passes(pace, 7);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(await passes(pace, 5)).toEqual([0, 0, 0, 500, 1_000]);
  });
});

describe('the bell', () => {
  test('starts an execution of the controller, each with a name of its own', async () => {
    const { sent, client: stepFunctions } = client<SFNClient>();
    const bell = new StepFunctionsBell({ reconcile: 'arn:machine' }, stepFunctions);
    await bell.ring('reconcile');
    await bell.ring('reconcile');
    expect(sent.map(({ stateMachineArn, input }) => [stateMachineArn, input])).toEqual([
      ['arn:machine', '{}'],
      ['arn:machine', '{}'],
    ]);
    expect(new Set(sent.map(({ name }) => name)).size).toBe(2);
  });

  test('does not ring for a controller that the function was not told of', async () => {
    const { sent, client: stepFunctions } = client<SFNClient>();
    const bell = new StepFunctionsBell({ reconcile: 'arn:machine' }, stepFunctions);
    await expect(bell.ring('apply-assignments')).rejects.toThrow('apply-assignments');
    expect(sent).toEqual([]);
  });

  test('that cannot be rung fails by name', async () => {
    const { client: stepFunctions } = client<SFNClient>(failure('AccessDeniedException', 400));
    const bell = new StepFunctionsBell({ reconcile: 'arn:machine' }, stepFunctions);
    await expect(bell.ring('reconcile')).rejects.toMatchObject({ name: 'Denied' });
  });
});

describe('notifications', () => {
  test('are a subject that fits and details that people can read', async () => {
    const { sent, client: sns } = client<SNSClient>();
    await new SnsNotifier('arn:topic', sns).notify({
      subject: 'A'.repeat(120),
      details: { key: 'データ', errors: [] },
    });
    expect(sent).toEqual([
      { TopicArn: 'arn:topic', Subject: 'A'.repeat(100), Message: '{\n  "key": "データ",\n  "errors": []\n}' },
    ]);
  });

  test('are as the service takes them, whatever they say', async () => {
    const { sent, client: sns } = client<SNSClient>();
    const details = { text: 'ä'.repeat(300_000) };
    await new SnsNotifier('arn:topic', sns).notify({ subject: 'Ü-ps\nwas adopted', details });
    const [{ Subject, Message } = {}] = sent as { Subject?: string; Message?: string }[];
    expect(Subject).toBe('?-ps?was adopted');
    expect(Buffer.byteLength(Message ?? '')).toBeLessThanOrEqual(256 * 1024);
    expect(Message).toMatch(/^\{\n {2}"text": "ä/);
  });

  test('that are refused fail by name', async () => {
    const { client: sns } = client<SNSClient>(failure('AuthorizationErrorException', 403));
    const notified = new SnsNotifier('arn:topic', sns).notify({ subject: 'A', details: {} });
    await expect(notified).rejects.toMatchObject({ name: 'Denied' });
  });
});
