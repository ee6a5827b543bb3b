import { accountRowKey, type LedgerRow } from '../../lambda/domain/ledger-row';
import type { InMemoryStore } from './in-memory-store';

/**
 * What the ledger holds beside its rows: nothing is left to do, and each account lists exactly its rows. Ids that a pair
 * had rows under are no leftover; they go with the next look at the pair.
 */
export function ledgerLeftovers(store: InMemoryStore): readonly string[] {
  const items = store.all('ledger').map((item) => ({ ...item, id: `${item.pk} ${item.sk}` }));
  const rows = items.filter(({ pk }) => pk.startsWith('arn:'));
  const listed = rows.map((row) => {
    const key = accountRowKey(row as unknown as LedgerRow);
    return `${key.pk} ${key.sk}`;
  });
  const beside = items.filter(({ pk }) => !pk.startsWith('arn:') && !pk.startsWith('PAIR#')).map(({ id }) => id);
  const missing = listed.filter((id) => !beside.includes(id)).map((id) => `missing: ${id}`);
  return [...missing, ...beside.filter((id) => !listed.includes(id))];
}
