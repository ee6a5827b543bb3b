/** Why asynchronous operations end FAILED: the `FailureReason` texts observed on the live service. */

/** A suspended account, one that is not a member, or one too new to be reached. */
export function takesLongerThanUsual(accountId: string): string {
  return (
    'AWS SSO is unable to complete your request at this time. ' +
    `Obtaining permissions to manage your AWS account '${accountId}' takes longer than usual. ` +
    'Please try again in a few minutes. If this problem continues, contact AWS Support.'
  );
}

export function assigneeNotFound(principalType: string, principalId: string, identityStoreId: string): string {
  return `Received a 404 status error: the ${principalType} assignee ${principalId} was not found in directory ${identityStoreId}`;
}

/** A customer managed policy, attached or as boundary, that the account does not have. */
export function policyNotSupported(accountId: string, policy: string): string {
  return `Received a 404 status error: Not supported policy arn:aws:iam::${accountId}:policy${policy}.`;
}

export interface EntitlementKey {
  readonly principalId: string;
  readonly accountId: string;
  readonly permissionSetArn: string;
}

/** Deleting what is not there: clients treat it as done. */
export function entitlementNotFound({ principalId, accountId, permissionSetArn }: EntitlementKey): string {
  const [, instanceId = '', permissionSetId = ''] = permissionSetArn.split('/');
  return (
    "Received a 404 status error: EntitlementItem doesn't exist with the given entitlement key " +
    `EntitlementKey{accessorId=${principalId}, resourceId=${accountId}, ` +
    `auxiliaryResourceId=${permissionSetId}, containerId=${instanceId}}`
  );
}

/** The caller lacks an IAM right that Identity Center uses on the caller's behalf. */
export function deniedByIam(denial: string): string {
  return (
    'Received a 403 status error: Access denied by IAM. Please check your policy, ' +
    `or wait for role propagation to complete. IAM Error: ${denial}`
  );
}

export const ASSIGNMENT_NOT_FOUND = 'Received a 404 status error: Assignment not found.';
