import type { Claim } from './claims';
import { heldRemovalKey, heldRemovalWrite } from './held-plan';
import type { LedgerRow, WorkItem } from './ledger-row';
import { accountRowKey, heldKey, ledgerPairOf, pairPartition, rowKey, workKey } from './ledger-row';
import type { Condition, Write } from './write';

/** The planner's writes on a ledger row. Each goes into one transaction with the fence; the worker's attributes are never set here. */

/** What a planner knows of a row that does not exist yet. */
export type NewRow = Omit<
  LedgerRow,
  | 'generation'
  | 'revision'
  | 'cause'
  | 'lastCause'
  | 'applied'
  | 'operation'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastError'
  | 'parked'
  | 'told'
>;

/** A new row is written before its assignment is created: ownership comes before the effect. */
export function insertRow(row: NewRow): Write[] {
  const first: LedgerRow = { ...row, generation: 1, revision: 1, applied: 0 };
  return [...putRow(first), putWork(first)];
}

/** A new row for an assignment that was seen as it is desired: it is ours from now on, and there is nothing to apply. */
export function insertAppliedRow(row: NewRow): Write[] {
  return putRow({ ...row, generation: 1, revision: 1, applied: 1 });
}

function putRow(first: LedgerRow): Write[] {
  return [
    { at: rowKey(first), put: { ...first }, when: [{ generation: { absent: true } }] },
    { at: accountRowKey(first), put: { pair: ledgerPairOf(first) } },
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
        remove: ['parked', 'lastError', 'attempts', 'nextAttemptAt', 'unreachable', ...setApart(row, claims)],
      },
      when: [unchangedSince(row)],
    },
    putWork(revised),
    ...withdrawRemoval(row, claims),
  ];
  if (desired !== row.desired) writes.push({ at: workKey(row), delete: true });
  if (row.parked?.missingPolicy) writes.push({ at: heldKey(row), delete: true });
  return writes;
}

/** Only the claims change: nothing to apply. */
export function setClaims(row: LedgerRow, claims: readonly Claim[], reason = row.reason): Write[] {
  return [
    {
      at: rowKey(row),
      update: { set: { claims, reason, revision: row.revision + 1 }, remove: setApart(row, claims) },
      when: [unchangedSince(row)],
    },
    ...withdrawRemoval(row, claims),
  ];
}

/** Its removal waits for a decision about the plan, which lists it. */
export function holdRow(row: LedgerRow, planId: string, reason: string): Write[] {
  return [
    {
      at: rowKey(row),
      update: { set: { heldBy: planId, revision: row.revision + 1 }, remove: ['unreachable'] },
      when: [unchangedSince(row)],
    },
    heldRemovalWrite(planId, row, reason),
  ];
}

/** Its removal was rejected: it stays, although no link claims it. */
export function keepRow(row: LedgerRow, planId: string, reason: string): Write[] {
  return [
    {
      at: rowKey(row),
      update: {
        set: { keptBy: planId, claims: [], reason, revision: row.revision + 1 },
        remove: ['heldBy', 'unreachable'],
      },
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
export function setReachable(row: LedgerRow, claims: readonly Claim[], reason = row.reason): Write[] {
  return [
    {
      at: rowKey(row),
      update: {
        set: { claims, reason, revision: row.revision + 1 },
        remove: ['unreachable', ...setApart(row, claims)],
      },
      when: [unchangedSince(row)],
    },
    ...withdrawRemoval(row, claims),
  ];
}

/** A row that is claimed, or removed after all, is neither held nor kept any more. */
function setApart(row: LedgerRow, claims: readonly Claim[]): string[] {
  if (claims.length === 0 && row.keptBy !== undefined) return [];
  return (['heldBy', 'keptBy'] as const).filter((mark) => row[mark] !== undefined);
}

/** A held plan no longer lists what a link claims again. */
function withdrawRemoval(row: LedgerRow, claims: readonly Claim[]): Write[] {
  if (row.heldBy === undefined || claims.length === 0) return [];
  return [{ at: heldRemovalKey(row.heldBy, row), delete: true }];
}

function unchangedSince(row: LedgerRow): Condition {
  return { revision: { equals: row.revision }, born: { equals: row.born } };
}

function putWork(row: LedgerRow): Write {
  const item: WorkItem = { rowPk: pairPartition(row), accountId: row.accountId, generation: row.generation };
  return { at: workKey(row), put: { ...item } };
}
