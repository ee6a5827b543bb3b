import { setMaxListeners } from 'node:events';
import { Cancelled } from './cancellation';

/**
 * Runs `count` pieces of work, at most `limit` at a time. When one fails, the others are cancelled and the first
 * error is thrown after all have ended.
 */
export async function runTogether<T>(
  count: number,
  limit: number,
  signal: AbortSignal,
  work: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const siblings = new AbortController();
  const combined = AbortSignal.any([signal, siblings.signal]);
  // Every iteration listens.
  setMaxListeners(0, combined);
  const results: T[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async () => {
    while (next < count && failure === undefined) {
      const index = next++;
      try {
        results[index] = await work(index, combined);
      } catch (error) {
        failure ??= { error };
        siblings.abort(new Cancelled('siblingFailed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, limit) }, lane));
  if (failure !== undefined) throw failure.error;
  return results;
}
