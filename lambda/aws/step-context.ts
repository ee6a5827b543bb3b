import type { Context } from 'aws-lambda';
import type { Controller } from '../domain/lease';
import type { LeadContext } from '../leadership/lead';
import type { Clock } from '../ports/clock';
import type { Store } from '../ports/store';
import { systemClock } from './system-clock';

/** What every step of a controller's state machine is given. */
export interface StepInput {
  /** ARN of the execution. */
  readonly execution: string;
}

/** The same for a controller whose steps are all of one function. */
export interface WorkInput extends StepInput {
  readonly action: 'work' | 'stepDown';
  /** Name of the error that ends the run, when one does. */
  readonly failure?: string;
}

/** Who asks for the lead, and until when this invocation can live. */
export function leadContext(
  store: Store,
  controller: Controller,
  input: StepInput,
  context: Context,
): LeadContext & { readonly clock: Clock } {
  const deadline = systemClock.now() + context.getRemainingTimeInMillis();
  return { store, clock: systemClock, controller, execution: input.execution, deadline };
}
