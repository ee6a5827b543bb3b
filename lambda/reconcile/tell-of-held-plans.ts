import { counted } from '../domain/guard';
import {
  type HeldPair,
  type HeldPlan,
  heldPairOf,
  notifiedWrite,
  PAIR_PREFIX,
  planPartition,
} from '../domain/held-plan';
import type { Fence } from '../domain/lease';
import { fenceCheck } from '../domain/lease';
import type { LeveledLog } from '../ports/leveled-log';
import type { Notifier } from '../ports/notifier';
import { queryAll, type Store } from '../ports/store';
import { readGuardedPairs } from './guarded-pairs';

export interface TellingWorld {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly log: LeveledLog;
}

/** Permission sets and principals that a message names; the plan itself names all. */
const MOST_NAMED = 20;

/**
 * Tells people of plans that wait for them, at least once for each hold. A message that could not be sent holds nothing
 * up: the next pass tries again.
 */
export async function tellOfHeldPlans(world: TellingWorld, fence: Fence): Promise<void> {
  const plans = new Set((await readGuardedPairs(world.store)).plans.values());
  for (const plan of plans) {
    if (plan.status !== 'HELD' || plan.notified === plan.hold) continue;
    try {
      await tell(world, plan);
    } catch (error) {
      world.log.error('A held plan could not be notified; the next pass tries again', { planId: plan.planId, error });
      continue;
    }
    await world.store.transact([fenceCheck(fence), notifiedWrite(plan)]);
  }
}

async function tell({ store, notifier, log }: TellingWorld, plan: HeldPlan): Promise<void> {
  const { planId, reason, withdrawn, causedBy, hold } = plan;
  const query = { table: 'control', pk: planPartition(planId), sortPrefix: PAIR_PREFIX } as const;
  const pairs = (await queryAll(store, query)).map(heldPairOf);
  const removals = pairs.reduce((sum, pair) => sum + pair.removals, 0);
  log.warn('A plan is held', { planId, hold, removals, reason });
  await notifier.notify({
    subject: `${counted(removals)} of account assignments ${removals === 1 ? 'is' : 'are'} held`,
    details: {
      planId,
      why: withdrawn ?? reason,
      removals,
      causedBy: causedBy.slice(0, MOST_NAMED),
      permissionSets: named(pairs.map(({ permissionSetName }) => permissionSetName)),
      principals: named(pairs.map(principal)),
      toSee: `GET /plans/${planId}`,
      toRemoveThem: `POST /plans/${planId}/approve, by somebody else than who caused it`,
      toKeepThem: `POST /plans/${planId}/reject`,
    },
  });
}

function principal({ principalType, principalName }: HeldPair): string {
  return `${principalType} ${principalName}`;
}

function named(names: readonly string[]): string[] {
  const different = [...new Set(names)].sort();
  const more = different.length - MOST_NAMED;
  return more > 0 ? [...different.slice(0, MOST_NAMED), `and ${more} more`] : different;
}
