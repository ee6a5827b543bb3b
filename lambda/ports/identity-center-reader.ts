import type { AccountId, PermissionSetArn, PrincipalId, PrincipalType } from '../domain/ids';
import type { Assignment } from '../domain/ledger-row';
import type { PermissionSetLookup } from './permission-set-lookup';

/** Identity Center and its directory as they are now. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface IdentityCenterReader extends PermissionSetLookup {
  /** Exact lookup by name; nothing when no such principal exists. */
  findPrincipal(type: PrincipalType, name: string): Promise<PrincipalId | undefined>;
  /** What a principal is called now; nothing when there is none of this id. */
  principalName(type: PrincipalType, id: PrincipalId): Promise<string | undefined>;
  /** Whether the directory holds anybody at all. One that seems empty is not believed when it says that somebody is gone. */
  hasPrincipals(): Promise<boolean>;
  /** Whether an assignment exists. */
  isAssigned(assignment: Assignment): Promise<boolean>;
  /** What is assigned to a principal itself (not through its groups): accounts by permission set. */
  assignmentsOf(
    type: PrincipalType,
    principalId: PrincipalId,
  ): Promise<ReadonlyMap<PermissionSetArn, ReadonlySet<AccountId>>>;
}
