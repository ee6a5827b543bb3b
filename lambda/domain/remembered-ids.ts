import type { PairId } from './ids';
import { type Assignment, pairPartition } from './ledger-row';
import type { Item, Key, Write } from './write';

/** The ids that the names of a pair stood for. */
export type PairIds = Omit<Assignment, 'accountId'>;

/**
 * Ids that a pair has rows under, whatever its names stand for by now. They are noted before the first row: a row that
 * no link leads to any more would never go.
 */
export function rememberedIdsPartition(pairId: PairId): string {
  return `PAIR#${pairId}`;
}

function rememberedIdsKey(pairId: PairId, ids: PairIds): Key {
  return { table: 'ledger', pk: rememberedIdsPartition(pairId), sk: pairPartition(ids) };
}

export function rememberIds(pairId: PairId, ids: PairIds): Write {
  const { permissionSetArn, principalType, principalId } = ids;
  return { at: rememberedIdsKey(pairId, ids), put: { permissionSetArn, principalType, principalId } };
}

/** Once no row is left under them. */
export function forgetIds(pairId: PairId, ids: PairIds): Write {
  return { at: rememberedIdsKey(pairId, ids), delete: true };
}

export function rememberedIdsOf(item: Item): PairIds {
  return item as unknown as PairIds;
}
