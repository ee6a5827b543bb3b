import { type Answer, conflict, ok } from '../api/answer';
import { MARKS, markOf } from '../domain/slice';
import { Rejected } from '../ports/faults';
import type { PermissionSetReader } from '../ports/permission-set-reader';
import { type AcceptWorld, acceptPermissionSet } from './accept-permission-set';
import { OverlayPermissionSets } from './overlay-permission-sets';
import { OverlayStore } from './overlay-store';
import type { PermissionSetPost } from './parse-permission-set-request';
import type { Post } from './post';
import { DRY_RUN_MS, type PreviewWorld } from './preview-world';
import { rehearseLook } from './rehearse-look';
import { type RehearsedPass, rehearsePass } from './rehearse-pass';
import {
  policiesNotLookedAt,
  type Rehearsed,
  shownDeletion,
  shownPermissionSet,
  shownProvisions,
} from './shown-permission-set';
import { countedChanges, shownAssignments } from './shown-plan';

export interface PermissionSetPreviewWorld extends PreviewWorld {
  readonly permissionSets: PermissionSetReader;
}

/** Names of what is waited for. */
const MOST_NAMED = 100;

/**
 * `POST /postPermissionSetData?dryRun=true`: what the submission would change. It is taken in, converged, planned and
 * judged by the same code as in earnest, over a store and an Identity Center that keep changes in memory; nothing is
 * stored.
 */
export async function previewPermissionSet(
  intake: AcceptWorld,
  world: PermissionSetPreviewWorld,
  post: Post,
  asked: PermissionSetPost,
): Promise<Answer> {
  const store = new OverlayStore(intake.store);
  const refusal = await acceptPermissionSet({ ...intake, store }, post, asked);
  if (refusal) return refusal;
  try {
    return ok({ plan: await planOf(intake, world, store, asked) });
  } catch (fault) {
    // What the controller would refuse is refused here, though intake had nothing against it.
    if (fault instanceof Rejected) return conflict(fault.message, post.requestId);
    throw fault;
  }
}

async function planOf(
  { clock, newId, protection }: AcceptWorld,
  world: PermissionSetPreviewWorld,
  store: OverlayStore,
  { name, action }: PermissionSetPost,
) {
  const until = clock.now() + DRY_RUN_MS;
  const permissionSets = new OverlayPermissionSets(world.permissionSets, clock, until);
  const look = await rehearseLook({ store, permissionSets, protection, clock, newId }, name);
  const rehearsed = { name, store, permissionSets, look };
  if (action === 'delete') return shownDeletion(rehearsed);
  const directory = world.directory(store, permissionSets);
  const marks = store.itemsWritten('control', MARKS).map(markOf);
  return shown(rehearsed, await rehearsePass({ store, directory, world, clock, newId, until }, marks));
}

async function shown(rehearsed: Rehearsed, { pairs, notLookedAt }: RehearsedPass) {
  const { changes: assignments, unchanged, held } = await shownAssignments(rehearsed.store, pairs);
  const provisions = await shownProvisions(rehearsed);
  const { changes, ...numbers } = countedChanges([...provisions, ...assignments]);
  const waitingFor = new Set(pairs.flatMap(({ plan }) => plan.links.flatMap(({ outcome }) => outcome.waitingFor)));
  const reachesAccounts = numbers.create + numbers.provision > 0;
  return {
    ...numbers,
    unchanged,
    changes,
    permissionSet: shownPermissionSet(rehearsed),
    waitingFor: [...waitingFor].slice(0, MOST_NAMED),
    held,
    notLookedAt: [...notLookedAt, ...(reachesAccounts ? await policiesNotLookedAt(rehearsed) : [])],
  };
}
