import { begin, type LeadContext } from '../leadership/lead';
import { restUntil, type StepResult } from '../leadership/step-result';
import type { AssignmentService } from '../ports/assignment-service';
import type { Clock, UniqueId } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Metrics } from '../ports/metrics';
import type { PolicyReader } from '../ports/policy-reader';
import type { ApplyLimits } from './apply-limits';
import { OutstandingOperations } from './outstanding-operations';
import { PolicyCheck } from './policy-check';
import { type ApplyStep, submitWork } from './submit-work';
import { TokenBucket } from './token-bucket';
import { WorkList } from './work-list';

/** What one step of the worker needs. */
export interface ApplyContext extends LeadContext {
  readonly clock: Clock;
  readonly service: AssignmentService;
  /** Absent: the service's own reasons tell which policies an account lacks. */
  readonly policies?: PolicyReader;
  readonly uniqueId: UniqueId;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: LeveledLog;
  readonly metrics: Metrics;
  readonly limits: ApplyLimits;
}

/** One look at all outstanding operations per tick: fast enough to notice completion, slow enough for the rate. */
const TICK_MS = 600;
/** A step works at most this long, then the state machine starts the next one. */
const STEP_MS = 50_000;
/** Nothing is submitted this close to the end of the invocation: a submit is awaited, at most for the request time-out. */
const SUBMIT_RESERVE_MS = 15_000;

/**
 * Works on the ledger until nothing is due or the step is over: claims rows, submits operations within the limits, and
 * notices the outcome of all of them with one look per tick.
 */
export async function applyAssignments(context: ApplyContext): Promise<StepResult> {
  const begun = await begin(context);
  if (!begun) return { state: 'overtaken' };
  const { clock, limits } = context;
  const bucket = new TokenBucket(limits.requestsPerSecond, limits.requestsPerSecond, clock.now());
  const step: ApplyStep = {
    ...context,
    fence: begun.fence,
    bucket,
    submitUntil: context.deadline - SUBMIT_RESERVE_MS,
    operations: new OutstandingOperations(context, begun.fence),
    work: new WorkList(context.store, begun.fence),
    policyCheck: new PolicyCheck(context),
  };
  await step.operations.load();
  const stopAt = Math.min(clock.now() + STEP_MS, step.submitUntil);
  while (clock.now() < stopAt) {
    const tickStart = clock.now();
    await step.operations.look(bucket);
    if ((await submitWork(step)) === 'overtaken') return { state: 'overtaken' };
    if (step.operations.isEmpty() && !step.work.hasDue(clock.now())) {
      if (step.work.wasReadSince(tickStart)) return restUntil(step.work.nextDueAt(), clock.now(), begun.fence.epoch);
      step.work.invalidate();
    }
    await clock.sleep(Math.max(0, TICK_MS - (clock.now() - tickStart)));
  }
  return { state: 'again', epoch: begun.fence.epoch };
}
