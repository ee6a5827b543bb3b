import {
  ASKED_PASSES,
  type AskedPass,
  askedPassOf,
  type Compared,
  comparedWrites,
  failedWrites,
  inventoryTakenWrites,
  takeUpWrites,
} from '../domain/full-pass-request';
import type { Inventory, InventorySummary } from '../domain/inventory';
import type { Clock } from '../ports/clock';
import { queryAll, type Store } from '../ports/store';

export interface AskedWorld {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  /** ARN of the execution that runs. */
  readonly execution: string;
}

/** A pass that begins answers everybody who has asked by now; whoever asks later is answered by the next one. */
export async function takeUpAsked({ store, clock, execution }: AskedWorld): Promise<void> {
  for (const asked of await allAsked(store)) await store.transact(takeUpWrites(asked, execution, clock.now()));
}

/** What this pass took up and has not answered. */
export async function takenUp({ store, execution }: AskedWorld): Promise<AskedPass[]> {
  return (await allAsked(store)).filter((asked) => asked.execution === execution);
}

/** Whether somebody has asked since this pass began. */
export async function isAskedAgain({ store, execution }: AskedWorld): Promise<boolean> {
  return (await allAsked(store)).some((asked) => asked.execution !== execution);
}

/** Everything was compared. `last`: the last inventory, if there is one. */
export async function tellCompared(
  world: AskedWorld,
  compared: Compared,
  last: InventorySummary | undefined,
): Promise<void> {
  for (const asked of await takenUp(world)) await world.store.transact(comparedWrites(asked, compared, last));
}

export async function tellInventory(world: AskedWorld, compared: Compared, inventory: Inventory): Promise<void> {
  for (const asked of await takenUp(world))
    await world.store.transact(inventoryTakenWrites(asked, compared, inventory));
}

export async function tellFailure(world: AskedWorld, failure: string): Promise<void> {
  for (const asked of await takenUp(world)) await world.store.transact(failedWrites(asked, failure));
}

async function allAsked(store: Store): Promise<AskedPass[]> {
  return (await queryAll(store, { table: 'control', pk: ASKED_PASSES })).map(askedPassOf);
}
