import type { Clock, Random } from '../../clock';
import type { InvokeAnswer } from '../lambda/lambda';
import type { Json, JsonObject, Outgoing, StatesBlock, Template } from './definition';
import type { Expressions } from './expressions';
import type { Cursor, History } from './history';
import { checkSize, StateError } from './state-error';
import type { Variables } from './variables';

/** What an execution needs from the world around it. */
export interface ExecutionEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly expressions: Expressions;
  readonly history: History;
  readonly context: JsonObject;
  /** Invokes a function with the rights of the machine's role; rejects with a `ServiceFault`. */
  readonly invoke: (functionArn: string, payload: Json) => Promise<InvokeAnswer>;
  /** Counts one state transition. */
  readonly transition: () => void;
  /** Real milliseconds: see `StepFunctionsOptions.realNow`. */
  readonly realNow?: () => number;
}

/** One block of states as it runs: the machine itself, a branch or an iteration. */
export interface BlockRun {
  readonly block: StatesBlock;
  readonly input: Json;
  readonly variables: Variables;
  readonly cursor: Cursor;
  readonly signal: AbortSignal;
  /** `Map.Item` of the context object, inside an iteration. */
  readonly mapItem?: JsonObject;
}

export type RunBlock = (run: BlockRun) => Promise<Json>;

/** What a state hands on. */
export interface Step {
  readonly output: Json;
  readonly assigned: Readonly<Record<string, Json>>;
  /** Absent at the end of the block. */
  readonly next?: string;
}

/** One visit of a state. */
export class StateRun {
  /** Retries of this visit so far; part of the context object. */
  retries = 0;
  private readonly enteredTime: string;

  constructor(
    readonly environment: ExecutionEnvironment,
    readonly block: BlockRun,
    readonly name: string,
    readonly input: Json,
    private readonly enteredId: number,
    readonly runBlock: RunBlock,
  ) {
    this.enteredTime = new Date(environment.clock.now()).toISOString();
  }

  /**
   * Evaluates a template of this state.
   * @param extras `result` or `errorOutput` of `$states`, `Map` of the context object
   */
  async evaluate(
    template: Template,
    field: string,
    extras: { readonly result?: Json; readonly errorOutput?: Json; readonly map?: JsonObject } = {},
  ): Promise<Json> {
    const { expressions } = this.environment;
    const { map, ...members } = extras;
    const states = { input: this.input, context: this.context(map), ...members };
    try {
      return await expressions.evaluate(template, { ...this.block.variables.visible(), states }, field);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const located = this.locate(error);
      this.environment.history.add(this.block.cursor, 'EvaluationFailed', {
        evaluationFailedEventDetails: {
          error: located.errorName,
          cause: located.causeText,
          location: field,
          state: this.name,
        },
      });
      throw located;
    }
  }

  /** Evaluates `Output` and `Assign` against the data and variables of this visit. */
  async leave(
    rule: Outgoing,
    unchanged: Json,
    extras: { readonly result?: Json; readonly errorOutput?: Json } = {},
    path = '',
  ): Promise<Omit<Step, 'next'>> {
    const output = rule.Output === undefined ? unchanged : await this.evaluate(rule.Output, `${path}Output`, extras);
    this.checkSize(output, 'state output');
    const assigned: Record<string, Json> = {};
    for (const [name, template] of Object.entries(rule.Assign ?? {})) {
      assigned[name] = await this.evaluate(template, `${path}Assign/${name}`, extras);
    }
    return { output, assigned };
  }

  /** Says in the cause of an error which state it happened in. */
  locate(error: StateError): StateError {
    const where = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredId}).`;
    return new StateError(error.errorName, `${where} ${error.causeText}`);
  }

  checkSize(value: Json, what: string): void {
    try {
      checkSize(value, what);
    } catch (error) {
      throw error instanceof StateError ? this.locate(error) : error;
    }
  }

  private context(map: JsonObject | undefined): JsonObject {
    const item = map ?? this.block.mapItem;
    return {
      ...this.environment.context,
      State: { EnteredTime: this.enteredTime, Name: this.name, RetryCount: this.retries },
      ...(item === undefined ? {} : { Map: { Item: item } }),
    };
  }
}
