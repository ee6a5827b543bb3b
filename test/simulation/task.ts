import type { Cloud } from './cloud';
import { FunctionFault, type Invocation } from './invocation';

/** A function that a state machine calls. */
export interface Task<T> {
  readonly execution: string;
  readonly step: string;
  /** The function's own time-out, as in `lib/`. */
  readonly timeoutSeconds: number;
  readonly work: (invocation: Invocation) => Promise<T>;
}

/** The retriers of every task of `state-machines/`. */
const RETRIERS = [
  { isFor: (fault: Error) => fault instanceof FunctionFault, intervalSeconds: 1, mostDelaySeconds: 30 },
  { isFor: isPassing, intervalSeconds: 2, mostDelaySeconds: 60 },
];
const MOST_ATTEMPTS = 6;
const PASSING = new Set(['Throttled', 'Conflict', 'Unavailable', 'OutcomeUnknown']);

function isPassing({ name }: Error): boolean {
  return PASSING.has(name);
}

/** Calls the function, again after a fault that a retrier names, and answers what it answered, as JSON. */
export async function runTask<T>(cloud: Cloud, { execution, step, timeoutSeconds, work }: Task<T>): Promise<T> {
  const attempts = RETRIERS.map(() => 0);
  for (;;) {
    const invocation = cloud.invoke(execution, step, timeoutSeconds);
    try {
      const answer = await invocation.run(work(invocation));
      return JSON.parse(JSON.stringify(answer)) as T;
    } catch (fault) {
      const error = fault instanceof Error ? fault : new Error(String(fault));
      const position = RETRIERS.findIndex(({ isFor }) => isFor(error));
      const retrier = RETRIERS[position];
      if (!retrier) cloud.problems.push(`${execution} ${step} ended with ${error.stack}`);
      const attempt = attempts[position] ?? MOST_ATTEMPTS;
      if (!retrier || attempt >= MOST_ATTEMPTS) throw error;
      attempts[position] = attempt + 1;
      const delay = Math.min(retrier.mostDelaySeconds, retrier.intervalSeconds * 2 ** attempt);
      await cloud.scheduler.wait(cloud.chance.between(0, delay * 1000), `${execution} ${step} is retried`);
    }
  }
}

/** The name of the error that ends a run. */
export function nameOf(fault: unknown): string {
  return fault instanceof Error ? fault.name : 'Failed';
}
