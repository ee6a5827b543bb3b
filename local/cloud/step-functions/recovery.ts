import { sleep } from './cancellation';
import type { Json, MapState, ParallelState, Retrier, TaskState } from './definition';
import { matchesError, StateError } from './state-error';
import type { StateRun, Step } from './state-run';

/** AWS: what a retrier does unless it says otherwise. */
const DEFAULTS = { intervalSeconds: 1, attempts: 3, rate: 2 };

/** Does the work of a state under its `Retry` and `Catch`. */
export async function recover(
  state: TaskState | MapState | ParallelState,
  run: StateRun,
  work: () => Promise<Json>,
): Promise<Step> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      const result = await work();
      const left = await run.leave(state, result, { result });
      return state.Next === undefined ? left : { ...left, next: state.Next };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (await retry(state.Retry ?? [], attempts, error, run)) continue;
      return await handle(state, run, error);
    }
  }
}

/** Waits for the next attempt; false when there is none. Only the first retrier that matches counts. */
async function retry(
  retriers: readonly Retrier[],
  attempts: Map<Retrier, number>,
  error: StateError,
  run: StateRun,
): Promise<boolean> {
  const retrier = retriers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error.errorName));
  if (retrier === undefined) return false;
  const before = attempts.get(retrier) ?? 0;
  if (before >= (retrier.MaxAttempts ?? DEFAULTS.attempts)) return false;
  attempts.set(retrier, before + 1);
  const { clock, random, transition } = run.environment;
  const full = (retrier.IntervalSeconds ?? DEFAULTS.intervalSeconds) * (retrier.BackoffRate ?? DEFAULTS.rate) ** before;
  const seconds = Math.min(full, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  await sleep(clock, seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1), run.block.signal);
  run.retries += 1;
  // AWS: every retry is billed as a transition.
  transition();
  return true;
}

async function handle(state: TaskState | MapState | ParallelState, run: StateRun, error: StateError): Promise<Step> {
  const catchers = state.Catch ?? [];
  const index = catchers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error.errorName));
  const catcher = catchers[index];
  if (catcher === undefined) throw error;
  const errorOutput = { Error: error.errorName, Cause: error.causeText };
  const left = await run.leave(catcher, errorOutput, { errorOutput }, `Catch[${index}]/`);
  return { ...left, next: catcher.Next };
}
