import type { Clock } from '../ports/clock';
import { OutcomeUnknown, Throttled, Unavailable } from '../ports/faults';
import type { TokenBucket } from './token-bucket';

/** Asks within the rate; `undefined` when it cannot be asked or answered now: the next tick asks again. */
export async function askInTurn<T>(
  bucket: TokenBucket,
  clock: Clock,
  question: () => Promise<T>,
): Promise<T | undefined> {
  if (!bucket.take(clock.now())) return undefined;
  try {
    return await question();
  } catch (fault) {
    if (fault instanceof Throttled || fault instanceof Unavailable || fault instanceof OutcomeUnknown) return undefined;
    throw fault;
  }
}
