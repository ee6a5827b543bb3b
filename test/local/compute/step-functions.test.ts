import { ServiceFault } from '../../../local/cloud/service';
import { FUNCTION, HandlerError, StepFunctionsBench, single } from './step-functions-bench';
import { ACCOUNT, call, REGION, ROLE, resource } from './support';

const TASK = { Type: 'Task', Resource: FUNCTION };
const END = { Type: 'Pass', End: true };

describe('Step Functions', () => {
  let bench: StepFunctionsBench;
  beforeEach(() => {
    bench = new StepFunctionsBench();
  });

  describe('data', () => {
    it.each([
      ['input passes unchanged', {}, { a: 1 }],
      [
        'literals and expressions mix',
        { Output: { a: '{% $states.input.a + 1 %}', b: ['x', '{% "y" %}'] } },
        { a: 2, b: ['x', 'y'] },
      ],
      [
        'the context object',
        { Output: '{% $states.context.State.Name & $states.context.StateMachine.Name %}' },
        'Onlymachine-1',
      ],
      ['null is a value', { Output: '{% null %}' }, null],
      ['$parse', { Output: `{% $parse('{"x":[1]}').x %}` }, [1]],
      ['$partition', { Output: '{% $partition([1,2,3,4,5], 2) %}' }, [[1, 2], [3, 4], [5]]],
      ['$range', { Output: '{% $range(0, 10, 5) %}' }, [0, 5, 10]],
      [
        '$hash',
        { Output: `{% $hash('x', 'SHA-256') %}` },
        '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      ],
      ['$random is seeded', { Output: '{% $random(5) = $random(5) and $random() < 1 %}' }, true],
      ['$uuid', { Output: '{% $match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/) ~> $count %}' }, 1],
      [
        '$now and $millis follow the clock',
        { Output: '{% [$now(), $millis()] %}' },
        ['2026-01-01T00:00:00.000Z', Date.UTC(2026, 0, 1)],
      ],
      ['sequences become arrays', { Output: '{% [$states.input.list[n > 1].n] %}' }, [2, 3]],
    ])('%s', async (_, state, output) => {
      const input = { a: 1, ...('Output' in state ? { list: [{ n: 1 }, { n: 2 }, { n: 3 }] } : {}) };
      expect(await bench.run(single({ Type: 'Pass', ...state }), input)).toMatchObject({ status: 'SUCCEEDED', output });
    });

    it.each([
      [
        'nothing',
        '{% $states.input.missing %}',
        /'\$states\.input\.missing' specified for the field 'Output\/deep\[0\]' returned nothing/,
      ],
      ['a type error', '{% 1 + "a" %}', /right side of the "\+" operator must evaluate to a number/],
      ['a function', '{% $sum %}', /unsupported result type/],
      ['an unassigned variable', '{% $nowhere %}', /returned nothing/],
    ])('an expression that yields %s fails', async (_, expression, cause) => {
      const outcome = await bench.run(single({ Type: 'Pass', Output: { deep: [expression] } }));
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
      expect(outcome.cause).toMatch(
        /^An error occurred while executing the state 'Only' \(entered at the event id #2\)\./,
      );
      expect(outcome.cause).toMatch(cause);
      expect(outcome.events.map(({ type }) => type)).toContain('EvaluationFailed');
    });

    it('variables take effect in the next state and are evaluated together', async () => {
      const outcome = await bench.run(
        {
          StartAt: 'First',
          States: {
            First: { Type: 'Pass', Assign: { n: 1, other: { deep: '{% $states.input.x %}' } }, Next: 'Second' },
            Second: {
              Type: 'Pass',
              Assign: { n: '{% $n + 1 %}', before: '{% $n %}' },
              Output: '{% $n %}',
              Next: 'Third',
            },
            Third: {
              ...END,
              Output: { n: '{% $n %}', before: '{% $before %}', other: '{% $other %}', was: '{% $states.input %}' },
            },
          },
        },
        { x: 7 },
      );
      expect(outcome.output).toEqual({ n: 2, before: 1, other: { deep: 7 }, was: 1 });
    });

    it('more than 256 KiB between states is a terminal error that States.ALL does not catch', async () => {
      bench.task = () => 'x'.repeat(256 * 1024);
      const outcome = await bench.run({
        StartAt: 'Large',
        States: {
          Large: {
            ...TASK,
            Next: 'End',
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
            Retry: [{ ErrorEquals: ['States.ALL'] }],
          },
          End: END,
        },
      });
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
      expect(bench.invoked).toHaveLength(1);
    });
  });

  describe('Task', () => {
    it('calls the function with its arguments and the rights of the role', async () => {
      bench.task = (payload) => ({ doubled: (payload as { n: number }).n * 2 });
      const outcome = await bench.run(
        single({ ...TASK, Arguments: { n: '{% $states.input.n %}' }, Output: { r: '{% $states.result.doubled %}' } }),
        { n: 4 },
      );
      expect(outcome.output).toEqual({ r: 8 });
      expect(bench.invoked[0]).toMatchObject({
        functionArn: FUNCTION,
        payload: { n: 4 },
        principal: { kind: 'role', roleArn: ROLE },
      });
      expect(outcome.events.map(({ type }) => type)).toEqual([
        ...['ExecutionStarted', 'TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted'],
        ...['LambdaFunctionSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
      ]);
    });

    it.each([
      ['the errorType of the payload', new HandlerError('Throttled'), 'Throttled'],
      ['Lambda.Unknown without one', new HandlerError(undefined), 'Lambda.Unknown'],
      ['throttling', new ServiceFault('TooManyRequestsException', 'x', 429), 'Lambda.TooManyRequestsException'],
      ['faults of Lambda', new ServiceFault('ServiceException', 'x', 500), 'Lambda.ServiceException'],
      ['a denied invocation', new ServiceFault('AccessDeniedException', 'x', 403), 'Lambda.AWSLambdaException'],
      [
        'a missing function',
        new ServiceFault('ResourceNotFoundException', 'x', 404),
        'Lambda.ResourceNotFoundException',
      ],
    ])('names its error: %s', async (_, thrown, error) => {
      bench.task = () => {
        throw thrown;
      };
      expect(await bench.run(single(TASK))).toMatchObject({ status: 'FAILED', error });
    });

    it('times out in simulated time', async () => {
      bench.task = () => new Promise(() => undefined);
      const outcome = await bench.run(single({ ...TASK, TimeoutSeconds: '{% 60 + 30 %}' }));
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout', simulatedSeconds: 90 });
      expect(outcome.events.map(({ type }) => type)).toContain('LambdaFunctionTimedOut');
    });
  });

  describe('Retry', () => {
    function failing(times: number, errorType = 'Busy') {
      bench.task = (_, n) => {
        if (n <= times) throw new HandlerError(errorType);
        return n;
      };
    }

    it('waits longer each time, up to the maximum', async () => {
      failing(4);
      const Retry = [
        { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 },
      ];
      expect(await bench.run(single({ ...TASK, Retry }))).toMatchObject({
        output: 5,
        simulatedSeconds: 2 + 6 + 10 + 10,
      });
      expect(bench.stepFunctions.stateTransitions()).toBe(5);
    });

    it('tries three times with doubling intervals unless told otherwise', async () => {
      failing(3);
      expect(await bench.run(single({ ...TASK, Retry: [{ ErrorEquals: ['Busy'] }] }))).toMatchObject({
        output: 4,
        simulatedSeconds: 1 + 2 + 4,
      });
    });

    it('with full jitter waits less', async () => {
      failing(1);
      const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 100, JitterStrategy: 'FULL' }];
      const { simulatedSeconds } = await bench.run(single({ ...TASK, Retry }));
      expect(simulatedSeconds).toBeLessThan(100);
      expect(simulatedSeconds).toBeGreaterThan(0);
    });

    it('counts attempts per retrier and gives up when the first that matches is exhausted', async () => {
      bench.task = (_, n) => {
        throw new HandlerError(n === 1 ? 'Busy' : 'Broken');
      };
      const Retry = [
        { ErrorEquals: ['Busy'], MaxAttempts: 1 },
        { ErrorEquals: ['Broken'], MaxAttempts: 2 },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 9 },
      ];
      expect(await bench.run(single({ ...TASK, Retry }))).toMatchObject({ status: 'FAILED', error: 'Broken' });
      expect(bench.invoked).toHaveLength(4);
    });

    it.each([
      ['States.TaskFailed', 'Anything', true],
      ['States.ALL', 'Anything', true],
      ['Other', 'Anything', false],
      ['States.Timeout', 'Anything', false],
    ])('%s matches %s: %s', async (expected, thrown, matches) => {
      failing(1, thrown);
      const { status } = await bench.run(single({ ...TASK, Retry: [{ ErrorEquals: [expected] }] }));
      expect(status).toBe(matches ? 'SUCCEEDED' : 'FAILED');
    });

    it('States.TaskFailed does not match a timeout, States.Timeout does', async () => {
      bench.task = (_, n) => (n === 1 ? new Promise(() => undefined) : n);
      const Retry = (name: string) => [{ ErrorEquals: [name] }];
      const state = { ...TASK, TimeoutSeconds: 5 };
      expect((await bench.run(single({ ...state, Retry: Retry('States.TaskFailed') }))).status).toBe('FAILED');
      bench.invoked.length = 0;
      expect((await bench.run(single({ ...state, Retry: Retry('States.Timeout') }))).status).toBe('SUCCEEDED');
    });

    it('repeats a task whose output cannot be evaluated', async () => {
      bench.task = (_, n) => (n > 1 ? { ok: n } : {});
      const Retry = [{ ErrorEquals: ['States.QueryEvaluationError'] }];
      expect((await bench.run(single({ ...TASK, Output: '{% $states.result.ok %}', Retry }))).output).toBe(2);
    });

    it('shows the number of retries in the context', async () => {
      failing(2);
      const Output = '{% $states.context.State.RetryCount %}';
      expect((await bench.run(single({ ...TASK, Output, Retry: [{ ErrorEquals: ['Busy'] }] }))).output).toBe(2);
    });
  });

  describe('Catch', () => {
    it('hands on the error, or its own output, and assigns', async () => {
      bench.task = () => {
        throw new HandlerError('Broken');
      };
      const machine = (catcher: Record<string, unknown>) => ({
        StartAt: 'Try',
        States: {
          Try: {
            ...TASK,
            Next: 'Handled',
            Catch: [
              { ErrorEquals: ['Other'], Next: 'Handled' },
              { ErrorEquals: ['Broken'], Next: 'Handled', ...catcher },
            ],
          },
          Handled: { ...END, Output: { in: '{% $states.input %}', seen: '{% $exists($seen) ? $seen : "none" %}' } },
        },
      });
      const cause = JSON.stringify({ errorType: 'Broken', errorMessage: 'failed' });
      expect((await bench.run(machine({}))).output).toEqual({ in: { Error: 'Broken', Cause: cause }, seen: 'none' });
      const own = {
        Output: { e: '{% $states.errorOutput.Error %}', was: '{% $states.input.x %}' },
        Assign: { seen: '{% $states.errorOutput.Error %}' },
      };
      expect((await bench.run(machine(own), { x: 1 })).output).toEqual({ in: { e: 'Broken', was: 1 }, seen: 'Broken' });
    });

    it('comes after the retries', async () => {
      bench.task = () => {
        throw new HandlerError('Busy');
      };
      const outcome = await bench.run({
        StartAt: 'Try',
        States: {
          Try: {
            ...TASK,
            Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
            End: true,
          },
          End: END,
        },
      });
      expect(outcome.status).toBe('SUCCEEDED');
      expect(bench.invoked).toHaveLength(3);
    });
  });

  describe('Choice', () => {
    const machine = (fallback: Record<string, unknown>) => ({
      StartAt: 'Which',
      States: {
        Which: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n > 10 %}', Output: 'large', Next: 'End' },
            { Condition: '{% $states.input.n > 5 %}', Output: 'medium', Assign: { m: true }, Next: 'End' },
          ],
          Output: 'small',
          ...fallback,
        },
        End: END,
      },
    });

    it.each([
      [11, 'large'],
      [6, 'medium'],
      [1, 'small'],
    ])('%s is %s', async (n, output) => {
      expect((await bench.run(machine({ Default: 'End' }), { n })).output).toBe(output);
    });

    it('fails without a match, and on conditions that are not boolean', async () => {
      expect(await bench.run(machine({}), { n: 1 })).toMatchObject({ error: 'States.NoChoiceMatched' });
      const odd = {
        StartAt: 'C',
        States: { C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'E' }] }, E: END },
      };
      expect(await bench.run(odd)).toMatchObject({ error: 'States.QueryEvaluationError' });
    });
  });

  describe('Wait', () => {
    it.each([
      ['seconds', { Seconds: 30 }, 30],
      ['an expression', { Seconds: '{% $states.input.s %}' }, 45],
      ['a timestamp', { Timestamp: '2026-01-01T00:02:00Z' }, 120],
      ['a timestamp in the past', { Timestamp: '2020-01-01T00:00:00Z' }, 0],
    ])('waits for %s', async (_, fields, simulatedSeconds) => {
      expect(await bench.run(single({ Type: 'Wait', ...fields }), { s: 45 })).toMatchObject({
        status: 'SUCCEEDED',
        output: { s: 45 },
        simulatedSeconds,
      });
    });

    it.each([['{% "x" %}'], ['{% 1.5 %}'], ['{% -1 %}']])('refuses %s', async (Seconds) => {
      expect(await bench.run(single({ Type: 'Wait', Seconds }))).toMatchObject({
        error: 'States.QueryEvaluationError',
      });
    });
  });

  it('Fail fails with its error and cause, Succeed ends', async () => {
    const fail = {
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'Mine', Cause: '{% "it is " & $states.input.why %}' } },
    };
    expect(await bench.run(fail, { why: 'so' })).toMatchObject({ status: 'FAILED', error: 'Mine', cause: 'it is so' });
    const succeed = { StartAt: 'S', States: { S: { Type: 'Succeed', Output: { done: true } } } };
    expect((await bench.run(succeed)).output).toEqual({ done: true });
  });

  describe('Map', () => {
    const map = (fields: Record<string, unknown>, states: Record<string, unknown> = { Work: { ...TASK, End: true } }) =>
      single({ Type: 'Map', ItemProcessor: { StartAt: 'Work', States: states }, ...fields });

    it('keeps the order, selects items and limits concurrency', async () => {
      let now = 0;
      let most = 0;
      bench.task = async (payload) => {
        most = Math.max(most, ++now);
        await bench.clock.sleep(1000 * (10 - (payload as { v: number }).v));
        now -= 1;
        return payload;
      };
      const outcome = await bench.run(
        map({
          Items: '{% $states.input.list %}',
          ItemSelector: {
            v: '{% $states.context.Map.Item.Value %}',
            i: '{% $states.context.Map.Item.Index %}',
            k: '{% $states.input.k %}',
          },
          MaxConcurrency: 2,
        }),
        { list: [5, 6, 7], k: 'x' },
      );
      expect(outcome.output).toEqual([
        { v: 5, i: 0, k: 'x' },
        { v: 6, i: 1, k: 'x' },
        { v: 7, i: 2, k: 'x' },
      ]);
      expect(most).toBe(2);
    });

    it('reads outer variables and keeps inner ones to the iteration', async () => {
      const outcome = await bench.run({
        StartAt: 'Set',
        States: {
          Set: { Type: 'Pass', Assign: { outer: 10 }, Next: 'Each' },
          Each: {
            Type: 'Map',
            Items: [1, 2],
            ItemProcessor: {
              StartAt: 'A',
              States: {
                A: { Type: 'Pass', Assign: { inner: '{% $outer + $states.input %}' }, Next: 'B' },
                B: { ...END, Output: '{% $inner %}' },
              },
            },
            Output: { sums: '{% $states.result %}', leaked: '{% $exists($inner) %}' },
            End: true,
          },
        },
      });
      expect(outcome.output).toEqual({ sums: [11, 12], leaked: false });
    });

    it('fails with the error of an iteration, cancels the others, and can be retried as a whole', async () => {
      bench.task = async (payload, n) => {
        if (n === 2) throw new HandlerError('Broken');
        await bench.clock.sleep(60_000);
        return payload;
      };
      const failed = await bench.run(map({ Items: [1, 2, 3], MaxConcurrency: 2 }));
      expect(failed).toMatchObject({ status: 'FAILED', error: 'Broken', simulatedSeconds: 0 });
      expect(failed.events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['MapIterationFailed', 'MapIterationAborted', 'MapStateFailed']),
      );
      bench.invoked.length = 0;
      const Retry = [{ ErrorEquals: ['Broken'] }];
      expect((await bench.run(map({ Items: [1, 2], Retry }))).output).toEqual([1, 2]);
    });

    it('of no items is an empty list, of no list an error', async () => {
      expect((await bench.run(map({ Items: [] }))).output).toEqual([]);
      expect(await bench.run(map({}), { a: 1 })).toMatchObject({ error: 'States.QueryEvaluationError' });
    });
  });

  describe('Parallel', () => {
    const branch = (name: string, state: Record<string, unknown>) => ({
      StartAt: name,
      States: { [name]: { End: true, ...state } },
    });

    it('answers with the outputs of its branches', async () => {
      const Branches = [
        branch('A', { Type: 'Wait', Seconds: 20 }),
        branch('B', { Type: 'Pass', Output: '{% $states.input.x %}' }),
      ];
      const outcome = await bench.run(single({ Type: 'Parallel', Arguments: { x: 1 }, Branches }));
      expect(outcome).toMatchObject({ output: [{ x: 1 }, 1], simulatedSeconds: 20 });
    });

    it('fails with a branch, and can catch it', async () => {
      const Branches = [
        branch('A', { Type: 'Wait', Seconds: 20 }),
        { StartAt: 'B', States: { B: { Type: 'Fail', Error: 'Mine', Cause: 'c' } } },
      ];
      const Catch = [{ ErrorEquals: ['Mine'], Next: 'Handled' }];
      const outcome = await bench.run({
        StartAt: 'P',
        States: { P: { Type: 'Parallel', Branches, Catch, End: true }, Handled: END },
      });
      expect(outcome).toMatchObject({ output: { Error: 'Mine', Cause: 'c' }, simulatedSeconds: 0 });
    });
  });

  describe('an execution', () => {
    it('times out', async () => {
      expect(await bench.run({ ...single({ Type: 'Wait', Seconds: 100 }), TimeoutSeconds: 60 })).toMatchObject({
        status: 'TIMED_OUT',
        error: 'States.Timeout',
        simulatedSeconds: 60,
      });
    });

    it('can be stopped', async () => {
      const stateMachineArn = bench.create(single({ Type: 'Wait', Seconds: 100 }));
      const { executionArn } = bench.stepFunctions.startExecution({ stateMachineArn });
      await bench.stepFunctions.handle(call('StopExecution', { executionArn, error: 'E', cause: 'C' }));
      await bench.settle();
      expect(await bench.describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
    });

    it('name is used once: the same running execution, else refused', async () => {
      const stateMachineArn = bench.create(single({ Type: 'Wait', Seconds: 100 }));
      const start = (input: string) => bench.stepFunctions.startExecution({ stateMachineArn, name: 'once', input });
      const first = start('{"a": 1}');
      expect(start('{"a":1}')).toEqual(first);
      expect(() => start('{"a":2}')).toThrow(expect.objectContaining({ code: 'ExecutionAlreadyExists' }));
      await bench.settle();
      expect(() => start('{"a":1}')).toThrow(expect.objectContaining({ code: 'ExecutionAlreadyExists' }));
    });

    it.each([
      ['a bad name', { name: 'a b' }, 'InvalidName'],
      ['broken input', { input: '{' }, 'InvalidExecutionInput'],
      ['large input', { input: JSON.stringify('x'.repeat(256 * 1024)) }, 'ValidationException'],
      ['an unknown machine', { stateMachineArn: 'arn:x' }, 'StateMachineDoesNotExist'],
    ])('is refused for %s', (_, request, code) => {
      const stateMachineArn = bench.create(single({ Type: 'Pass' }));
      expect(() => bench.stepFunctions.startExecution({ stateMachineArn, ...request })).toThrow(
        expect.objectContaining({ code }),
      );
    });

    it('ends when its history is full', async () => {
      const loop = {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.stop %}', Next: 'C' }], Default: 'A' },
          C: END,
        },
      };
      const stateMachineArn = bench.create(loop);
      const { executionArn } = bench.stepFunctions.startExecution({ stateMachineArn, input: '{"stop":false}' });
      await bench.settle();
      const outcome = await bench.describe(executionArn);
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
      expect(outcome.cause).toContain('25000');
      const newest = await bench.stepFunctions.handle(
        call('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 }),
      );
      expect(newest).toMatchObject({ events: [{ id: 25_000, type: 'ExecutionFailed' }], nextToken: '1' });
    });

    it('is listed newest first and filtered by status', async () => {
      const stateMachineArn = bench.create(single({ Type: 'Pass' }));
      for (const name of ['one', 'two']) bench.stepFunctions.startExecution({ stateMachineArn, name });
      await bench.settle();
      const list = (input: object) => bench.stepFunctions.handle(call('ListExecutions', { stateMachineArn, ...input }));
      expect(await list({})).toMatchObject({ executions: [{ name: 'two' }, { name: 'one' }] });
      expect(await list({ statusFilter: 'RUNNING' })).toEqual({ executions: [] });
    });
  });

  describe('what is refused at creation', () => {
    const pass = { Type: 'Pass', End: true };
    it.each([
      ['JSONPath', { QueryLanguage: 'JSONPath', ...single(pass) }],
      ['field Parameters', single({ ...TASK, Parameters: {} })],
      ['field Result', single({ ...pass, Result: 1 })],
      ['field ItemReader', single({ Type: 'Map', ItemReader: {}, ItemProcessor: single(pass) })],
      [
        'map mode INLINE',
        single({
          Type: 'Map',
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'X', States: { X: pass } },
        }),
      ],
      ['state type Activity', single({ Type: 'Activity' })],
      ['no state Nowhere', single({ Type: 'Pass', End: undefined, Next: 'Nowhere' })],
      ['not reachable', { StartAt: 'A', States: { A: pass, B: pass } }],
      ['$eval', single({ ...pass, Output: '{% $eval("1") %}' })],
      ['INVALID_JSONATA_EXPRESSION', single({ ...pass, Output: { a: ['{% 1 + %}'] } })],
      ['end with %}', single({ ...pass, Output: '{% 1' })],
      ['either Seconds or Timestamp', single({ Type: 'Wait' })],
      ['JitterStrategy', single({ ...TASK, Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] })],
      ['last rule', single({ ...TASK, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] })],
      ['stand alone', single({ ...TASK, Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] })],
      ['not in the Region', single({ ...TASK, Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f` })],
      ['not in the account', single({ ...TASK, Resource: `arn:aws:lambda:${REGION}:111111111111:function:f` })],
      ['only Lambda function ARNs', single({ ...TASK, Resource: 'arn:aws:states:::lambda:invoke' })],
      [
        'outer scope',
        {
          StartAt: 'A',
          States: {
            A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
            B: {
              Type: 'Map',
              Items: [],
              ItemProcessor: { StartAt: 'C', States: { C: { ...pass, Assign: { x: 2 } } } },
              End: true,
            },
          },
        },
      ],
      ['duplicate state name', single({ Type: 'Map', Items: [], ItemProcessor: single(pass) })],
      ['reserved', single({ ...pass, Assign: { states: 1 } })],
    ])('%s', (message, definition) => {
      expect(() => bench.create(definition)).toThrow(message);
    });

    it('a role that cannot be assumed or may not deliver logs, and unknown properties', () => {
      const DefinitionString = JSON.stringify({ QueryLanguage: 'JSONata', ...single(pass) });
      const create = (properties: object) =>
        bench.stepFunctions.createStateMachine(resource('M', { RoleArn: ROLE, DefinitionString, ...properties }));
      expect(() => create({ RoleArn: 'arn:none' })).toThrow('arn:none');
      expect(() => create({ StateMachineType: 'EXPRESS' })).toThrow('EXPRESS');
      expect(() => create({ EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY' } })).toThrow(
        'EncryptionConfiguration',
      );
      bench.authorizer.denied.add('logs:CreateLogDelivery');
      expect(() => create({ LoggingConfiguration: { Level: 'ERROR' } })).toThrow('logs:CreateLogDelivery');
    });

    it('a placeholder without a substitution', () => {
      const placeholder = '$'.concat('{Work}');
      const text = JSON.stringify({ QueryLanguage: 'JSONata', ...single({ ...TASK, Resource: placeholder }) });
      const create = (DefinitionSubstitutions: object) =>
        bench.stepFunctions.createStateMachine(
          resource('M', { RoleArn: ROLE, DefinitionString: text, DefinitionSubstitutions }),
        );
      expect(() => create({ Wrok: FUNCTION })).toThrow(placeholder);
      expect(create({ Work: FUNCTION }).ref).toContain(':stateMachine:');
    });
  });
});
