import { answerContract, type LocalControls } from '../../../local/contract';
import type { Faults } from '../../../local/contract/faults';
import { NO_FAULTS } from '../../../local/contract/faults';

class FakeControls implements LocalControls {
  faults: Faults = NO_FAULTS;
  fired = 0;
  timeout = 0;
  settled = true;
  states: [string, string][] = [];
  delivered: unknown[] = [];

  now = () => Date.UTC(2026, 0, 2);
  outputs = () => ({ 'a-stack': { name: 'value' } });
  advanced: [number, number] = [0, 0];
  advance = async (seconds: number, timeoutSeconds: number) => {
    this.advanced = [seconds, timeoutSeconds];
    return this.settled;
  };
  settle = async (timeoutSeconds: number) => {
    this.timeout = timeoutSeconds;
    return this.settled
      ? ({ settled: true, simulatedSeconds: 5 } as const)
      : ({ settled: false, messages: 1, executions: 0, functions: 0, operations: 0, events: 0, records: 0 } as const);
  };
  metrics = (): never => {
    throw new Error('no metrics here');
  };
  setFaults = (faults: Faults) => {
    this.faults = faults;
  };
  setAccountState = (accountId: string, state: string) => {
    if (accountId !== '444444444444') throw new Error(`There is no account ${accountId}`);
    this.states.push([accountId, state]);
  };
  fireSchedules = () => {
    this.fired++;
  };
  deliverEvents = (events: readonly unknown[]) => {
    this.delivered.push(...events);
  };
  iam = () => ({ denied: [], unused: [] });
  statements = () => [{ role: 'a-role' }];
}

const controls = new FakeControls();

const call = (method: string, path: string, body: unknown = undefined) =>
  answerContract(controls, {
    method,
    path,
    body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the routes of the local cloud', () => {
  test('show', async () => {
    expect(await call('GET', '/_local/health')).toEqual({
      statusCode: 200,
      body: { status: 'ready', now: '2026-01-02T00:00:00.000Z' },
    });
    expect(await call('GET', '/_local/outputs')).toEqual({ statusCode: 200, body: { 'a-stack': { name: 'value' } } });
    expect(await call('GET', '/_local/iam')).toEqual({ statusCode: 200, body: { denied: [], unused: [] } });
    expect(await call('GET', '/_local/iam/statements')).toEqual({
      statusCode: 200,
      body: { statements: [{ role: 'a-role' }] },
    });
  });

  test('advance', async () => {
    const now = '2026-01-02T00:00:00.000Z';
    expect(await call('POST', '/_local/advance', { seconds: 900 })).toEqual({
      statusCode: 200,
      body: { advanced: true, now },
    });
    expect(controls.advanced).toEqual([900, 60]);
    controls.settled = false;
    expect(await call('POST', '/_local/advance', { seconds: 900, timeoutSeconds: 7 })).toEqual({
      statusCode: 408,
      body: { advanced: false, now },
    });
    expect(controls.advanced).toEqual([900, 7]);
    controls.settled = true;
  });

  test('settle', async () => {
    expect(await call('POST', '/_local/settle', { timeoutSeconds: 7 })).toEqual({
      statusCode: 200,
      body: { settled: true, simulatedSeconds: 5 },
    });
    expect(controls.timeout).toBe(7);
    controls.settled = false;
    expect(await call('POST', '/_local/settle')).toMatchObject({
      statusCode: 408,
      body: { settled: false, messages: 1 },
    });
    expect(controls.timeout).toBe(60);
  });

  test('set and end faults', async () => {
    expect(await call('POST', '/_local/faults', { throttle: 0.3, latencyFactor: 2 })).toEqual({
      statusCode: 200,
      body: {},
    });
    expect(controls.faults).toEqual({ ...NO_FAULTS, throttle: 0.3, latencyFactor: 2 });
    expect(await call('POST', '/_local/faults', {})).toEqual({ statusCode: 200, body: {} });
    expect(controls.faults).toEqual(NO_FAULTS);
  });

  test('set the state of an account and fire schedules', async () => {
    expect(await call('POST', '/_local/accounts/444444444444', { state: 'SUSPENDED' })).toEqual({
      statusCode: 200,
      body: {},
    });
    expect(controls.states).toEqual([['444444444444', 'SUSPENDED']]);
    expect(await call('POST', '/_local/schedules/fire')).toEqual({ statusCode: 200, body: {} });
    expect(controls.fired).toBe(1);
  });

  test('deliver events', async () => {
    expect(await call('POST', '/_local/events', [{ id: '1' }])).toEqual({ statusCode: 200, body: {} });
    expect(controls.delivered).toEqual([{ id: '1' }]);
  });

  test.each<[string, unknown, string]>([
    ['/_local/faults', { thrott1e: 1 }, 'thrott1e is not a fault; the faults are throttle, serverError'],
    [
      '/_local/faults',
      { throttle: 1.1, lambdaCrash: '1' },
      'throttle must be a number from 0 to 1; lambdaCrash must be a number from 0 to 1',
    ],
    ['/_local/faults', { latencyFactor: -1 }, 'latencyFactor must be a number from 0 to 100'],
    ['/_local/faults', '{', 'The body is not JSON'],
    ['/_local/faults', '', 'The body must be JSON, it is empty'],
    ['/_local/faults', [], 'The body must be a JSON object'],
    ['/_local/settle', { timeoutSeconds: 0 }, 'timeoutSeconds must be a number above 0'],
    ['/_local/settle', { seconds: 3 }, 'seconds is unknown; the body has timeoutSeconds'],
    ['/_local/advance', {}, 'seconds must be a number above 0, at most 604800'],
    ['/_local/advance', { seconds: 700_000 }, 'seconds must be a number above 0, at most 604800'],
    ['/_local/advance', { seconds: 1, timeoutSeconds: 'x' }, 'timeoutSeconds must be a number above 0'],
    ['/_local/advance', { second: 1 }, 'second is unknown; the body has seconds, timeoutSeconds'],
    ['/_local/accounts/1', { state: 'SUSPENDED' }, 'There is no account 1'],
    ['/_local/accounts/444444444444', {}, 'state must be a string'],
    ['/_local/events', {}, 'The body must be a list of events'],
    ['/_local/schedules/fire', { now: true }, 'now is unknown; the body has no keys'],
  ])('%s refuses %j', async (path, body, message) => {
    const answer = await call('POST', path, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatchObject({ message: expect.stringContaining(message) });
  });

  test('unknown paths and methods name the known ones', async () => {
    expect(await call('GET', '/_local/nothing')).toMatchObject({
      statusCode: 404,
      body: { message: expect.stringContaining('GET /_local/health') },
    });
    expect(await call('GET', '/_local/settle')).toMatchObject({
      statusCode: 405,
      body: { message: '/_local/settle answers POST, not GET' },
    });
  });

  test('a mistake of the local cloud itself is a 500 with its message', async () => {
    expect(await call('GET', '/_local/metrics')).toEqual({ statusCode: 500, body: { message: 'no metrics here' } });
  });
});
