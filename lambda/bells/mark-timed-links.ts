import { isTimePassed, LINK_TIMES, timePassedWrites } from '../domain/link-times';
import type { Clock, UniqueId } from '../ports/clock';
import { MOST_WRITES, type Store } from '../ports/store';

/** A transaction holds for each time at most its mark and the removal of its item. */
const TIMES_PER_TRANSACTION = MOST_WRITES / 2;
/** Transactions of one run, about 1,000 times: some seconds of the 30 that the function has. The next minute goes on. */
const MOST_TRANSACTIONS = 20;

/** Marks the links whose time to begin or to end has passed, the oldest first; answers how many times it took. */
export async function markTimedLinks(world: { store: Store; clock: Clock; newId: UniqueId }): Promise<number> {
  let taken = 0;
  for (let transaction = 0; transaction < MOST_TRANSACTIONS; transaction += 1) {
    const now = world.clock.now();
    const { items } = await world.store.query({ table: 'control', pk: LINK_TIMES, limit: TIMES_PER_TRANSACTION });
    const passed = items.filter((item) => isTimePassed(item, now));
    if (passed.length === 0) break;
    await world.store.transact(timePassedWrites(passed, world.newId(), new Date(now).toISOString()));
    taken += passed.length;
  }
  return taken;
}
