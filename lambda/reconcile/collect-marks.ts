import type { Fence, Leader } from '../domain/lease';
import { fenceCheck, leaderKey } from '../domain/lease';
import { type LinkDocument, linkKey } from '../domain/link-document';
import { requestKey } from '../domain/request';
import type { Mark } from '../domain/slice';
import {
  chooseMarks,
  countFailure,
  deservesParking,
  MARKS,
  markKey,
  markOf,
  PARK_AFTER_ATTEMPTS,
  parkMarkWrites,
  sliceKey,
} from '../domain/slice';
import type { Write } from '../domain/write';
import type { Store } from '../ports/store';
import { commitFenced } from './commit-fenced';

/** Marks that one pass looks at: bounded so that they travel between states well under 256 KiB. */
export const MOST_MARKS = 200;

/**
 * Reads the marks of the next pass. Which slices a pass looks at is noted on the leader item; a pass that finds such a
 * note was preceded by one that ended without a result, and counts an attempt against those slices.
 * Answers nothing when the fence was lost.
 */
export async function collectMarks(
  store: Store,
  fence: Fence,
  before: Leader,
  now: number,
): Promise<readonly Mark[] | undefined> {
  const unfinished = new Set(before.attempting ?? []);
  const { items } = await store.query({ table: 'control', pk: MARKS, limit: MOST_MARKS });
  const marks: Mark[] = [];
  for (const mark of items.map(markOf)) {
    const counted = unfinished.has(sliceKey(mark.slice))
      ? await countAttempt(store, fence, countFailure(mark, now, before.succeededAt))
      : mark;
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
async function countAttempt(store: Store, fence: Fence, counted: Mark): Promise<Mark | undefined> {
  if (deservesParking(counted)) {
    await tellRequests(store, fence, counted, GIVEN_UP);
    await store.transact([fenceCheck(fence), ...parkMarkWrites(counted)]);
    return undefined;
  }
  const { attempts = 0, blamed = 0, failedAt = 0 } = counted;
  const when = [{ version: { equals: counted.version } }];
  await store.transact([
    fenceCheck(fence),
    { at: markKey(counted.slice), update: { set: { attempts, blamed, failedAt } }, when },
  ]);
  if (attempts === PARK_AFTER_ATTEMPTS) await tellRequests(store, fence, counted, TROUBLED);
  return counted;
}

const SEE_EXECUTIONS = 'the failed executions of reconcile say why';
const TROUBLED = `planning it failed ${PARK_AFTER_ATTEMPTS} times and is tried again every minute; ${SEE_EXECUTIONS}`;
const GIVEN_UP = `planning it failed again and again while others succeeded, and was given up; ${SEE_EXECUTIONS}; submit it again to try again`;

/** The requests that wait for a link learn that its planning is in trouble. */
async function tellRequests(store: Store, fence: Fence, { slice }: Mark, failure: string): Promise<void> {
  if (slice.kind !== 'link') return;
  const [link] = (await store.getMany([linkKey(slice)])) as unknown as LinkDocument[];
  const writes = (link?.openRequests ?? []).map(
    (requestId): Write => ({
      at: requestKey(requestId),
      update: { set: { failure } },
      when: [{ requestId: { present: true } }],
    }),
  );
  await commitFenced(store, fence, writes);
}
