import { Cancelled } from './cancellation';
import type { Json, MapState } from './definition';
import { isList, queryEvaluationError } from './expressions';
import { runTogether } from './run-together';
import type { StateRun } from './state-run';

/** AWS: an inline Map runs at most 40 iterations at a time. */
const MOST_ITERATIONS = 40;

/** Runs the iterations of a Map state; answers with their outputs in the order of the items. */
export async function runMap(state: MapState, run: StateRun): Promise<Json> {
  const { history } = run.environment;
  const items = state.Items === undefined ? run.input : await run.evaluate(state.Items, 'Items');
  if (!isList(items)) throw run.locate(queryEvaluationError(`The value of the field 'Items' is not an array.`));
  const limit = await readConcurrency(state, run);
  history.add(run.block.cursor, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  try {
    const results = await runTogether(items.length, limit, run.block.signal, (index, signal) =>
      iterate(state, run, { index, item: items[index] ?? null }, signal),
    );
    history.add(run.block.cursor, 'MapStateSucceeded');
    run.checkSize(results, 'result of the Map state');
    return results;
  } catch (error) {
    if (!(error instanceof Cancelled)) history.add(run.block.cursor, 'MapStateFailed');
    throw error;
  }
}

async function readConcurrency(state: MapState, run: StateRun): Promise<number> {
  const limit = await run.evaluate(state.MaxConcurrency ?? 0, 'MaxConcurrency');
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0) {
    throw run.locate(queryEvaluationError(`The value of the field 'MaxConcurrency' is not a whole number.`));
  }
  return limit === 0 ? MOST_ITERATIONS : Math.min(limit, MOST_ITERATIONS);
}

async function iterate(
  state: MapState,
  run: StateRun,
  { index, item }: { readonly index: number; readonly item: Json },
  signal: AbortSignal,
): Promise<Json> {
  const { history } = run.environment;
  const cursor = { previous: run.block.cursor.previous };
  const mapItem = { Index: index, Value: item };
  const details = { name: run.name, index };
  try {
    const input =
      state.ItemSelector === undefined
        ? item
        : await run.evaluate(state.ItemSelector, 'ItemSelector', { map: mapItem });
    run.checkSize(input, 'input of the iteration');
    history.add(cursor, 'MapIterationStarted', { mapIterationStartedEventDetails: details });
    const variables = run.block.variables.inner();
    const output = await run.runBlock({ block: state.ItemProcessor, input, variables, cursor, signal, mapItem });
    history.add(cursor, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
    return output;
  } catch (error) {
    const end = error instanceof Cancelled ? 'Aborted' : 'Failed';
    history.add(cursor, `MapIteration${end}`, { [`mapIteration${end}EventDetails`]: details });
    throw error;
  }
}
