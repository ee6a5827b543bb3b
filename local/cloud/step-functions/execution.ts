import { setMaxListeners } from 'node:events';
import type { Clock } from '../../clock';
import { Cancelled } from './cancellation';
import type { Definition, Json } from './definition';
import { History } from './history';
import { runBlock } from './interpreter';
import { checkSize, StateError } from './state-error';
import type { ExecutionEnvironment } from './state-run';
import { Variables } from './variables';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionOptions {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly definition: Definition;
  readonly input: Json;
  readonly clock: Clock;
  /** What the interpreter needs beside the execution's own history and context. */
  readonly environment: Omit<ExecutionEnvironment, 'history' | 'context' | 'clock'>;
}

/** One execution of a state machine. */
export class Execution {
  readonly history: History;
  readonly startDate: Date;
  status: ExecutionStatus = 'RUNNING';
  stopDate: Date | undefined;
  output: Json | undefined;
  error: string | undefined;
  cause: string | undefined;
  private readonly controller = new AbortController();
  private readonly cursor = { previous: 0 };

  constructor(readonly options: ExecutionOptions) {
    this.history = new History(options.clock);
    this.startDate = new Date(options.clock.now());
    setMaxListeners(0, this.controller.signal);
  }

  /** Runs to the end; never rejects for what the state machine does. */
  async run(): Promise<void> {
    const { options, history, cursor } = this;
    history.add(cursor, 'ExecutionStarted', {
      executionStartedEventDetails: {
        input: JSON.stringify(options.input),
        inputDetails: { truncated: false },
        roleArn: options.roleArn,
      },
    });
    const cancelTimeout = this.armTimeout();
    try {
      const output = await runBlock(this.environment(), {
        block: options.definition,
        input: options.input,
        variables: new Variables(),
        cursor,
        signal: this.controller.signal,
      });
      checkSize(output, 'execution output');
      this.succeed(output);
    } catch (error) {
      this.endWith(error);
    } finally {
      cancelTimeout();
    }
  }

  /** Ends a running execution as ABORTED. Functions that run go on, as on AWS. */
  stop(error: string | undefined, cause: string | undefined): void {
    this.error = error;
    this.cause = cause;
    this.controller.abort(new Cancelled('stopped'));
  }

  private environment(): ExecutionEnvironment {
    const { options } = this;
    return {
      ...options.environment,
      clock: options.clock,
      history: this.history,
      context: {
        Execution: {
          Id: options.arn,
          Input: options.input,
          Name: options.name,
          RoleArn: options.roleArn,
          StartTime: this.startDate.toISOString(),
          RedriveCount: 0,
        },
        StateMachine: { Id: options.stateMachineArn, Name: options.stateMachineName },
      },
    };
  }

  private armTimeout(): () => void {
    const seconds = this.options.definition.TimeoutSeconds;
    if (seconds === undefined) return () => undefined;
    return this.options.clock.after(seconds * 1000, () => this.controller.abort(new Cancelled('timedOut')));
  }

  private succeed(output: Json): void {
    this.output = output;
    this.end('SUCCEEDED', 'ExecutionSucceeded', {
      executionSucceededEventDetails: { output: JSON.stringify(output), outputDetails: { truncated: false } },
    });
  }

  private endWith(error: unknown): void {
    if (error instanceof StateError) {
      this.error = error.errorName;
      this.cause = error.causeText;
      this.end('FAILED', 'ExecutionFailed', { executionFailedEventDetails: this.errorDetails() });
      return;
    }
    if (!(error instanceof Cancelled)) throw error;
    if (error.why === 'timedOut') {
      this.error = 'States.Timeout';
      this.end('TIMED_OUT', 'ExecutionTimedOut', { executionTimedOutEventDetails: this.errorDetails() });
    } else {
      this.end('ABORTED', 'ExecutionAborted', { executionAbortedEventDetails: this.errorDetails() });
    }
  }

  private errorDetails(): Record<string, string> {
    return {
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.cause === undefined ? {} : { cause: this.cause }),
    };
  }

  private end(status: ExecutionStatus, event: string, details: Readonly<Record<string, unknown>>): void {
    this.status = status;
    this.stopDate = new Date(this.options.clock.now());
    this.history.end(this.cursor, event, details);
  }
}
