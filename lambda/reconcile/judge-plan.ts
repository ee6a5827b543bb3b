import {
  type Excess,
  excessOf,
  type GuardLimits,
  isWithinCount,
  MINUTES_THAT_COUNT,
  REMOVAL_COUNTS,
  type Removals,
  reasonOf,
  recentRemovals,
  rowsThatSuffice,
} from '../domain/guard';
import {
  freePairWrites,
  guardPairWrites,
  type HeldPlan,
  holdPlanWrite,
  joinWrite,
  keepAgainWrites,
  releaseWrite,
  unitedCauses,
  withdrawWrite,
} from '../domain/held-plan';
import type { PairId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import { fenceCheck } from '../domain/lease';
import { type LeadContext, renew } from '../leadership/lead';
import type { PlanStore } from '../ports/plan-store';
import { type Store, scanAll } from '../ports/store';
import { commitGroups } from './commit-fenced';
import { type GuardedPairs, readGuardedPairs, readPlans } from './guarded-pairs';
import { type PairRemovals, plannedRemovals } from './planned-removals';

export interface JudgeContext extends Omit<LeadContext, 'execution'> {
  readonly plans: PlanStore;
  readonly limits: GuardLimits;
}

export interface JudgeInput {
  /** The epoch of the plan. */
  readonly epoch: number;
  readonly documents: readonly string[];
  /** Deletions of the whole pass. */
  readonly deletes: number;
}

/** `pass`: what is left of the pass may be carried out. `hold`: removals of this plan wait for a decision. */
export type Verdict = { readonly verdict: 'pass' } | { readonly verdict: 'hold'; readonly planId: string };

/** Plan documents that a held plan names; the removals themselves are listed with it. */
const MOST_DOCUMENTS_NAMED = 20;

/**
 * Judges the removals of the whole pass before anything takes effect, and writes down what is held. What belongs to a
 * plan that a person decides about is judged by that decision, the rest by the limits. A run that was overtaken writes
 * nothing; the next step ends it.
 */
export async function judgePlan(context: JudgeContext, input: JudgeInput): Promise<Verdict> {
  const { store, plans, deadline } = context;
  const fence: Fence = { controller: 'reconcile', epoch: input.epoch };
  if (input.deletes === 0 || !(await renew(store, fence, deadline))) return { verdict: 'pass' };
  const guarded = await readGuardedPairs(store);
  const pairs = await plannedRemovals(plans, input.documents);
  await followDecisions(context, fence, guarded, pairs);
  const free = await withoutKept(
    store,
    fence,
    pairs.filter(({ pairId }) => !guarded.plans.has(pairId)),
  );
  const excess = await judge(context, free);
  await freePairs(store, fence, guarded, new Set(excess ? free.map(({ pairId }) => pairId) : []));
  if (!excess) return { verdict: 'pass' };
  return { verdict: 'hold', planId: await hold(context, fence, { ...input, guarded, free, excess }) };
}

/** Removals of guarded pairs: they join what is held; what was approved is released unless there is more of it now. */
async function followDecisions(
  { store, clock }: JudgeContext,
  fence: Fence,
  { plans }: GuardedPairs,
  pairs: readonly PairRemovals[],
): Promise<void> {
  for (const [plan, its] of byPlan(plans, pairs)) {
    const added = its.filter(({ heldBy }) => heldBy.some((planId) => planId !== plan.planId));
    const causes = added.flatMap(({ causedBy }) => causedBy);
    if (plan.status === 'APPROVED') {
      const count = added.flatMap(({ heldBy }) => heldBy).filter((planId) => planId !== plan.planId).length;
      const at = new Date(clock.now()).toISOString();
      const write = count > 0 ? withdrawWrite(plan, causes, count, at) : releaseWrite(plan, fence.epoch);
      await store.transact([fenceCheck(fence), write]);
    } else if (plan.status === 'HELD' && causes.length > 0) {
      await store.transact([fenceCheck(fence), joinWrite(plan, causes)]);
    }
  }
}

function byPlan(plans: GuardedPairs['plans'], pairs: readonly PairRemovals[]): Map<HeldPlan, PairRemovals[]> {
  const found = new Map<HeldPlan, PairRemovals[]>();
  for (const pair of pairs) {
    const plan = plans.get(pair.pairId);
    if (plan) found.set(plan, [...(found.get(plan) ?? []), pair]);
  }
  return found;
}

/**
 * Leaves out pairs with removals that a rejected plan held: of accounts that could not be worked in when it was
 * rejected. They are kept by this pass; what else the pair has is judged by the next one.
 */
async function withoutKept(store: Store, fence: Fence, pairs: readonly PairRemovals[]): Promise<PairRemovals[]> {
  const held = new Set(pairs.flatMap(({ heldBy }) => heldBy.flatMap((planId) => planId ?? [])));
  const plans = await readPlans(store, held);
  const free: PairRemovals[] = [];
  for (const pair of pairs) {
    const rejected = pair.heldBy.find((planId) => planId !== undefined && plans.get(planId)?.status === 'REJECTED');
    if (rejected === undefined) free.push(pair);
    else await store.transact([fenceCheck(fence), ...keepAgainWrites(rejected, pair.pairId)]);
  }
  return free;
}

/** Nothing: the removals are within the limits. Rows are counted only if they may decide, and only until they do. */
async function judge({ store, clock, limits }: JudgeContext, pairs: readonly PairRemovals[]) {
  const removals = pairs.reduce((sum, pair) => sum + pair.removals, 0);
  if (removals === 0) return undefined;
  const latest = { table: 'control', pk: REMOVAL_COUNTS, descending: true, limit: MINUTES_THAT_COUNT } as const;
  const { items } = await store.query(latest);
  const judged: Removals = { removals, recent: recentRemovals(items, clock.now()) };
  if (isWithinCount(judged, limits)) return undefined;
  return excessOf(judged, await countDesired(store, rowsThatSuffice(judged, limits)), limits);
}

async function countDesired(store: Store, enough: number): Promise<number> {
  let desired = 0;
  for await (const item of scanAll(store, 'ledger')) {
    // Beside the rows the table holds their work items.
    if (item.pk.startsWith('arn:') && item.desired === true) desired += 1;
    if (desired >= enough) break;
  }
  return desired;
}

interface ToHold extends JudgeInput {
  readonly guarded: GuardedPairs;
  readonly free: readonly PairRemovals[];
  readonly excess: Excess;
}

/** The pairs first, the plan last: only then do all of them have effect together. A run that died in between is continued. */
async function hold(context: JudgeContext, fence: Fence, { guarded, free, excess, documents }: ToHold) {
  const { store, limits, clock } = context;
  const begun = free.flatMap(({ pairId }) => guarded.unwritten.get(pairId) ?? []);
  const planId = begun[0] ?? planIdOf(documents[0] ?? '');
  const pairs = free.map(({ heldBy: _, causedBy: __, ...pair }) => guardPairWrites(planId, pair));
  if ((await commitGroups(store, fence, pairs)) === 'overtaken') return planId;
  const plan: HeldPlan = {
    ...excess,
    planId,
    status: 'HELD',
    hold: 1,
    heldAt: new Date(clock.now()).toISOString(),
    limits,
    reason: reasonOf(excess, limits),
    causedBy: unitedCauses(free.flatMap(({ causedBy }) => causedBy)),
    documents: documents.slice(0, MOST_DOCUMENTS_NAMED),
    openPairs: free.length,
  };
  await store.transact([fenceCheck(fence), holdPlanWrite(plan)]);
  return planId;
}

/** `plans/2026-01-31/<id>.json` → `<id>` */
function planIdOf(document: string): string {
  return document.slice(document.lastIndexOf('/') + 1).replace(/\.json$/, '');
}

/** Pairs that an earlier run began to hold, and that this one does not, are free. */
async function freePairs(
  store: Store,
  fence: Fence,
  { unwritten }: GuardedPairs,
  held: ReadonlySet<PairId>,
): Promise<void> {
  const left = [...unwritten].filter(([pairId]) => !held.has(pairId));
  await commitGroups(
    store,
    fence,
    left.map(([pairId, planId]) => freePairWrites(planId, pairId)),
  );
}
