import { causeOfDecision } from './cause';
import { isRemoval } from './guard';
import { type HeldPlan, keptReason, type Verdict } from './held-plan';
import type { LinkId } from './ids';
import type { Change } from './plan';
import type { PairPlan, PlannedChange, PlannedLink } from './plan-document';

/** What a pass does with one pair, once the guard has had its say. */
export interface GuardedChanges {
  /** Carried out as planned. */
  readonly changes: readonly PlannedChange[];
  /** Removals that wait for a decision. */
  readonly held: readonly PlannedChange[];
  /** Removals that were not among those that were rejected: the next pass judges them. */
  readonly postponed: number;
  readonly links: readonly PlannedLink[];
}

/** The plan of a pair that belongs to a held plan: creates go on, removals as the verdict says. */
export function guardedChanges(pair: PairPlan, plan: HeldPlan, verdict: Verdict): GuardedChanges {
  if (verdict === 'release') {
    return {
      changes: pair.changes.map((planned) => released(planned, plan)),
      held: [],
      postponed: 0,
      links: pair.links,
    };
  }
  const others = pair.changes.filter(({ change }) => !isRemoval(change));
  const removals = pair.changes.filter(({ change }) => isRemoval(change));
  if (verdict === 'hold') {
    const held = removals.map((planned) => heldBack(planned, plan.planId));
    return { changes: others, held, postponed: 0, links: linksThatWait(pair.links, held, plan.planId) };
  }
  const rejected = removals.filter(({ change }) => isRemoval(change) && change.row.heldBy === plan.planId);
  const kept = rejected.map((planned) => keptBack(planned, plan));
  return {
    changes: [...others, ...kept],
    held: [],
    postponed: removals.length - kept.length,
    links: pair.links,
  };
}

function released(planned: PlannedChange, plan: HeldPlan): PlannedChange {
  return isRemoval(planned.change) ? { ...planned, cause: causeOfDecision(plan) } : planned;
}

function heldBack(planned: PlannedChange, planId: string): PlannedChange {
  const { change } = planned;
  if (!isRemoval(change)) return planned;
  return { ...planned, change: { type: 'hold', row: change.row, planId, reason: change.reason } };
}

function keptBack(planned: PlannedChange, plan: HeldPlan): PlannedChange {
  const { change } = planned;
  if (!isRemoval(change)) return planned;
  const { planId, rejectedBy = 'somebody' } = plan;
  const kept: Change = { type: 'keep', row: change.row, planId, reason: keptReason(planId, rejectedBy) };
  return { ...planned, change: kept, cause: causeOfDecision(plan) };
}

/** Links that claimed what is held say so. */
function linksThatWait(links: readonly PlannedLink[], held: readonly PlannedChange[], planId: string): PlannedLink[] {
  const waiting = new Set<LinkId>(held.flatMap(({ change }) => change.row.claims.map(({ linkId }) => linkId)));
  return links.map((link) => {
    if (!waiting.has(link.linkId)) return link;
    const { unchanged: _, ...told } = link;
    return { ...told, outcome: { ...link.outcome, heldBy: planId } };
  });
}
