import { applyAssignments } from '../../lambda/assignments/apply-assignments';
import { applyLimits } from '../../lambda/assignments/apply-limits';
import type { StepResult } from '../../lambda/leadership/step-result';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';
import { MOST_OUTSTANDING } from './assignments-world';
import type { Cloud } from './cloud';
import type { Invocation } from './invocation';
import { runWorker } from './worker-run';

const REQUESTS_PER_SECOND = 20;

/** `state-machines/apply-assignments.asl.json`. */
export function runApplyAssignments(cloud: Cloud, execution: string): Promise<void> {
  return runWorker(cloud, { controller: 'apply-assignments', execution, step: applyStep });
}

function applyStep(cloud: Cloud, execution: string, invocation: Invocation): Promise<StepResult> {
  return applyAssignments({
    store: cloud.store.portOf(invocation),
    clock: invocation,
    controller: 'apply-assignments',
    execution,
    deadline: invocation.deadline,
    service: cloud.assignments.serviceOf(invocation),
    uniqueId: cloud.uniqueId,
    random: cloud.chance.draw,
    limits: applyLimits(MOST_OUTSTANDING, REQUESTS_PER_SECOND),
    log: silentLog,
    metrics: silentMetrics,
  });
}
