import { seededRandom, VirtualClock } from '../../../local/clock';
import type { InvokeAnswer, InvokeRequest } from '../../../local/cloud/lambda/lambda';
import { roleSession } from '../../../local/cloud/lambda/role-session';
import { StepFunctions } from '../../../local/cloud/step-functions/step-functions';
import { ACCOUNT, call, OpenAuthorizer, REGION, ROLE, resource } from './support';

export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:task`;

/** What a description of an execution shows. */
export interface Outcome {
  readonly status: string;
  readonly output: unknown;
  readonly error?: string;
  readonly cause?: string;
  readonly events: readonly { readonly type: string; readonly [name: string]: unknown }[];
  readonly simulatedSeconds: number;
}

/** Throws what a Lambda invocation answers when the handler throws an error of this name. */
export class HandlerError extends Error {
  constructor(readonly errorType: string | undefined) {
    super(errorType);
  }
}

/** Step Functions in virtual time, with functions written in the test. */
export class StepFunctionsBench {
  readonly clock = new VirtualClock();
  readonly authorizer = new OpenAuthorizer();
  readonly invoked: InvokeRequest[] = [];
  readonly stepFunctions: StepFunctions;
  /** The function behind every task: gets the payload and the number of the call. */
  task: (payload: unknown, call: number) => unknown = (payload) => payload;
  private machines = 0;

  constructor() {
    this.stepFunctions = new StepFunctions({
      clock: this.clock,
      random: seededRandom(3),
      authorizer: this.authorizer,
      lambda: { invoke: (request) => this.invoke(request) },
      assumeRole: ({ roleArn, sessionName }) => roleSession(roleArn, sessionName),
    });
  }

  create(definition: Record<string, unknown>): string {
    const name = `machine-${++this.machines}`;
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
    const properties = { StateMachineName: name, RoleArn: ROLE, DefinitionString: text };
    return this.stepFunctions.createStateMachine(resource(name, properties)).ref;
  }

  /** Runs a machine to its end. */
  async run(definition: Record<string, unknown>, input: unknown = {}): Promise<Outcome> {
    const stateMachineArn = this.create(definition);
    const started = this.clock.now();
    const { executionArn } = this.stepFunctions.startExecution({ stateMachineArn, input: JSON.stringify(input) });
    await this.settle();
    return { ...(await this.describe(executionArn)), simulatedSeconds: (this.clock.now() - started) / 1000 };
  }

  async settle(): Promise<void> {
    const ended = (async () => {
      while (this.stepFunctions.running() > 0) await new Promise((resolve) => setImmediate(resolve));
    })();
    await this.clock.runUntil(ended);
  }

  async describe(executionArn: string): Promise<Omit<Outcome, 'simulatedSeconds'>> {
    const described = (await this.stepFunctions.handle(call('DescribeExecution', { executionArn }))) as {
      status: string;
      output?: string;
      error?: string;
      cause?: string;
    };
    const { events } = (await this.stepFunctions.handle(
      call('GetExecutionHistory', { executionArn, maxResults: 1000 }),
    )) as { events: Outcome['events'] };
    return { ...described, output: described.output === undefined ? undefined : JSON.parse(described.output), events };
  }

  private async invoke(request: InvokeRequest): Promise<InvokeAnswer> {
    this.invoked.push(request);
    const requestId = String(this.invoked.length);
    try {
      return { payload: (await this.task(request.payload, this.invoked.length)) ?? null, requestId };
    } catch (error) {
      if (!(error instanceof HandlerError)) throw error;
      const { errorType } = error;
      const payload = { ...(errorType === undefined ? {} : { errorType }), errorMessage: 'failed' };
      return { payload, functionError: 'Unhandled', requestId };
    }
  }
}

/** A machine of one state. */
export function single(state: Record<string, unknown>): Record<string, unknown> {
  return { StartAt: 'Only', States: { Only: { End: true, ...state } } };
}
