import { countRemovals, isRemoval } from '../domain/guard';
import { guardedChanges } from '../domain/guarded-changes';
import {
  type HeldPlan,
  planPartition,
  recordPairWrite,
  removalsPrefix,
  settlePairWrites,
  undecidedCheck,
  verdictOn,
} from '../domain/held-plan';
import type { Fence } from '../domain/lease';
import { fenceCheck } from '../domain/lease';
import { notificationWrite } from '../domain/notification';
import { operationOf } from '../domain/plan';
import type { PairPlan, PlannedChange } from '../domain/plan-document';
import { forgetIds, rememberIds } from '../domain/remembered-ids';
import type { Write } from '../domain/write';
import type { Store } from '../ports/store';
import { commitChanges } from './commit-changes';
import { type CommitOutcome, commitFenced } from './commit-fenced';
import { notificationsOfPair } from './notifications-of-pair';
import { type PairRemovals, removalsOf } from './planned-removals';
import { recordOutcomes } from './record-outcomes';

export interface PairCommit {
  readonly store: Store;
  readonly fence: Fence;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface CommittedPair {
  readonly outcome: CommitOutcome;
  /** Operations that the worker has to start. */
  readonly operations: number;
}

const OVERTAKEN: CommittedPair = { outcome: 'overtaken', operations: 0 };

/**
 * Carries out the plan of one pair, and tells its links, its requests and people. Of a pair that belongs to a plan which a person
 * decides about (`held`), removals are held, released or kept.
 */
export async function commitPair(
  context: PairCommit,
  plan: PairPlan,
  held: HeldPlan | undefined,
): Promise<CommittedPair> {
  const { store, fence } = context;
  // Before the rows: should this run die, their ids are found again, and people were told.
  const remembering = plan.remembers.map(rememberIds);
  const telling = notificationsOfPair(plan).map(notificationWrite);
  if ((await commitFenced(store, fence, [...remembering, ...telling])) === 'overtaken') return OVERTAKEN;
  return held ? commitGuardedPair(context, plan, held) : commitFreePair(context, plan);
}

async function commitFreePair({ store, fence, now }: PairCommit, plan: PairPlan): Promise<CommittedPair> {
  const removals = plan.changes.filter(({ change }) => isRemoval(change)).length;
  if (removals > 0) {
    const counted = await store.transact([fenceCheck(fence), countRemovals(removals, now)]);
    if (!counted.applied) return OVERTAKEN;
  }
  return finish({ store, fence }, plan, await commitChanges(store, fence, plan.changes));
}

async function commitGuardedPair(context: PairCommit, plan: PairPlan, held: HeldPlan): Promise<CommittedPair> {
  const { store, fence } = context;
  const verdict = verdictOn(held, fence.epoch);
  const guarded = guardedChanges(plan, held, verdict);
  const carriedOut = { ...plan, changes: guarded.changes, links: guarded.links };
  const outcome = worst(
    await commitChanges(store, fence, guarded.changes),
    // Somebody may decide meanwhile: what is added after that would look decided, too.
    await commitChanges(store, fence, guarded.held, undecidedCheck(held)),
  );
  const noted = outcome === 'committed' ? await note(context, plan, held, guarded.held) : outcome;
  return finish(context, carriedOut, worst(noted, guarded.postponed > 0 ? 'conflicts' : 'committed'));
}

/** Notes what is held of the pair now, or that the held plan has nothing to do with it any more. */
async function note(
  { store, fence }: PairCommit,
  pair: PairPlan,
  plan: HeldPlan,
  held: readonly PlannedChange[],
): Promise<CommitOutcome> {
  if (held.length === 0 && plan.status === 'HELD' && (await hasRemovals(store, plan, pair))) return 'committed';
  const planned = removalsOf(pair);
  const writes: Write[] =
    held.length > 0 && planned
      ? [recordPairWrite(plan.planId, { ...described(planned), removals: held.length })]
      : settlePairWrites(plan, pair.pairId);
  const noted = await store.transact([fenceCheck(fence), ...writes]);
  return noted.applied || !noted.failed.includes(0) ? 'committed' : 'overtaken';
}

/** Removals that are held, but not planned at present, since their accounts cannot be worked in. */
async function hasRemovals(store: Store, { planId }: HeldPlan, { pairId }: PairPlan): Promise<boolean> {
  const query = { table: 'control', pk: planPartition(planId), sortPrefix: removalsPrefix(pairId), limit: 1 } as const;
  return (await store.query(query)).items.length > 0;
}

function described({ pairId, permissionSetName, principalType, principalName }: PairRemovals) {
  return { pairId, permissionSetName, principalType, principalName };
}

/** A pair with conflicts is planned again; its requests stay open until then. */
async function finish(
  { store, fence }: Pick<PairCommit, 'store' | 'fence'>,
  plan: PairPlan,
  outcome: CommitOutcome,
): Promise<CommittedPair> {
  const operations = plan.changes.filter(({ change }) => operationOf(change) !== undefined).length;
  if (outcome !== 'committed') return { outcome, operations };
  if (!(await recordOutcomes(store, fence, plan))) return OVERTAKEN;
  const forgetting = plan.forgets.map((ids) => forgetIds(plan.pairId, ids));
  return { outcome: await commitFenced(store, fence, forgetting), operations };
}

function worst(...outcomes: readonly CommitOutcome[]): CommitOutcome {
  if (outcomes.includes('overtaken')) return 'overtaken';
  return outcomes.includes('conflicts') ? 'conflicts' : 'committed';
}
