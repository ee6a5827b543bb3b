import type { AccountId, PermissionSetArn, PrincipalId, PrincipalType } from '../domain/ids';
import type { Definition, Part } from '../domain/permission-set-definition';
import type { PermissionSetLookup } from './permission-set-lookup';

export interface AssignedPrincipal {
  readonly type: PrincipalType;
  readonly id: PrincipalId;
}

/**
 * Permission sets of Identity Center as they are now. Every call throws `Throttled`, `Denied`, `Unavailable` or
 * `OutcomeUnknown`; those about one permission set also `Missing`.
 */
export interface PermissionSetReader extends PermissionSetLookup {
  /** Reads the named parts; of those that are not named nothing is to be believed. */
  read(arn: PermissionSetArn, parts: readonly Part[]): Promise<Definition>;
  /** Accounts in which it is provisioned; `stale`: only those that have an earlier version of it. */
  accounts(arn: PermissionSetArn, which: 'all' | 'stale'): Promise<readonly AccountId[]>;
  /** Who it is assigned to in an account, whoever assigned it. */
  assignedIn(arn: PermissionSetArn, accountId: AccountId): Promise<readonly AssignedPrincipal[]>;
}
