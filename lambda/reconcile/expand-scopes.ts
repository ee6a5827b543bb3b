import type { PairId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { Organization } from '../domain/organization';
import { operationOf } from '../domain/plan';
import type { PairPlan } from '../domain/plan-document';
import type { Mark } from '../domain/slice';
import { begin, type LeadContext } from '../leadership/lead';
import type { UniqueId } from '../ports/clock';
import type { PlanStore } from '../ports/plan-store';
import type { Directory } from './directory';
import { type MarkedPair, markedPairs } from './marked-pairs';
import type { OrganizationSnapshot } from './organization-snapshot';
import { planLinks } from './plan-links';

export interface ExpandContext extends LeadContext {
  readonly directory: Directory;
  readonly snapshot: OrganizationSnapshot;
  readonly plans: PlanStore;
  readonly uniqueId: UniqueId;
  readonly supportNestedOu: boolean;
}

export interface ExpandInput {
  readonly marks: readonly Mark[];
  /** The pair after which to go on; absent at first. */
  readonly after?: PairId;
}

export type ExpandResult =
  | { readonly overtaken: true }
  | {
      readonly overtaken: false;
      readonly epoch: number;
      /** Where this step's part of the plan was written; absent when it planned nothing. */
      readonly document?: string;
      readonly creates: number;
      readonly deletes: number;
      /** Present when pairs are left for another step. */
      readonly after?: PairId;
    };

/** One plan document holds at most about this many changes, a few megabytes. */
const MOST_CHANGES_PER_DOCUMENT = 10_000;
/** A step stops taking up pairs when this much of its time is left. */
export const RESERVED_MS = 60_000;

/** Compares what links claim with the ledger, pair by pair, and writes the result down: data first, effects later. */
export async function expandScopes(context: ExpandContext, input: ExpandInput): Promise<ExpandResult> {
  const begun = await begin(context);
  if (!begun) return { overtaken: true };
  const organization = await context.snapshot.load();
  const marked = await markedPairs({ ...context, organization }, input.marks);
  const waiting = marked.filter(({ pairId }) => input.after === undefined || pairId > input.after);
  const planId = context.uniqueId();
  const { plans, planned } = await planPairs({ ...context, organization }, waiting, planId);
  const after = planned < waiting.length ? waiting[planned - 1]?.pairId : undefined;
  const document = plans.length > 0 ? await write(context, begun.fence, planId, plans) : undefined;
  return {
    overtaken: false,
    epoch: begun.fence.epoch,
    ...count(plans),
    ...(document ? { document } : {}),
    ...(after ? { after } : {}),
  };
}

async function planPairs(
  context: ExpandContext & { readonly organization: Organization },
  pairs: readonly MarkedPair[],
  planId: string,
) {
  const at = new Date(context.clock.now()).toISOString();
  const plans: PairPlan[] = [];
  let changes = 0;
  let planned = 0;
  for (const pair of pairs) {
    const plan = await planLinks(pair, { ...context, planId, at });
    if (plan) plans.push(plan);
    changes += plan?.changes.length ?? 0;
    planned += 1;
    if (changes >= MOST_CHANGES_PER_DOCUMENT || context.clock.now() > context.deadline - RESERVED_MS) break;
  }
  return { plans, planned };
}

async function write(context: ExpandContext, { epoch }: Fence, planId: string, pairs: readonly PairPlan[]) {
  const at = new Date(context.clock.now()).toISOString();
  const key = `plans/${at.slice(0, 10)}/${planId}.json`;
  await context.plans.save(key, { planId, epoch, at, pairs });
  return key;
}

function count(plans: readonly PairPlan[]): { creates: number; deletes: number } {
  const operations = plans.flatMap(({ changes }) => changes.map(({ change }) => operationOf(change)));
  return {
    creates: operations.filter((kind) => kind === 'create').length,
    deletes: operations.filter((kind) => kind === 'delete').length,
  };
}
