import type { HeldPlan } from './held-plan';
import { planStatus, waitsForPlan } from './held-plan';
import type { RequestStatus } from './request-status';

/**
 * What the decision about a plan has come to. An approval is over when the removals are planned, the rejection when it
 * is noted; the removals themselves are followed by the requests that asked for them.
 */
export function planRequestStatus(plan: HeldPlan | undefined): RequestStatus {
  const isHeldAgain = plan?.status === 'HELD' && planStatus(plan) === 'HELD';
  const waitingFor = plan && isHeldAgain ? [waitsForPlan(plan.planId)] : [];
  const message = isHeldAgain ? plan.withdrawn : undefined;
  const isOpen = plan !== undefined && planStatus(plan) === 'APPROVED';
  return {
    status: isHeldAgain ? 'HELD' : isOpen ? 'ACCEPTED' : 'COMPLETED',
    planned: { create: 0, delete: 0 },
    adopted: 0,
    completed: 0,
    failed: 0,
    waitingFor,
    ...(plan && isHeldAgain ? { heldBy: [plan.planId] } : {}),
    skipped: [],
    skippedCount: 0,
    errors: [],
    ...(message ? { message } : {}),
  };
}
