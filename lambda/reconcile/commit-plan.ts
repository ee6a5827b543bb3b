import type { Fence } from '../domain/lease';
import { leaderKey } from '../domain/lease';
import { operationOf } from '../domain/plan';
import type { PairPlan } from '../domain/plan-document';
import { forgetIds, rememberIds } from '../domain/remembered-ids';
import type { Mark } from '../domain/slice';
import { clearMarkWrites } from '../domain/slice';
import { type LeadContext, renew } from '../leadership/lead';
import type { Bell } from '../ports/bell';
import type { PlanStore } from '../ports/plan-store';
import type { Store } from '../ports/store';
import { commitChanges } from './commit-changes';
import { commitFenced, commitGroups } from './commit-fenced';
import { recordOutcomes } from './record-outcomes';

export interface CommitContext extends Omit<LeadContext, 'execution'> {
  readonly plans: PlanStore;
  readonly bell: Bell;
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
 * last the marks, each only in the version that was read.
 */
export async function commitPlan(context: CommitContext, input: CommitInput): Promise<CommitResult> {
  const { store, clock, plans, deadline } = context;
  const fence: Fence = { controller: 'reconcile', epoch: input.epoch };
  if (!(await renew(store, fence, deadline))) return { overtaken: true };
  let position = input.position ?? { document: 0, pair: 0, conflicts: false, operations: 0 };
  for (
    ;
    position.document < input.documents.length;
    position = { ...position, document: position.document + 1, pair: 0 }
  ) {
    const { pairs } = await plans.load(input.documents[position.document] ?? '');
    for (const plan of pairs.slice(position.pair)) {
      if (clock.now() > deadline - RESERVED_MS) return { overtaken: false, done: false, position };
      const outcome = await commitPair(store, fence, plan);
      if (outcome === 'overtaken') return { overtaken: true };
      position = advanced(position, plan, outcome === 'conflicts');
    }
  }
  if (!position.conflicts && !(await clearMarks(store, fence, input.marks, clock.now()))) return { overtaken: true };
  if (position.operations > 0) await context.bell.ring('apply-assignments');
  return { overtaken: false, done: true, position };
}

async function commitPair(store: Store, fence: Fence, plan: PairPlan) {
  const { pairId, remembers, forgets } = plan;
  const remembering = remembers.map((ids) => rememberIds(pairId, ids));
  if ((await commitFenced(store, fence, remembering)) === 'overtaken') return 'overtaken';
  const outcome = await commitChanges(store, fence, plan.changes);
  // A pair with conflicts is planned again; its requests stay open until then.
  if (outcome !== 'committed') return outcome;
  if (!(await recordOutcomes(store, fence, plan))) return 'overtaken';
  const forgetting = forgets.map((ids) => forgetIds(pairId, ids));
  return commitFenced(store, fence, forgetting);
}

function advanced(position: CommitPosition, plan: PairPlan, conflicts: boolean): CommitPosition {
  const operations = plan.changes.filter(({ change }) => operationOf(change) !== undefined).length;
  return {
    ...position,
    pair: position.pair + 1,
    conflicts: position.conflicts || conflicts,
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
