import type { Controller } from '../domain/lease';
import type { Bell } from '../ports/bell';
import type { Store } from '../ports/store';
import { isDue } from './due';
import { stepDown } from './lead';

/** A run as it ends. */
export interface EndingRun {
  readonly controller: Controller;
  /** ARN of the execution. */
  readonly execution: string;
  /** Name of the error that ended it, when one did. */
  readonly failure?: string;
}

/** Faults of the world that pass by themselves: no slice that was being looked at is to blame for them. */
const PASSING = new Set(['Throttled', 'Conflict', 'Unavailable', 'OutcomeUnknown']);

/**
 * Ends a run: first gives the lead up, then looks once more. What was marked while this run led, and was not rung for
 * because it led, is found by this look. After a failure nobody is rung: the bell of the next minute is soon enough to
 * try again, and what failed does not come round at full speed.
 */
export async function endLead(
  { store, bell }: { readonly store: Store; readonly bell: Bell },
  { controller, execution, failure }: EndingRun,
): Promise<{ rang: boolean }> {
  const forgets = failure !== undefined && PASSING.has(failure) ? ['attempting'] : [];
  if (!(await stepDown(store, controller, execution, forgets))) return { rang: false };
  if (failure !== undefined || !(await isDue(store, controller))) return { rang: false };
  await bell.ring(controller);
  return { rang: true };
}
