import type { PairId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import { fenceCheck } from '../domain/lease';
import { linkKey } from '../domain/link-document';
import type { PairPlan, PlannedLink } from '../domain/plan-document';
import { requestKey } from '../domain/request';
import type { Write } from '../domain/write';
import type { Store } from '../ports/store';
import { commitFenced } from './commit-fenced';

/**
 * Tells the requests and the links of a pair what planning found, after the changes were committed, so that no request
 * looks complete before its changes exist. False: the fence was lost.
 */
export async function recordOutcomes(store: Store, fence: Fence, plan: PairPlan): Promise<boolean> {
  for (const link of plan.links) {
    if (link.unchanged) continue;
    if (!(await informRequests(store, fence, link))) return false;
    if (!(await informLink(store, fence, plan.pairId, link))) return false;
  }
  return true;
}

async function informRequests(store: Store, fence: Fence, { openRequests, outcome }: PlannedLink): Promise<boolean> {
  const { waitingFor, skipped, skippedCount, at } = outcome;
  const writes = openRequests.map(
    (requestId): Write => ({
      at: requestKey(requestId),
      update: { set: { plannedAt: at, waitingFor, skipped, skippedCount }, remove: ['failure'] },
      // A request that was kept long enough and is gone needs no answer.
      when: [{ requestId: { present: true } }],
    }),
  );
  return (await commitFenced(store, fence, writes)) !== 'overtaken';
}

/** A link that was submitted again since it was read keeps its open requests: its mark is dirty again. */
async function informLink(store: Store, fence: Fence, pairId: PairId, link: PlannedLink): Promise<boolean> {
  const { linkId, outcome, openRequests } = link;
  const stillOpen = outcome.waitingFor.length > 0 ? openRequests : [];
  const told = await store.transact([
    fenceCheck(fence),
    {
      at: linkKey({ pairId, linkId }),
      update: { set: { outcome, openRequests: stillOpen } },
      when: [{ generation: { equals: outcome.generation } }],
    },
  ]);
  return told.applied || !told.failed.includes(0);
}
