import { seededRandom } from '../../../local/clock';
import { EventBridge } from '../../../local/cloud/event-bridge';
import { roleSession } from '../../../local/cloud/lambda/role-session';
import { StepFunctions } from '../../../local/cloud/step-functions/step-functions';
import { ACCOUNT, LambdaBench, REGION, ROLE, resource, until } from './support';

/** The three services as the local cloud connects them, with real workers. */
describe('EventBridge, Step Functions and Lambda together', () => {
  let bench: LambdaBench;
  let stepFunctions: StepFunctions;
  let bridge: EventBridge;

  beforeEach(() => {
    bench = new LambdaBench();
    const { clock, authorizer, lambda } = bench;
    const assumeRole = ({ roleArn, sessionName }: { roleArn: string; sessionName: string }) =>
      roleSession(roleArn, sessionName);
    const random = seededRandom(5);
    stepFunctions = new StepFunctions({
      clock,
      random,
      authorizer,
      lambda,
      assumeRole,
      realNow: () => performance.now(),
    });
    bridge = new EventBridge({ clock, random, authorizer, lambda, stepFunctions, assumeRole });
  });
  afterEach(async () => {
    bridge.stop();
    stepFunctions.stop();
    await bench.close();
  });

  function machine(state: Record<string, unknown>): string {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Work',
      States: { Work: { Type: 'Task', End: true, ...state } },
    };
    const properties = { RoleArn: ROLE, DefinitionString: JSON.stringify(definition) };
    return stepFunctions.createStateMachine(resource('Machine', properties)).ref;
  }

  const quiet = () => bridge.undelivered() === 0 && stepFunctions.running() === 0 && bench.lambda.inFlight() === 0;

  it('an event starts an execution whose task retries by the name of the error, through crashes', async () => {
    const work = bench.deploySource(
      'work',
      `exports.handler = async ({ attempt, event }) => {
         if (attempt === 0) throw Object.assign(new Error('busy'), { name: 'Throttled' });
         if (attempt === 1) process.exit(1);
         if (attempt === 2) for (;;) {}
         console.log('done with', event.detail.n);
       };`,
      { Timeout: 1 },
    );
    const Retry = [{ ErrorEquals: ['Throttled', 'Runtime.ExitError', 'Sandbox.Timedout'], IntervalSeconds: 5 }];
    const Arguments = { attempt: '{% $states.context.State.RetryCount %}', event: '{% $states.input %}' };
    const Arn = machine({ Resource: work, Arguments, Retry, TimeoutSeconds: 30 });
    const Targets = [{ Id: 'T', Arn, RoleArn: ROLE }];
    bridge.createRule(resource('Rule', { EventPattern: { source: ['mine'] }, Targets }));
    bridge.deliver([{ source: 'mine', detail: { n: 7 } }], ACCOUNT, REGION);
    await until(quiet);
    expect(stepFunctions.executionsStarted()).toBe(1);
    expect(stepFunctions.lastFailureAt()).toBeUndefined();
    expect(bench.lambda.usage()).toMatchObject([{ invocations: 4, errors: 3 }]);
    expect((await bench.messages('/aws/lambda/work')).some((message) => message.includes('done with 7'))).toBe(true);
  }, 20_000);

  it('a task timeout never cuts the real time in which a function computes', async () => {
    const slow = bench.deploy(
      'slow',
      `const end = process.hrtime.bigint() + 300_000_000n; while (process.hrtime.bigint() < end);`,
    );
    const stateMachineArn = machine({ Resource: slow, TimeoutSeconds: 2 });
    stepFunctions.startExecution({ stateMachineArn });
    await until(quiet);
    expect(stepFunctions.lastFailureAt()).toBeUndefined();
  });
});
