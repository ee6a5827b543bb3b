import type { AccountId, PermissionSetArn, PermissionSetName } from '../domain/ids';
import type { Definition, Difference } from '../domain/permission-set-definition';
import type { PermissionSetReader } from './permission-set-reader';

/** How a provisioning stands. */
export type ProvisioningStatus =
  | { readonly status: 'IN_PROGRESS' | 'SUCCEEDED' }
  | { readonly status: 'FAILED'; readonly reason: string; readonly missingPolicy?: string };

/**
 * Permission sets of Identity Center, read and written. Every call throws what the reader's throw. No call is retried
 * inside: the controller decides when.
 */
export interface PermissionSetService extends PermissionSetReader {
  /** Makes an empty permission set with attributes and tags. Also throws `Conflict` and `Rejected`. */
  create(name: PermissionSetName, definition: Definition): Promise<PermissionSetArn>;
  /** Makes one change. Also throws `Conflict` and `Rejected`. */
  write(arn: PermissionSetArn, difference: Difference): Promise<void>;
  /** Deletes it. Also throws `Conflict` while an account has it. */
  remove(arn: PermissionSetArn): Promise<void>;
  /** Brings one account, or all in which it is provisioned, up to date; answers the request id. Also throws `Conflict` and `Rejected`. */
  provision(arn: PermissionSetArn, accountId?: AccountId): Promise<string>;
  /** Request ids of all provisionings that are in progress, whoever started them. */
  provisioningsInProgress(): Promise<ReadonlySet<string>>;
  provisioningStatus(requestId: string): Promise<ProvisioningStatus>;
}
