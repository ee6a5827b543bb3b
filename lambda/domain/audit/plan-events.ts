import { type HeldPlan, heldPlanOf, planStatus } from '../held-plan';
import type { Item } from '../write';
import type { AuditFacts, Told } from './audit-event';
import { bounded } from './bounds';

/** What a change of a plan that somebody decides about means. */
export function planEvents(before: Item | undefined, after: Item | undefined): Told[] {
  if (after === undefined) return [];
  const now = heldPlanOf(after);
  const was = before && heldPlanOf(before);
  const told: Told[] = [];
  if (now.hold !== was?.hold)
    told.push({ type: 'Plan Held', ...factsOf(now), reason: bounded(now.withdrawn ?? now.reason) });
  if (was && now.status !== was.status) told.push(...decision(now));
  if (was && planStatus(now) === 'APPLIED' && planStatus(was) !== 'APPLIED') {
    told.push({ type: 'Plan Applied', ...factsOf(now), ...by(now.approvedBy) });
  }
  return told;
}

function decision(plan: HeldPlan): Told[] {
  if (plan.status === 'APPROVED') return [{ type: 'Plan Approved', ...factsOf(plan), ...by(plan.approvedBy) }];
  if (plan.status === 'REJECTED') return [{ type: 'Plan Rejected', ...factsOf(plan), ...by(plan.rejectedBy) }];
  return [];
}

function factsOf({ planId, causedBy, removals }: HeldPlan): AuditFacts {
  return { callers: causedBy.slice(0, MOST_CALLERS), planId, removals };
}

/** Callers that an event names; the requests name the others. */
const MOST_CALLERS = 50;

function by(caller: string | undefined): Pick<AuditFacts, 'decidedBy'> {
  return caller === undefined ? {} : { decidedBy: caller };
}
