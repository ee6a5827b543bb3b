import type { PairId } from './ids';
import { type LedgerPair, pairPartition } from './ledger-row';
import { pairIdOf } from './link';
import type { Item, Key, Write } from './write';

/**
 * Ids under which a pair has rows or claims, whatever its names stand for by now. They are noted before the first one: a
 * row that no link leads to any more would never go.
 */
export function rememberedIdsPartition(pairId: PairId): string {
  return `PAIR#${pairId}`;
}

/** For the pair of the names that stand with the ids. */
export function rememberIds(ids: LedgerPair): Write {
  const { permissionSetName, permissionSetArn, principalType, principalName, principalId } = ids;
  const pair: LedgerPair = { permissionSetName, permissionSetArn, principalType, principalName, principalId };
  const pairId = pairIdOf({ permissionSetName, principal: { type: principalType, name: principalName } });
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
