/** The Amazon States Language subset that the local cloud runs, after `read-definition.ts` has checked it. */

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** JSON in which strings of the form `{% … %}` are JSONata expressions. */
export type Template = Json;

export interface StatesBlock {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends StatesBlock {
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** What a state, a choice rule or a catcher makes of the data that pass it. */
export interface Outgoing {
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface Catcher extends Outgoing {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface ChoiceRule extends Outgoing {
  readonly Condition: Template;
  readonly Next: string;
}

interface Continuing extends Outgoing {
  /** Absent in a terminal state. */
  readonly Next?: string;
}

interface Recovering extends Continuing {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Recovering {
  readonly Type: 'Task';
  /** ARN of a Lambda function. */
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: Template;
}

export interface MapState extends Recovering {
  readonly Type: 'Map';
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly ItemProcessor: StatesBlock;
  readonly MaxConcurrency?: Template;
}

export interface ParallelState extends Recovering {
  readonly Type: 'Parallel';
  readonly Arguments?: Template;
  readonly Branches: readonly StatesBlock[];
}

export interface PassState extends Continuing {
  readonly Type: 'Pass';
}

export interface WaitState extends Continuing {
  readonly Type: 'Wait';
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
}

export interface ChoiceState extends Outgoing {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Output?: Template;
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Error?: Template;
  readonly Cause?: Template;
}

export type State =
  | TaskState
  | MapState
  | ParallelState
  | PassState
  | WaitState
  | ChoiceState
  | SucceedState
  | FailState;
