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
import { type Notification, named, notificationWrite } from '../domain/notification';
import type { LeveledLog } from '../ports/leveled-log';
import { queryAll, type Store } from '../ports/store';
import { readGuardedPairs } from './guarded-pairs';

export interface TellingWorld {
  readonly store: Store;
  readonly log: Pick<LeveledLog, 'warn'>;
}

/** Has people told of plans that wait for them, once for each hold. */
export async function tellOfHeldPlans({ store, log }: TellingWorld, fence: Fence): Promise<void> {
  const plans = new Set((await readGuardedPairs(store)).plans.values());
  for (const plan of plans) {
    const { planId, hold, reason } = plan;
    if (plan.status !== 'HELD' || plan.notified === hold) continue;
    log.warn('A plan is held', { planId, hold, reason });
    const notification = await notificationOf(store, plan);
    await store.transact([fenceCheck(fence), notifiedWrite(plan), notificationWrite(notification)]);
  }
}

async function notificationOf(store: Store, plan: HeldPlan): Promise<Notification> {
  const { planId, reason, withdrawn, causedBy } = plan;
  const query = { table: 'control', pk: planPartition(planId), sortPrefix: PAIR_PREFIX } as const;
  const pairs = (await queryAll(store, query)).map(heldPairOf);
  const removals = pairs.reduce((sum, pair) => sum + pair.removals, 0);
  return {
    subject: `${counted(removals)} of account assignments ${removals === 1 ? 'is' : 'are'} held`,
    details: {
      planId,
      why: withdrawn ?? reason,
      removals,
      causedBy: named(causedBy),
      permissionSets: named(pairs.map(({ permissionSetName }) => permissionSetName)),
      principals: named(pairs.map(principal)),
      toSee: `GET /plans/${planId}`,
      toRemoveThem: `POST /plans/${planId}/approve, by somebody else than who caused it`,
      toKeepThem: `POST /plans/${planId}/reject`,
    },
  };
}

function principal({ principalType, principalName }: HeldPair): string {
  return `${principalType} ${principalName}`;
}
