import type { PairId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import { linkKey } from '../domain/link-document';
import type { PairPlan, PlannedLink } from '../domain/plan-document';
import { requestKey } from '../domain/request';
import { waitingLinkWrites } from '../domain/waiting-link';
import type { Write } from '../domain/write';
import type { Store } from '../ports/store';
import { commitFenced, commitGroups } from './commit-fenced';

/**
 * Tells the requests and the links of a pair what planning found, after the changes were committed, so that no request
 * looks complete before its changes exist. False: the fence was lost.
 */
export async function recordOutcomes(store: Store, fence: Fence, plan: PairPlan): Promise<boolean> {
  const told = plan.links.filter(({ unchanged }) => !unchanged);
  // Requests first: a link that was told keeps no requests to tell.
  if ((await commitFenced(store, fence, told.flatMap(requestWrites))) === 'overtaken') return false;
  const writes = told.map((link) => [linkWrite(plan.pairId, link), ...waitingLinkWrites(plan.pairId, link)]);
  return (await commitGroups(store, fence, writes)) !== 'overtaken';
}

function requestWrites({ openRequests, outcome }: PlannedLink): Write[] {
  const { waitingFor, skipped, skippedCount, at } = outcome;
  return openRequests.map((requestId) => ({
    at: requestKey(requestId),
    update: { set: { plannedAt: at, waitingFor, skipped, skippedCount }, remove: ['failure'] },
    // A request that was kept long enough and is gone needs no answer.
    when: [{ requestId: { present: true } }],
  }));
}

/** A link that was submitted again since it was read keeps its open requests: its mark is dirty again. */
function linkWrite(pairId: PairId, { linkId, outcome, openRequests }: PlannedLink): Write {
  const stillOpen = outcome.waitingFor.length > 0 ? openRequests : [];
  return {
    at: linkKey({ pairId, linkId }),
    update: { set: { outcome, openRequests: stillOpen } },
    when: [{ generation: { equals: outcome.generation } }],
  };
}
