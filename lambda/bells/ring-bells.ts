import type { Controller } from '../domain/lease';
import { isLed } from '../domain/lease';
import type { Bell } from '../ports/bell';
import type { Clock, UniqueId } from '../ports/clock';
import type { Store } from '../ports/store';
import { markTimedLinks } from './mark-timed-links';
import { type MeasuringWorld, measure } from './measure';
import { type SendingWorld, sendNotifications } from './send-notifications';
import { type ImportStartWorld, startImport } from './start-import';
import { CONTROLLERS, readUnfinished, type Unfinished } from './unfinished';

export interface BellWorld extends SendingWorld, ImportStartWorld, MeasuringWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly bell: Bell;
  readonly newId: UniqueId;
}

/**
 * Marks links whose time has passed, rings for every controller that has something due and no live leader, sends what
 * people are to be told, and measures what is left; answers for whom it rang. Runs every minute. Each is done although another one failed.
 */
export async function ringBells(world: BellWorld): Promise<Controller[]> {
  const rung: Controller[] = [];
  let unfinished: Unfinished | undefined;
  await allOf(
    () => markTimedLinks(world),
    async () => {
      unfinished = await readUnfinished(world.store);
      rung.push(...(await ring(world, unfinished)));
    },
    () => startImport(world),
    () => sendNotifications(world),
    async () => unfinished && measure(world, unfinished),
  );
  return rung;
}

/** One after the other; throws the first fault when all were tried. */
async function allOf(...works: readonly (() => Promise<unknown>)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const work of works) await work().catch((fault: unknown) => faults.push(fault));
  if (faults.length > 0) throw faults[0];
}

async function ring(world: BellWorld, unfinished: Unfinished): Promise<Controller[]> {
  const rung: Controller[] = [];
  for (const controller of CONTROLLERS) {
    if (isLed(unfinished.leader(controller), world.clock.now()) || !unfinished.isDue(controller)) continue;
    await world.bell.ring(controller);
    rung.push(controller);
  }
  return rung;
}
