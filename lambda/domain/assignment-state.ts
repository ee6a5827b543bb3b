import type { LedgerRow } from './ledger-row';

/** How one managed assignment stands. HELD, FAILED and UNREACHABLE carry the reason. */
export type AssignmentState = 'PENDING' | 'PROVISIONED' | 'REMOVING' | 'HELD' | 'FAILED' | 'UNREACHABLE';

/**
 * The state of the assignment that a ledger row stands for. An account that cannot be worked in and a row that was set
 * aside come first: whatever was desired, nothing goes on there.
 */
export function assignmentState(row: LedgerRow): AssignmentState {
  if (row.unreachable !== undefined) return 'UNREACHABLE';
  if (row.parked !== undefined) return row.parked.missingPolicy === undefined ? 'FAILED' : 'HELD';
  if (!row.desired) return 'REMOVING';
  return row.applied >= row.generation ? 'PROVISIONED' : 'PENDING';
}

/** Why it is not as desired; also the last failure of what is still tried. */
export function assignmentError(row: LedgerRow): string | undefined {
  return row.unreachable ?? row.parked?.reason ?? row.lastError;
}
