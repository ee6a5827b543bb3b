import type { AccountId, PermissionSetArn, PrincipalId, PrincipalType } from '../domain/ids';
import type { PermissionSetLookup } from './permission-set-lookup';

/** Identity Center and its directory as they are now. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface IdentityCenterReader extends PermissionSetLookup {
  /** Exact lookup by name; nothing when no such principal exists. */
  findPrincipal(type: PrincipalType, name: string): Promise<PrincipalId | undefined>;
  /** What is assigned to a principal itself (not through its groups): accounts by permission set. */
  assignmentsOf(
    type: PrincipalType,
    principalId: PrincipalId,
  ): Promise<ReadonlyMap<PermissionSetArn, ReadonlySet<AccountId>>>;
}
