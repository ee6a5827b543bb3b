import type { AccountId, PermissionSetArn, PrincipalId, PrincipalType } from '../domain/ids';
import type { PermissionSetLookup } from './permission-set-lookup';

/** Whom a permission set is assigned to in an account. */
export interface AssignedPrincipal {
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
}

/** Everything an instance of Identity Center holds, whoever made it. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface InstanceReader extends PermissionSetLookup {
  /** Accounts in which somebody is assigned the permission set. Also throws `Missing`. */
  accountsWith(permissionSetArn: PermissionSetArn): Promise<readonly AccountId[]>;
  /** Everybody who is assigned the permission set in the account, known to the directory or not. Also throws `Missing`. */
  assignedIn(permissionSetArn: PermissionSetArn, accountId: AccountId): Promise<readonly AssignedPrincipal[]>;
}
