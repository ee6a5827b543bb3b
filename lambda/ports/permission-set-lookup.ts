import type { PermissionSetArn, PermissionSetName } from '../domain/ids';

/** Which permission sets Identity Center has. Throws `Throttled`, `Denied`, `Unavailable` or `OutcomeUnknown`. */
export interface PermissionSetLookup {
  /** ARNs of all permission sets of the instance. */
  listPermissionSets(): Promise<readonly PermissionSetArn[]>;
  /** Also throws `Missing`. */
  permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName>;
}
