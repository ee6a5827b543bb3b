import type { Controller } from '../domain/lease';
import type { Bell } from '../ports/bell';
import type { Store } from '../ports/store';
import { isDue } from './due';
import { stepDown } from './lead';

/**
 * Ends a run: first gives the lead up, then looks once more. What was marked while this run led, and was not rung for
 * because it led, is found by this look.
 */
export async function endLead(
  { store, bell }: { readonly store: Store; readonly bell: Bell },
  controller: Controller,
  execution: string,
): Promise<{ rang: boolean }> {
  if (!(await stepDown(store, controller, execution))) return { rang: false };
  if (!(await isDue(store, controller))) return { rang: false };
  await bell.ring(controller);
  return { rang: true };
}
