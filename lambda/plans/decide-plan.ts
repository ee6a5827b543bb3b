import { type Answer, conflict, forbidden, invalid, notFound, ok } from '../api/answer';
import type { Caller } from '../domain/caller';
import {
  type Decision,
  decisionWrite,
  type HeldPlan,
  heldPairOf,
  heldPlanOf,
  mayApprove,
  PAIR_PREFIX,
  planKey,
  planPartition,
  planStatus,
} from '../domain/held-plan';
import type { RequestId } from '../domain/ids';
import type { Problem } from '../domain/problem';
import { requestWrite } from '../domain/request';
import { markWrite } from '../domain/slice';
import { type RingWorld, ring } from '../leadership/ring';
import type { UniqueId } from '../ports/clock';
import { Conflict } from '../ports/faults';
import type { LeveledLog } from '../ports/leveled-log';
import { queryAll, type Store } from '../ports/store';

export interface PlansWorld extends RingWorld {
  readonly newId: UniqueId;
  readonly log: LeveledLog;
}

/** A decision as it arrived. */
export interface DecisionPost {
  readonly requestId: string;
  readonly planId: string;
  readonly decision: Decision;
  readonly caller: Caller;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: string | null;
}

/** The plan is written by one run at a time; a decision that meets it is decided again. */
const MOST_LOST_RACES = 10;

const STILL_WRITTEN = 'is still being written down: try again in a moment';
const OWN = 'you submitted what caused it; somebody else has to approve it';

/** `POST /plans/{planId}/approve` and `…/reject`. The decision and the mark that makes it take effect are one write. */
export async function decidePlan(world: PlansWorld, post: DecisionPost): Promise<Answer> {
  const { store } = world;
  const { requestId, planId } = post;
  const problems = problemsOf(post);
  if (problems.length > 0) return invalid(problems, requestId);
  for (let attempt = 0; attempt < MOST_LOST_RACES; attempt += 1) {
    const item = await store.get(planKey(planId));
    if (!item) return notFound(`There is no plan ${planId}`, requestId);
    const plan = heldPlanOf(item);
    const refusal = await refusalOf(store, plan, post);
    if (refusal) return refusal;
    if (await decide(world, plan, post)) return decided(world, post);
  }
  throw new Conflict(`The plan ${planId} kept changing while it was decided about.`);
}

async function refusalOf(
  store: Store,
  plan: HeldPlan,
  { requestId, decision, caller }: DecisionPost,
): Promise<Answer | undefined> {
  const { planId } = plan;
  const status = planStatus(plan);
  if (status !== 'HELD') return conflict(`The plan ${planId} is ${status}: there is nothing to decide`, requestId);
  if (decision === 'approve' && !mayApprove(caller, plan)) return forbidden(`The plan ${planId}: ${OWN}`, requestId);
  const pairs = await queryAll(store, { table: 'control', pk: planPartition(planId), sortPrefix: PAIR_PREFIX });
  const isWritten = pairs.every((pair) => heldPairOf(pair).recorded);
  return isWritten ? undefined : conflict(`The plan ${planId} ${STILL_WRITTEN}`, requestId);
}

/** False: somebody else decided, or the plan was held again. */
async function decide({ store, clock, newId }: PlansWorld, plan: HeldPlan, post: DecisionPost): Promise<boolean> {
  const { decision, caller, planId } = post;
  const now = clock.now();
  const at = new Date(now).toISOString();
  const request = {
    requestId: post.requestId as RequestId,
    kind: 'plan',
    action: decision,
    subject: planId,
    status: 'ACCEPTED',
    submittedBy: caller.arn,
    errors: [],
  } as const;
  const { applied } = await store.transact([
    decisionWrite(plan, decision, caller.arn, at),
    markWrite({ kind: 'plan', planId }, newId(), at),
    requestWrite(request, now),
  ]);
  return applied;
}

async function decided(world: PlansWorld, { requestId, planId, decision, caller }: DecisionPost): Promise<Answer> {
  world.log.info('A held plan was decided about', { requestId, planId, decision, by: caller.arn });
  await ring(world, 'reconcile');
  const message =
    decision === 'approve'
      ? 'The removals of the plan are computed again and carried out'
      : 'What the plan would have removed stays';
  return ok({ message, requestId, planId });
}

/** Nothing is asked for but the decision itself: what is not understood is refused. */
function problemsOf({ query, body }: DecisionPost): Problem[] {
  const unknown = Object.keys(query).map((name) => ({ path: `query.${name}`, message: 'is not supported' }));
  const isEmpty = ['', '{}'].includes((body ?? '').replaceAll(/\s/g, ''));
  return isEmpty ? unknown : [...unknown, { path: 'body', message: 'expected nothing' }];
}
