import type { Controller, Fence, Leader } from '../domain/lease';
import { beginWrite, leaderKey, leaderOf, mayBegin, renewWrite, stepDownWrite } from '../domain/lease';
import type { Clock, Deadline } from '../ports/clock';
import type { Store } from '../ports/store';

/** What taking the lead needs. `execution` names the run, `deadline` is the end of this invocation. */
export interface LeadContext {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly controller: Controller;
  readonly execution: string;
  readonly deadline: Deadline;
}

/** Attempts against other runs that begin at the same moment; each lost attempt means that another one began. */
const MOST_ATTEMPTS = 5;

/**
 * Takes or keeps the lead and raises the epoch. Answers the fence for this attempt's commits and the leader item as it
 * was before, or nothing when another run leads: then this run ends.
 */
export async function begin(context: LeadContext): Promise<{ fence: Fence; before: Leader } | undefined> {
  const { store, clock, controller, execution, deadline } = context;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const before = leaderOf(await store.get(leaderKey(controller)));
    const now = clock.now();
    if (!mayBegin(before, execution, now)) return undefined;
    const outcome = await store.transact([beginWrite(controller, before, { execution, now, deadline })]);
    if (outcome.applied) return { fence: { controller, epoch: before.epoch + 1 }, before };
  }
  return undefined;
}

/** A commit step begins. False: another attempt or run has begun since; this run ends. */
export async function renew(store: Store, fence: Fence, deadline: Deadline): Promise<boolean> {
  const { applied } = await store.transact([renewWrite(fence, deadline)]);
  return applied;
}

/** Gives the lead up, and removes what else of the leader item is to be forgotten. False: it was lost before; then somebody else looks after what is due. */
export async function stepDown(
  store: Store,
  controller: Controller,
  execution: string,
  forgets: readonly string[] = [],
): Promise<boolean> {
  const { applied } = await store.transact([stepDownWrite(controller, execution, forgets)]);
  return applied;
}
