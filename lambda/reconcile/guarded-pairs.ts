import { GUARDED, type HeldPlan, heldPlanOf, planKey } from '../domain/held-plan';
import type { PairId } from '../domain/ids';
import { queryAll, type Store } from '../ports/store';

/** Which pairs belong to plans that a person decides about, as it was read. */
export interface GuardedPairs {
  /** Plans that have effect, by the pairs that belong to them. */
  readonly plans: ReadonlyMap<PairId, HeldPlan>;
  /** Pairs of plans that a run had no time to write: they have no effect. */
  readonly unwritten: ReadonlyMap<PairId, string>;
}

/** Reads which pairs are guarded, and by which plans: two reads, of which one is usually empty. */
export async function readGuardedPairs(store: Store): Promise<GuardedPairs> {
  const entries = (await queryAll(store, { table: 'control', pk: GUARDED })).map(({ pairId, planId }) => ({
    pairId: pairId as PairId,
    planId: String(planId),
  }));
  const known = await readPlans(store, new Set(entries.map(({ planId }) => planId)));
  const plans = new Map<PairId, HeldPlan>();
  const unwritten = new Map<PairId, string>();
  for (const { pairId, planId } of entries) {
    const plan = known.get(planId);
    if (plan) plans.set(pairId, plan);
    else unwritten.set(pairId, planId);
  }
  return { plans, unwritten };
}

export async function readPlans(store: Store, planIds: ReadonlySet<string>): Promise<Map<string, HeldPlan>> {
  if (planIds.size === 0) return new Map();
  const items = await store.getMany([...planIds].map(planKey));
  return new Map(items.map(heldPlanOf).map((plan) => [plan.planId, plan]));
}
