import { Cancelled } from './cancellation';
import type { Json, ParallelState } from './definition';
import { runTogether } from './run-together';
import type { StateRun } from './state-run';

/** Runs the branches of a Parallel state; answers with their outputs in the order of the branches. */
export async function runParallel(state: ParallelState, run: StateRun): Promise<Json> {
  const { history } = run.environment;
  const input = state.Arguments === undefined ? run.input : await run.evaluate(state.Arguments, 'Arguments');
  run.checkSize(input, 'input of the branches');
  history.add(run.block.cursor, 'ParallelStateStarted');
  const { Branches } = state;
  try {
    const results = await runTogether(Branches.length, Branches.length, run.block.signal, (index, signal) => {
      const block = Branches[index];
      if (block === undefined) throw new Error(`no branch ${index}`);
      const cursor = { previous: run.block.cursor.previous };
      const { mapItem } = run.block;
      const variables = run.block.variables.inner();
      return run.runBlock({ block, input, variables, cursor, signal, ...(mapItem === undefined ? {} : { mapItem }) });
    });
    history.add(run.block.cursor, 'ParallelStateSucceeded');
    run.checkSize(results, 'result of the Parallel state');
    return results;
  } catch (error) {
    if (!(error instanceof Cancelled)) history.add(run.block.cursor, 'ParallelStateFailed');
    throw error;
  }
}
