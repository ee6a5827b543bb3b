import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import type { Definition, Difference, Part } from '../domain/permission-set-definition';
import type { PermissionSetLookup } from './permission-set-lookup';

/** How a provisioning stands. */
export type ProvisioningStatus =
  | { readonly status: 'IN_PROGRESS' | 'SUCCEEDED' }
  | { readonly status: 'FAILED'; readonly reason: string; readonly missingPolicy?: string };

export interface AssignedPrincipal {
  readonly type: PrincipalType;
  readonly id: PrincipalId;
}

/**
 * Permission sets of Identity Center. Every call throws `Throttled`, `Denied`, `Unavailable` or `OutcomeUnknown`; those
 * about one permission set also `Missing`. No call is retried inside: the controller decides when.
 */
export interface PermissionSetService extends PermissionSetLookup {
  /** Makes an empty permission set with attributes and tags. Also throws `Conflict` and `Rejected`. */
  create(name: PermissionSetName, definition: Definition): Promise<PermissionSetArn>;
  /** Reads the named parts; those that are not read are as if nothing were there. */
  read(arn: PermissionSetArn, parts: readonly Part[]): Promise<Definition>;
  /** Makes one change. Also throws `Conflict` and `Rejected`. */
  write(arn: PermissionSetArn, difference: Difference): Promise<void>;
  /** Deletes it. Also throws `Conflict` while an account has it. */
  remove(arn: PermissionSetArn): Promise<void>;
  /** Accounts in which it is provisioned; `stale`: only those that have an earlier version of it. */
  accounts(arn: PermissionSetArn, which: 'all' | 'stale'): Promise<readonly AccountId[]>;
  /** Who it is assigned to in an account, whoever assigned it. */
  assignedIn(arn: PermissionSetArn, accountId: AccountId): Promise<readonly AssignedPrincipal[]>;
  /** Brings one account, or all in which it is provisioned, up to date; answers the request id. Also throws `Conflict` and `Rejected`. */
  provision(arn: PermissionSetArn, accountId?: AccountId): Promise<string>;
  /** Request ids of all provisionings that are in progress, whoever started them. */
  provisioningsInProgress(): Promise<ReadonlySet<string>>;
  provisioningStatus(requestId: string): Promise<ProvisioningStatus>;
}
