import { guardedChanges } from '../domain/guarded-changes';
import { type HeldPlan, verdictOn } from '../domain/held-plan';
import type { PairId } from '../domain/ids';
import { leaderKey, leaderOf } from '../domain/lease';
import type { PairPlan, PlanDocument, PlannedChange } from '../domain/plan-document';
import type { Mark } from '../domain/slice';
import { begin, type LeadContext, stepDown } from '../leadership/lead';
import type { Clock, UniqueId } from '../ports/clock';
import { InvariantViolated } from '../ports/faults';
import type { PlanStore } from '../ports/plan-store';
import type { Directory } from '../reconcile/directory';
import { expandScopes, RESERVED_MS } from '../reconcile/expand-scopes';
import { readGuardedPairs } from '../reconcile/guarded-pairs';
import { judgePlan } from '../reconcile/judge-plan';
import { bringUpToDate } from '../reconcile/refresh-organization';
import { HurriedOrganization } from './hurried-organization';
import type { OverlayStore } from './overlay-store';
import type { PreviewWorld } from './preview-world';

export interface PassRehearsal {
  readonly store: OverlayStore;
  readonly directory: Directory;
  readonly world: PreviewWorld;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: UniqueId;
  /** No other pair is taken up after this; epoch milliseconds. */
  readonly until: number;
}

/** What a pass would do with one pair. */
export interface RehearsedPair {
  readonly plan: PairPlan;
  /** Without removals that somebody rejected: they stay. */
  readonly changes: readonly PlannedChange[];
  /** Removals among the changes that would wait for a person. */
  readonly held?: RehearsedHold;
}

export interface RehearsedHold {
  readonly plan: HeldPlan;
  readonly removals: number;
  /** The plan is held already; else it would be written by this pass. */
  readonly isHeldAlready: boolean;
}

export interface RehearsedPass {
  readonly pairs: readonly RehearsedPair[];
  /** What there was no time for, for people. */
  readonly notLookedAt: readonly string[];
}

const LINKS_ARE_LEFT =
  'links: not all principals that have links with this permission set were looked at; that would take too long for one answer';

/** What the planner and the guard would make of these marks alone: done by them, over a store that keeps writes in memory. */
export async function rehearsePass(rehearsal: PassRehearsal, marks: readonly Mark[]): Promise<RehearsedPass> {
  const { store, clock, world, directory, newId } = rehearsal;
  const lead = await leadOf(rehearsal);
  const snapshot = world.snapshot(store);
  const organization = new HurriedOrganization(world.organization, snapshot);
  const begun = await begin(lead);
  if (!begun) throw overtaken();
  if (!(await bringUpToDate({ store, clock, organization, snapshot }, begun.fence, marks))) throw overtaken();
  const plans = new PlansInMemory();
  const { supportNestedOu, limits } = world;
  const expanding = { ...lead, directory, snapshot, plans, uniqueId: newId, supportNestedOu };
  const expanded = await expandScopes(expanding, { marks });
  if (expanded.overtaken) throw overtaken();
  const { epoch, deletes, document, after } = expanded;
  await judgePlan({ ...lead, plans, limits }, { epoch, deletes, documents: document ? [document] : [] });
  // Who removes nothing is not judged.
  const guarded = deletes > 0 ? (await readGuardedPairs(store)).plans : new Map<PairId, HeldPlan>();
  return {
    pairs: plans.pairs().map((plan) => guardedPair(plan, guarded.get(plan.pairId), epoch, document)),
    notLookedAt: [...organization.notLookedAt, ...(after === undefined ? [] : [LINKS_ARE_LEFT])],
  };
}

function overtaken(): InvariantViolated {
  return new InvariantViolated('A dry run was overtaken, though nobody else writes to its memory.');
}

/** Whoever leads in earnest does not lead here. Planning leaves a reserve for writes, which a dry run does not need. */
async function leadOf({ store, clock, newId, until }: PassRehearsal): Promise<LeadContext> {
  const { holder } = leaderOf(await store.get(leaderKey('reconcile')));
  if (holder !== undefined) await stepDown(store, 'reconcile', holder);
  return { store, clock, controller: 'reconcile', execution: newId(), deadline: until + RESERVED_MS };
}

function guardedPair(plan: PairPlan, held: HeldPlan | undefined, epoch: number, document?: string): RehearsedPair {
  if (!held) return { plan, changes: plan.changes };
  const guarded = guardedChanges(plan, held, verdictOn(held, epoch));
  const kept = new Set<unknown>(guarded.changes.flatMap(({ change }) => (change.type === 'keep' ? [change.row] : [])));
  const isHeldAlready = document === undefined || !held.documents.includes(document);
  return {
    plan,
    changes: plan.changes.filter(({ change }) => !kept.has(change.row)),
    ...(guarded.held.length > 0 ? { held: { plan: held, removals: guarded.held.length, isHeldAlready } } : {}),
  };
}

/** Plan documents that only this invocation sees. */
class PlansInMemory implements PlanStore {
  private readonly documents = new Map<string, PlanDocument>();

  async save(key: string, document: PlanDocument): Promise<void> {
    this.documents.set(key, document);
  }

  async load(key: string): Promise<PlanDocument> {
    const document = this.documents.get(key);
    if (!document) throw new InvariantViolated(`There is no plan ${key} in memory.`);
    return document;
  }

  pairs(): PairPlan[] {
    return [...this.documents.values()].flatMap(({ pairs }) => pairs);
  }
}
