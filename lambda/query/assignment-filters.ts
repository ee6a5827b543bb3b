import type { Parameters } from './query-parameters';

/** What a listing of assignments may be narrowed to. */
export type AssignmentFilters = Parameters<'accountId' | 'principalType' | 'principalName' | 'permissionSet'>;

/** What of an assignment the filters are about. */
export interface Filtered {
  readonly accountId: string;
  readonly principalType: string;
  readonly principalName?: string;
  readonly permissionSetName: string;
}

/** Filters are exact; one that is absent lets everything through. */
export function fitsAssignment(
  assignment: Filtered,
  { accountId, principalType, principalName, permissionSet }: AssignmentFilters,
): boolean {
  return (
    (accountId === undefined || assignment.accountId === accountId) &&
    (principalType === undefined || assignment.principalType === principalType) &&
    (principalName === undefined || assignment.principalName === principalName) &&
    (permissionSet === undefined || assignment.permissionSetName === permissionSet)
  );
}
