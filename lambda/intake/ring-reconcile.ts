import { isLed, leaderKey, leaderOf } from '../domain/lease';
import type { Bell } from '../ports/bell';
import type { Clock } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Store } from '../ports/store';

/**
 * Wakes the planner after something was marked. Not needed while it is led: the leader looks once more after it
 * stepped down. A bell that fails is no fault of the submission: every minute one is rung for whatever is due.
 */
export async function ringReconcile(world: {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: LeveledLog;
}): Promise<void> {
  const { store, bell, clock, log } = world;
  try {
    const leader = leaderOf(await store.get(leaderKey('reconcile')));
    if (!isLed(leader, clock.now())) await bell.ring('reconcile');
  } catch (error) {
    log.warn('The bell was not rung; the next one is rung within a minute', { error });
  }
}
