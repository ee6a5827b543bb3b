import type { Fence } from '../domain/lease';
import { leaderKey } from '../domain/lease';
import type { Mark } from '../domain/slice';
import { clearMarkWrites } from '../domain/slice';
import { type LeadContext, renew } from '../leadership/lead';
import type { Bell } from '../ports/bell';
import type { LeveledLog } from '../ports/leveled-log';
import type { PlanStore } from '../ports/plan-store';
import type { Store } from '../ports/store';
import { commitGroups } from './commit-fenced';
import { type CommittedPair, commitPair } from './commit-pair';
import { readGuardedPairs } from './guarded-pairs';
import { tellOfHeldPlans } from './tell-of-held-plans';

export interface CommitContext extends Omit<LeadContext, 'execution'> {
  readonly plans: PlanStore;
  readonly bell: Bell;
  readonly log: LeveledLog;
}

export interface CommitInput {
  /** The epoch of the plan. */
  readonly epoch: number;
  readonly documents: readonly string[];
  readonly marks: readonly Mark[];
  /** Where an earlier step stopped. */
  readonly position?: CommitPosition;
}

/** The next pair to commit, and whether any change before it met a row that had changed. */
export interface CommitPosition {
  readonly document: number;
  readonly pair: number;
  readonly conflicts: boolean;
  readonly operations: number;
}

export type CommitResult =
  | { readonly overtaken: true }
  | { readonly overtaken: false; readonly done: boolean; readonly position: CommitPosition };

/** A step stops taking up pairs when this much of its time is left. */
const RESERVED_MS = 60_000;

/**
 * Makes a plan take effect: ledger rows and work items in fenced transactions, then what requests and links are told,
 * last the marks, each only in the version that was read. What the guard holds is marked, and people are told.
 */
export async function commitPlan(context: CommitContext, input: CommitInput): Promise<CommitResult> {
  const { store, clock, plans, deadline } = context;
  const fence: Fence = { controller: 'reconcile', epoch: input.epoch };
  if (!(await renew(store, fence, deadline))) return { overtaken: true };
  const guarded = (await readGuardedPairs(store)).plans;
  let position = input.position ?? { document: 0, pair: 0, conflicts: false, operations: 0 };
  for (
    ;
    position.document < input.documents.length;
    position = { ...position, document: position.document + 1, pair: 0 }
  ) {
    const { pairs } = await plans.load(input.documents[position.document] ?? '');
    for (const plan of pairs.slice(position.pair)) {
      if (clock.now() > deadline - RESERVED_MS) return { overtaken: false, done: false, position };
      const committed = await commitPair({ store, fence, now: clock.now() }, plan, guarded.get(plan.pairId));
      if (committed.outcome === 'overtaken') return { overtaken: true };
      position = advanced(position, committed);
    }
  }
  if (!position.conflicts && guarded.size > 0) await tellOfHeldPlans(context, fence);
  if (!position.conflicts && !(await clearMarks(store, fence, input.marks, clock.now()))) return { overtaken: true };
  if (position.operations > 0) await context.bell.ring('apply-assignments');
  return { overtaken: false, done: true, position };
}

function advanced(position: CommitPosition, { outcome, operations }: CommittedPair): CommitPosition {
  return {
    ...position,
    pair: position.pair + 1,
    conflicts: position.conflicts || outcome === 'conflicts',
    operations: position.operations + operations,
  };
}

/** Deletes the marks in the version that was read; those that were set again stay. False: the fence was lost. */
async function clearMarks(store: Store, fence: Fence, marks: readonly Mark[], now: number): Promise<boolean> {
  if ((await commitGroups(store, fence, marks.map(clearMarkWrites))) === 'overtaken') return false;
  const done = await store.transact([
    {
      at: leaderKey(fence.controller),
      update: { set: { succeededAt: now }, remove: ['attempting'] },
      when: [{ epoch: { equals: fence.epoch } }],
    },
  ]);
  return done.applied;
}
