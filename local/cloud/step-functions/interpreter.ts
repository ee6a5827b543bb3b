import { sleep } from './cancellation';
import type { ChoiceState, FailState, Json, State, WaitState } from './definition';
import { queryEvaluationError } from './expressions';
import { recover } from './recovery';
import { runMap } from './run-map';
import { runParallel } from './run-parallel';
import { runTask } from './run-task';
import { StateError } from './state-error';
import { type BlockRun, type ExecutionEnvironment, StateRun, type Step } from './state-run';

/** AWS: the longest Wait, in seconds. */
const LONGEST_WAIT_SECONDS = 99_999_999;

/** Runs one block of states to its end; answers with its output. Rejects with `StateError` or `Cancelled`. */
export async function runBlock(environment: ExecutionEnvironment, block: BlockRun): Promise<Json> {
  let name = block.block.StartAt;
  let input = block.input;
  for (;;) {
    block.signal.throwIfAborted();
    const state = block.block.States[name];
    if (state === undefined) throw new Error(`no state ${name}`);
    const step = await visit(environment, block, name, state, input);
    block.variables.assign(step.assigned);
    if (step.next === undefined) return step.output;
    name = step.next;
    input = step.output;
  }
}

async function visit(
  environment: ExecutionEnvironment,
  block: BlockRun,
  name: string,
  state: State,
  input: Json,
): Promise<Step> {
  const { history } = environment;
  const enteredId = history.add(block.cursor, `${state.Type}StateEntered`, {
    stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
  });
  environment.transition();
  const run = new StateRun(environment, block, name, input, enteredId, (inner) => runBlock(environment, inner));
  const step = await perform(state, run);
  history.add(block.cursor, `${state.Type}StateExited`, {
    stateExitedEventDetails: {
      name,
      output: JSON.stringify(step.output),
      outputDetails: { truncated: false },
      ...(Object.keys(step.assigned).length === 0 ? {} : { assignedVariables: stringified(step.assigned) }),
    },
  });
  return step;
}

function stringified(values: Readonly<Record<string, Json>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}

async function perform(state: State, run: StateRun): Promise<Step> {
  switch (state.Type) {
    case 'Task':
      return recover(state, run, () => runTask(state, run));
    case 'Map':
      return recover(state, run, () => runMap(state, run));
    case 'Parallel':
      return recover(state, run, () => runParallel(state, run));
    case 'Pass':
      return { ...(await run.leave(state, run.input)), ...nextOf(state) };
    case 'Wait':
      await wait(state, run);
      return { ...(await run.leave(state, run.input)), ...nextOf(state) };
    case 'Choice':
      return choose(state, run);
    case 'Succeed':
      return run.leave(state, run.input);
    case 'Fail':
      return fail(state, run);
  }
}

function nextOf({ Next }: { readonly Next?: string }): { readonly next?: string } {
  return Next === undefined ? {} : { next: Next };
}

async function choose(state: ChoiceState, run: StateRun): Promise<Step> {
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]`;
    const condition = await run.evaluate(rule.Condition, `${field}/Condition`);
    if (typeof condition !== 'boolean') {
      const cause = `The value of the field '${field}/Condition' is not a boolean.`;
      throw run.locate(queryEvaluationError(cause));
    }
    if (condition) return { ...(await run.leave(rule, run.input, {}, `${field}/`)), next: rule.Next };
  }
  if (state.Default === undefined) {
    throw run.locate(new StateError('States.NoChoiceMatched', 'No choice rule matched and there is no Default.'));
  }
  return { ...(await run.leave(state, run.input)), next: state.Default };
}

async function wait(state: WaitState, run: StateRun): Promise<void> {
  const { clock } = run.environment;
  await sleep(clock, Math.max(0, (await waitUntil(state, run)) - clock.now()), run.block.signal);
}

async function waitUntil(state: WaitState, run: StateRun): Promise<number> {
  if (state.Seconds !== undefined) {
    const seconds = await run.evaluate(state.Seconds, 'Seconds');
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS) {
      return run.environment.clock.now() + seconds * 1000;
    }
    throw run.locate(queryEvaluationError(`The value of the field 'Seconds' is not a whole number of seconds.`));
  }
  const timestamp = await run.evaluate(state.Timestamp ?? null, 'Timestamp');
  const at =
    typeof timestamp === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(timestamp)
      ? Date.parse(timestamp)
      : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw run.locate(queryEvaluationError(`The value of the field 'Timestamp' is not an ISO 8601 timestamp.`));
}

async function fail(state: FailState, run: StateRun): Promise<never> {
  const text = async (field: 'Error' | 'Cause') => {
    const template = state[field];
    if (template === undefined) return '';
    const value = await run.evaluate(template, field);
    if (typeof value === 'string') return value;
    throw run.locate(queryEvaluationError(`The value of the field '${field}' is not a string.`));
  };
  throw new StateError(await text('Error'), await text('Cause'));
}
