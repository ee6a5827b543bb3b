import type { Controller } from '../domain/lease';
import { isLed, leaderKey, leaderOf } from '../domain/lease';
import { isDue } from '../leadership/due';
import type { Bell } from '../ports/bell';
import type { Clock } from '../ports/clock';
import type { Store } from '../ports/store';

const CONTROLLERS: readonly Controller[] = ['reconcile', 'converge-permission-sets', 'apply-assignments'];

/** Rings for every controller that has something due and no live leader; answers which. Runs every minute. */
export async function ringBells(world: { store: Store; clock: Clock; bell: Bell }): Promise<Controller[]> {
  const rung: Controller[] = [];
  for (const controller of CONTROLLERS) {
    const leader = leaderOf(await world.store.get(leaderKey(controller)));
    if (isLed(leader, world.clock.now()) || !(await isDue(world.store, controller))) continue;
    await world.bell.ring(controller);
    rung.push(controller);
  }
  return rung;
}
