import type { Answer } from '../api/answer';
import { invalid, notFound, ok } from '../api/answer';
import {
  type HeldPair,
  type HeldPlan,
  heldPairOf,
  heldPlanOf,
  heldRemovalOf,
  PAIR_PREFIX,
  planKey,
  planPartition,
  planStatus,
  REMOVAL_PREFIX,
} from '../domain/held-plan';
import type { Item, Store } from '../ports/store';
import { queryAll } from '../ports/store';
import { printPageToken } from './page-token';
import { type RawParameters, readParameters, readPosition } from './query-parameters';
import { readPages, type Source } from './read-pages';

/** Pairs shown of one plan; its changes are shown page by page. */
const MOST_PAIRS_SHOWN = 100;

/** `GET /plans/{planId}`: a plan that was held, with how it stands and what it would remove. */
export async function getPlan(store: Store, requestId: string, planId: string, raw: RawParameters): Promise<Answer> {
  const parameters = readParameters(raw, ['nextToken']);
  if (!parameters.ok) return invalid(parameters.problems, requestId);
  const item = await store.get(planKey(planId));
  if (!item) return notFound(`There is no plan ${planId}`, requestId);
  const question = `plan ${planId}`;
  const position = readPosition(parameters.value.nextToken, question, 1);
  if (!position.ok) return invalid(position.problems, requestId);
  const pairs = await queryAll(store, { table: 'control', pk: planPartition(planId), sortPrefix: PAIR_PREFIX });
  const changes = await readPages([removalsOf(store, planId)], position.value, async (items) => items.map(shownChange));
  return ok({
    ...shownPlan(heldPlanOf(item), pairs.map(heldPairOf)),
    changes: changes.entries,
    ...(changes.next ? { nextToken: printPageToken(changes.next, question) } : {}),
  });
}

function removalsOf(store: Store, planId: string): Source {
  const query = { table: 'control', pk: planPartition(planId), sortPrefix: REMOVAL_PREFIX } as const;
  return (limit, after) => store.query({ ...query, limit, ...(after ? { after } : {}) });
}

function shownChange(item: Item) {
  const { accountId, permissionSetName, principalType, principalName, reason } = heldRemovalOf(item);
  return { accountId, permissionSetName, principalType, principalName, kind: 'delete', reason };
}

function shownPlan(plan: HeldPlan, pairs: readonly HeldPair[]) {
  const { planId, heldAt, reason, withdrawn, percent, managed, recent, limits, causedBy, documents } = plan;
  return {
    planId,
    status: planStatus(plan),
    heldAt,
    removals: pairs.reduce((sum, { removals }) => sum + removals, 0),
    removalsWhenHeld: plan.removals,
    removalsOfTheHourBefore: recent,
    managedAssignments: managed,
    percent,
    limits,
    reason,
    ...(withdrawn ? { withdrawn } : {}),
    causedBy,
    ...decisionOf(plan),
    documents,
    pairCount: pairs.length,
    pairs: pairs.slice(0, MOST_PAIRS_SHOWN).map(({ permissionSetName, principalType, principalName, removals }) => ({
      permissionSetName,
      principalType,
      principalName,
      removals,
    })),
  };
}

function decisionOf({ approvedBy, approvedAt, rejectedBy, rejectedAt }: HeldPlan) {
  return {
    ...(approvedBy ? { approvedBy, approvedAt } : {}),
    ...(rejectedBy ? { rejectedBy, rejectedAt } : {}),
  };
}
