import type { Controller } from '../domain/lease';
import { isLed, leaderKey, leaderOf } from '../domain/lease';
import { isDue } from '../leadership/due';
import type { Bell } from '../ports/bell';
import type { Clock, UniqueId } from '../ports/clock';
import type { Store } from '../ports/store';
import { markTimedLinks } from './mark-timed-links';

const CONTROLLERS: readonly Controller[] = ['reconcile', 'converge-permission-sets', 'apply-assignments', 'full-pass'];

export interface BellWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly bell: Bell;
  readonly newId: UniqueId;
}

/**
 * Marks links whose time has passed, and rings for every controller that has something due and no live leader; answers
 * which. Runs every minute. The bells are rung although the marking failed.
 */
export async function ringBells(world: BellWorld): Promise<Controller[]> {
  let rung: Controller[] = [];
  try {
    await markTimedLinks(world);
  } finally {
    rung = await ring(world);
  }
  return rung;
}

async function ring(world: BellWorld): Promise<Controller[]> {
  const rung: Controller[] = [];
  for (const controller of CONTROLLERS) {
    const leader = leaderOf(await world.store.get(leaderKey(controller)));
    if (isLed(leader, world.clock.now()) || !(await isDue(world.store, controller))) continue;
    await world.bell.ring(controller);
    rung.push(controller);
  }
  return rung;
}
