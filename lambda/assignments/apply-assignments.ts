import type { Fence } from '../domain/lease';
import { begin, type LeadContext } from '../leadership/lead';
import type { AssignmentService } from '../ports/assignment-service';
import type { UniqueId } from '../ports/clock';
import type { Log } from '../ports/log';
import type { ApplyLimits } from './apply-limits';
import { OutstandingOperations } from './outstanding-operations';
import { type ApplyStep, submitWork } from './submit-work';
import { TokenBucket } from './token-bucket';
import { WorkList } from './work-list';

/** What one step of the worker needs. */
export interface ApplyContext extends LeadContext {
  readonly service: AssignmentService;
  readonly uniqueId: UniqueId;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly limits: ApplyLimits;
}

export type ApplyResult =
  | { readonly state: 'overtaken' }
  /** Work is left: the next step goes on at once. */
  | { readonly state: 'again'; readonly epoch: number }
  /** All that is left is to be tried later. */
  | { readonly state: 'wait'; readonly epoch: number; readonly waitSeconds: number }
  /** Nothing is left. */
  | { readonly state: 'idle'; readonly epoch: number };

/** One look at all outstanding operations per tick: fast enough to notice completion, slow enough for the rate. */
const TICK_MS = 600;
/** A step works at most this long, then the state machine starts the next one. */
const STEP_MS = 50_000;
/** Nothing is submitted this close to the end of the invocation: a submit is awaited, at most for the request time-out. */
const SUBMIT_RESERVE_MS = 15_000;
/** New work may arrive while a run waits for a later attempt. */
const LONGEST_WAIT_SECONDS = 10;

/**
 * Works on the ledger until nothing is due or the step is over: claims rows, submits operations within the limits, and
 * notices the outcome of all of them with one look per tick.
 */
export async function applyAssignments(context: ApplyContext): Promise<ApplyResult> {
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
  };
  await step.operations.load();
  const stopAt = Math.min(clock.now() + STEP_MS, step.submitUntil);
  while (clock.now() < stopAt) {
    const tickStart = clock.now();
    await step.operations.look(bucket);
    if ((await submitWork(step)) === 'overtaken') return { state: 'overtaken' };
    if (step.operations.isEmpty() && !step.work.hasDue(clock.now())) {
      if (step.work.wasReadSince(tickStart)) return rest(step.work, begun.fence, clock.now());
      step.work.invalidate();
    }
    await clock.sleep(Math.max(0, TICK_MS - (clock.now() - tickStart)));
  }
  return { state: 'again', epoch: begun.fence.epoch };
}

/** Nothing is due now: either all is done, or something is to be tried later. */
function rest(work: WorkList, { epoch }: Fence, now: number): ApplyResult {
  const nextAt = work.nextDueAt();
  if (nextAt === undefined) return { state: 'idle', epoch };
  const waitSeconds = Math.max(1, Math.min(LONGEST_WAIT_SECONDS, Math.ceil((nextAt - now) / 1000)));
  return { state: 'wait', epoch, waitSeconds };
}
