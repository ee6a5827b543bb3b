import type { Claim } from './claims';
import type { LedgerRow, WorkItem } from './ledger-row';
import { accountRowKey, heldKey, ledgerPairOf, pairPartition, rowKey, workKey } from './ledger-row';
import type { Condition, Write } from './write';

/** The planner's writes on a ledger row. Each goes into one transaction with the fence; the worker's attributes are never set here. */

/** What a planner knows of a row that does not exist yet. */
export type NewRow = Omit<
  LedgerRow,
  'generation' | 'revision' | 'applied' | 'operation' | 'attempts' | 'nextAttemptAt' | 'lastError' | 'parked'
>;

/** A new row is written before its assignment is created: ownership comes before the effect. */
export function insertRow(row: NewRow): Write[] {
  const first: LedgerRow = { ...row, generation: 1, revision: 1, applied: 0 };
  return [
    { at: rowKey(row), put: { ...first }, when: [{ generation: { absent: true } }] },
    { at: accountRowKey(row), put: { pair: ledgerPairOf(row) } },
    putWork(first),
  ];
}

/** What is desired changes, or the same is tried again: a new generation, past failures forgotten. */
export function reviseRow(
  row: LedgerRow,
  { desired, claims, reason }: { desired: boolean; claims: readonly Claim[]; reason: string },
): Write[] {
  const generation = row.generation + 1;
  const revised: LedgerRow = { ...row, desired, generation };
  const writes: Write[] = [
    {
      at: rowKey(row),
      update: {
        set: { desired, claims, reason, generation, revision: row.revision + 1 },
        remove: ['parked', 'lastError', 'attempts', 'nextAttemptAt', 'unreachable'],
      },
      when: [unchangedSince(row)],
    },
    putWork(revised),
  ];
  if (desired !== row.desired) writes.push({ at: workKey(row), delete: true });
  if (row.parked?.missingPolicy) writes.push({ at: heldKey(row), delete: true });
  return writes;
}

/** Only the claims change: nothing to apply. */
export function setClaims(row: LedgerRow, claims: readonly Claim[]): Write[] {
  return [
    {
      at: rowKey(row),
      update: { set: { claims, revision: row.revision + 1 } },
      when: [unchangedSince(row)],
    },
  ];
}

/** The account cannot be worked in (any more): the row stays as it is, its work is taken off the list. */
export function setUnreachable(row: LedgerRow, claims: readonly Claim[], unreachable: string): Write[] {
  return [
    {
      at: rowKey(row),
      update: { set: { claims, unreachable, revision: row.revision + 1 } },
      when: [unchangedSince(row)],
    },
    { at: workKey(row), delete: true },
  ];
}

/** The account can be worked in again and nothing was left to do. */
export function setReachable(row: LedgerRow, claims: readonly Claim[]): Write[] {
  return [
    {
      at: rowKey(row),
      update: { set: { claims, revision: row.revision + 1 }, remove: ['unreachable'] },
      when: [unchangedSince(row)],
    },
  ];
}

function unchangedSince(row: LedgerRow): Condition {
  return { revision: { equals: row.revision }, born: { equals: row.born } };
}

function putWork(row: LedgerRow): Write {
  const item: WorkItem = { rowPk: pairPartition(row), accountId: row.accountId, generation: row.generation };
  return { at: workKey(row), put: { ...item } };
}
