import { GUARDED, heldPlanOf, planKey, planStatus } from '../domain/held-plan';
import type { Controller } from '../domain/lease';
import { isLed } from '../domain/lease';
import { HELD_ROWS, OPERATIONS, WORK_PARTITIONS } from '../domain/ledger-row';
import { OUTBOX } from '../domain/notification';
import { MARKS, PARKED_MARKS } from '../domain/slice';
import { WAITING_LINKS } from '../domain/waiting-link';
import type { Item } from '../domain/write';
import type { Clock } from '../ports/clock';
import type { Metrics } from '../ports/metrics';
import type { PartitionQuery, Store } from '../ports/store';
import { MOST_COUNTED, type Unfinished, unconvergedKey } from './unfinished';

export interface MeasuringWorld {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Metrics;
}

/** Plans that are asked for their status each minute. */
const MOST_PLANS = 20;
/** What has to come to its end before everything is as declared. A full pass looks; what it finds is due for the others. */
const CONVERGING: readonly Controller[] = ['reconcile', 'converge-permission-sets', 'apply-assignments'];

/**
 * Writes down how much there is to do and for how long, from the heads of partitions that hold only what is unfinished:
 * never from a whole table. `UnconvergedSeconds` is exact to the minute.
 */
export async function measure(world: MeasuringWorld, unfinished: Unfinished): Promise<void> {
  const { store, clock, metrics } = world;
  const now = clock.now();
  const read = async (query: Omit<PartitionQuery, 'limit'>) =>
    (await store.query({ ...query, limit: MOST_COUNTED })).items;
  const marks = unfinished.head(MARKS);
  metrics.gauges({
    DirtySlices: marks.length,
    OldestDirtySeconds: oldestSeconds(marks, now),
    ParkedSlices: (await read({ table: 'control', pk: PARKED_MARKS })).length,
    PendingRevocations: unfinished.head(WORK_PARTITIONS.delete).length,
    PendingGrants: unfinished.head(WORK_PARTITIONS.create).length,
    OutstandingOperations: unfinished.head(OPERATIONS).length,
    WaitingLinks: (await read({ table: 'control', pk: WAITING_LINKS })).length,
    HeldAssignments: (await read({ table: 'ledger', pk: HELD_ROWS })).length,
    HeldPlans: await undecidedPlans(store, await read({ table: 'control', pk: GUARDED })),
    UnsentNotifications: (await read({ table: 'control', pk: OUTBOX })).length,
    UnconvergedSeconds: await unconvergedSeconds(store, unfinished, now),
  });
}

function oldestSeconds(marks: readonly Item[], now: number): number {
  const times = marks.map(({ markedAt }) => Date.parse(`${markedAt}`)).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? 0 : seconds(now - Math.min(...times));
}

async function undecidedPlans(store: Store, pairs: readonly Item[]): Promise<number> {
  const ids = [...new Set(pairs.map(({ planId }) => `${planId}`))].slice(0, MOST_PLANS);
  const plans = await store.getMany(ids.map(planKey));
  return plans.filter((plan) => planStatus(heldPlanOf(plan)) === 'HELD').length;
}

/** Written only when it begins and when it ends, so that a quiet installation writes nothing. */
async function unconvergedSeconds(store: Store, unfinished: Unfinished, now: number): Promise<number> {
  const since = unfinished.unconvergedSince;
  if (!isUnconverged(unfinished, now)) {
    if (since !== undefined) await store.transact([{ at: unconvergedKey, delete: true }]);
    return 0;
  }
  if (since !== undefined) return seconds(now - since);
  await store.transact([{ at: unconvergedKey, put: { since: now } }]);
  return 0;
}

function isUnconverged({ leader, isDue }: Unfinished, now: number): boolean {
  return CONVERGING.some((controller) => isLed(leader(controller), now) || isDue(controller));
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / 1_000));
}
