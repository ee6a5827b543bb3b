import type { Attempts } from '../domain/write';
import type { Store } from '../ports/store';

/** Tries transactions in order until one applies. Answers its position, or nothing when no condition held. */
export async function attempt(store: Store, attempts: Attempts): Promise<number | undefined> {
  for (const [position, writes] of attempts.entries()) {
    const outcome = await store.transact(writes);
    if (outcome.applied) return position;
  }
  return undefined;
}
