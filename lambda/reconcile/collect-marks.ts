import type { Fence, Leader } from '../domain/lease';
import { fenceCheck, leaderKey } from '../domain/lease';
import type { Mark } from '../domain/slice';
import { chooseMarks, MARKS, markKey, markOf, PARK_AFTER_ATTEMPTS, PARKED_MARKS, sliceKey } from '../domain/slice';
import type { Store } from '../ports/store';

/** Marks that one pass looks at: bounded so that they travel between states well under 256 KiB. */
export const MOST_MARKS = 200;

/**
 * Reads the marks of the next pass. Which slices a pass looks at is noted on the leader item; a pass that finds such a
 * note was preceded by one that ended without a result, and counts an attempt against those slices.
 * Answers nothing when the fence was lost.
 */
export async function collectMarks(store: Store, fence: Fence, before: Leader): Promise<readonly Mark[] | undefined> {
  const unfinished = new Set((before as { attempting?: readonly string[] }).attempting ?? []);
  const { items } = await store.query({ table: 'control', pk: MARKS, limit: MOST_MARKS });
  const marks: Mark[] = [];
  for (const mark of items.map(markOf)) {
    const counted = unfinished.has(sliceKey(mark.slice)) ? await countAttempt(store, fence, mark) : mark;
    if (counted) marks.push(counted);
  }
  const chosen = chooseMarks(marks);
  const { applied } = await store.transact([
    {
      at: leaderKey(fence.controller),
      update: { set: { attempting: chosen.map(({ slice }) => sliceKey(slice)) } },
      when: [{ epoch: { equals: fence.epoch } }],
    },
  ]);
  return applied ? chosen : undefined;
}

/** One more pass ended without a result for this slice. Answers nothing when that parks it. */
async function countAttempt(store: Store, fence: Fence, mark: Mark): Promise<Mark | undefined> {
  const attempts = (mark.attempts ?? 0) + 1;
  const at = markKey(mark.slice);
  const when = [{ version: { equals: mark.version } }];
  if (attempts < PARK_AFTER_ATTEMPTS) {
    await store.transact([fenceCheck(fence), { at, update: { set: { attempts } }, when }]);
    return { ...mark, attempts };
  }
  await store.transact([
    fenceCheck(fence),
    { at, delete: true, when },
    { at: { ...at, pk: PARKED_MARKS }, put: { ...mark, attempts } },
  ]);
  return undefined;
}
