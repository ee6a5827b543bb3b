import type { PairId } from './ids';
import { type LedgerPair, pairPartition } from './ledger-row';
import type { Item, Key, Write } from './write';

/**
 * Ids that a pair has rows under, whatever its names stand for by now. They are noted before the first row: a row that
 * no link leads to any more would never go.
 */
export function rememberedIdsPartition(pairId: PairId): string {
  return `PAIR#${pairId}`;
}

export function rememberIds(pairId: PairId, ids: LedgerPair): Write {
  const { permissionSetName, permissionSetArn, principalType, principalName, principalId } = ids;
  const pair: LedgerPair = { permissionSetName, permissionSetArn, principalType, principalName, principalId };
  return { at: rememberedIdsKey(pairId, ids), put: { pair } };
}

/** Once no row is left under them. */
export function forgetIds(pairId: PairId, ids: LedgerPair): Write {
  return { at: rememberedIdsKey(pairId, ids), delete: true };
}

export function rememberedIdsOf(item: Item): LedgerPair {
  return item.pair as LedgerPair;
}

function rememberedIdsKey(pairId: PairId, ids: LedgerPair): Key {
  return { table: 'ledger', pk: rememberedIdsPartition(pairId), sk: pairPartition(ids) };
}
