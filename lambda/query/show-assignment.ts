import { assignmentError, assignmentState } from '../domain/assignment-state';
import { heldReason } from '../domain/held-plan';
import type { LedgerRow } from '../domain/ledger-row';

/** A managed assignment as the API shows it. */
export function showAssignment(row: LedgerRow): Readonly<Record<string, unknown>> {
  const error = assignmentError(row);
  return {
    accountId: row.accountId,
    permissionSetName: row.permissionSetName,
    principalType: row.principalType,
    principalName: row.principalName,
    state: assignmentState(row),
    claims: row.claims.map(({ linkData }) => linkData),
    reason: row.heldBy === undefined ? row.reason : heldReason(row.heldBy),
    ...(row.adopted ? { adopted: true } : {}),
    ...(error === undefined ? {} : { error }),
  };
}
