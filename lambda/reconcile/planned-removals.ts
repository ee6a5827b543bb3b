import { isRemoval } from '../domain/guard';
import type { HeldPair } from '../domain/held-plan';
import type { PairPlan } from '../domain/plan-document';
import type { PlanStore } from '../ports/plan-store';

/** What a pass would remove of one pair. */
export interface PairRemovals extends Omit<HeldPair, 'recorded'> {
  /** Of each removal the plan that held it before, if one did. */
  readonly heldBy: readonly (string | undefined)[];
  /** Who submitted links of the pair since it was last planned. */
  readonly causedBy: readonly string[];
}

/** The pairs of which a pass would remove anything; one document is in memory at a time. */
export async function plannedRemovals(plans: PlanStore, documents: readonly string[]): Promise<PairRemovals[]> {
  const found: PairRemovals[] = [];
  for (const key of documents) {
    const { pairs } = await plans.load(key);
    found.push(...pairs.flatMap((plan) => removalsOf(plan) ?? []));
  }
  return found;
}

export function removalsOf({ pairId, changes, links }: PairPlan): PairRemovals | undefined {
  const rows = changes.flatMap(({ change }) => (isRemoval(change) ? [change.row] : []));
  const [first] = rows;
  if (!first) return undefined;
  const { permissionSetName, principalType, principalName } = first;
  return {
    pairId,
    permissionSetName,
    principalType,
    principalName,
    removals: rows.length,
    heldBy: rows.map(({ heldBy }) => heldBy),
    causedBy: links.flatMap(({ submittedBy }) => submittedBy ?? []),
  };
}
