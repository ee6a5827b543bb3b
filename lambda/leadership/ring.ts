import type { Controller } from '../domain/lease';
import { isLed, leaderKey, leaderOf } from '../domain/lease';
import type { Bell } from '../ports/bell';
import type { Clock } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Store } from '../ports/store';

/** What ringing needs. */
export interface RingWorld {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<LeveledLog, 'warn'>;
}

/**
 * Wakes a controller after something was marked for it. Not needed while it is led: the leader looks once more after it
 * stepped down. A bell that fails is no fault of whoever marked: every minute one is rung for whatever is due.
 */
export async function ring({ store, bell, clock, log }: RingWorld, controller: Controller): Promise<void> {
  try {
    const leader = leaderOf(await store.get(leaderKey(controller)));
    if (!isLed(leader, clock.now())) await bell.ring(controller);
  } catch (error) {
    log.warn('The bell was not rung; the next one is rung within a minute', { controller, error });
  }
}
