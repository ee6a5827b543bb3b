import type { AccountId, PairId } from '../domain/ids';
import { type LedgerRow, pairPartition } from '../domain/ledger-row';
import { type LinkDocument, pairLinksPartition } from '../domain/link-document';
import { type Change, operationOf } from '../domain/plan';
import { queryAll, type Store } from '../ports/store';
import type { RehearsedHold, RehearsedPair } from './rehearse-pass';

/** One change that a submission would lead to. `provision`: the account's role is brought up to date. */
export interface ShownChange {
  readonly accountId: AccountId;
  readonly kind: 'create' | 'delete' | 'provision';
  readonly reason: string;
}

/** Removals among the changes that would wait for a person. */
export interface ShownHold {
  readonly removals: number;
  readonly reason: string;
  /** Of a plan that is held already, which they would join. */
  readonly planId?: string;
}

/** What a pass would do to assignments. */
export interface ShownAssignments {
  readonly changes: readonly ShownChange[];
  /** The other assignments of the same permission set and principals. */
  readonly unchanged: number;
  readonly held: readonly ShownHold[];
}

/** Changes shown at most; the numbers count all. AWS: a Lambda proxy answer has at most 6 MB. */
const MOST_CHANGES_SHOWN = 10_000;

/** The part of an answer that every plan has. */
export function countedChanges(changes: readonly ShownChange[]) {
  const count = (asked: ShownChange['kind']) => changes.filter(({ kind }) => kind === asked).length;
  const numbers = { create: count('create'), delete: count('delete'), provision: count('provision') };
  return { ...numbers, changes: changes.slice(0, MOST_CHANGES_SHOWN) };
}

export async function shownAssignments(store: Store, pairs: readonly RehearsedPair[]): Promise<ShownAssignments> {
  const changes: ShownChange[] = [];
  let unchanged = 0;
  for (const pair of pairs) {
    const shown = pair.changes.flatMap(({ change }) => shownChange(change) ?? []);
    const touched = new Set(shown.map(({ accountId }) => accountId));
    const rows = await rowsOf(store, pair);
    unchanged += rows.filter(({ accountId, desired }) => desired && !touched.has(accountId)).length;
    changes.push(...shown);
  }
  return { changes, unchanged, held: shownHolds(pairs.flatMap(({ held }) => held ?? [])) };
}

function shownChange(change: Change): ShownChange | undefined {
  const kind = operationOf(change);
  if (kind === undefined) return undefined;
  const reason = change.type === 'revise' ? change.reason : change.row.reason;
  return { accountId: change.row.accountId, kind, reason };
}

/** The assignments of the pair that are managed now. */
async function rowsOf(store: Store, { plan: { pairId, links } }: RehearsedPair): Promise<LedgerRow[]> {
  const [ids] = links.flatMap(({ outcome: { permissionSetArn, principalId } }) =>
    permissionSetArn && principalId ? [{ permissionSetArn, principalId }] : [],
  );
  const principalType = ids && (await principalTypeOf(store, pairId));
  if (!principalType) return [];
  return (await queryAll(store, {
    table: 'ledger',
    pk: pairPartition({ ...ids, principalType }),
  })) as unknown as LedgerRow[];
}

async function principalTypeOf(store: Store, pairId: PairId) {
  const { items } = await store.query({ table: 'links', pk: pairLinksPartition(pairId), limit: 1 });
  return (items as unknown as LinkDocument[])[0]?.principalType;
}

/** Each plan once. */
function shownHolds(holds: readonly RehearsedHold[]): ShownHold[] {
  const byPlan = new Map<string, ShownHold>();
  for (const { plan, removals, isHeldAlready } of holds) {
    const { planId, reason, withdrawn } = plan;
    const more = byPlan.get(planId)?.removals ?? 0;
    byPlan.set(planId, {
      removals: removals + more,
      reason: withdrawn ? `${reason}; ${withdrawn}` : reason,
      ...(isHeldAlready ? { planId } : {}),
    });
  }
  return [...byPlan.values()];
}
