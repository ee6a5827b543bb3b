import { type Answer, ok } from '../api/answer';
import type { RequestId } from '../domain/ids';
import { linkIdOf, pairIdOf } from '../domain/link';
import { Conflict } from '../ports/faults';
import { OverlayStore } from './overlay-store';
import type { LinkRequest } from './parse-link-request';
import type { IntakeWorld, Post } from './post';
import { DRY_RUN_MS, type PreviewWorld } from './preview-world';
import { type RehearsedPass, rehearsePass } from './rehearse-pass';
import { countedChanges, shownAssignments } from './shown-plan';
import { readLink, submitLink } from './submit-link';

/**
 * `POST /postLinkData?dryRun=true`: what the submission would change. It is submitted, planned and judged by the same
 * code as in earnest, over a store that keeps writes in memory; nothing is stored.
 */
export async function previewLink(
  { store, clock, newId }: Pick<IntakeWorld, 'store' | 'clock' | 'newId'>,
  world: PreviewWorld,
  { requestId, submittedBy }: Post,
  { action, link, limits }: LinkRequest,
): Promise<Answer> {
  const overlay = new OverlayStore(store);
  const now = clock.now();
  const submitted = await submitLink({ store: overlay, newId }, link, await readLink(overlay, link), {
    state: action === 'create' ? 'present' : 'deleted',
    requestId: requestId as RequestId,
    submittedBy,
    source: 'api',
    ...(limits ? { limits } : {}),
    now,
  });
  if (!submitted) throw new Conflict('The link is being submitted.');
  const linkId = linkIdOf(link);
  const directory = world.directory(overlay);
  const rehearsal = { store: overlay, directory, world, clock, newId, until: now + DRY_RUN_MS };
  // Of a link that nobody knows, the others of its pair are shown.
  const mark = { slice: { kind: 'link', linkId, pairId: pairIdOf(link) }, version: newId() } as const;
  const pass = await rehearsePass(rehearsal, [mark]);
  const { changes, unchanged, held } = await shownAssignments(overlay, pass.pairs);
  const { create, delete: removed, changes: shown } = countedChanges(changes);
  const numbers = { create, delete: removed, unchanged };
  return ok({ plan: { ...numbers, changes: shown, ...outcomeOf(linkId, pass), held, notLookedAt: pass.notLookedAt } });
}

function outcomeOf(linkId: string, { pairs }: RehearsedPass) {
  const planned = pairs.flatMap(({ plan }) => plan.links).find((link) => link.linkId === linkId);
  return { waitingFor: planned?.outcome.waitingFor ?? [], skipped: planned?.outcome.skipped ?? [] };
}
