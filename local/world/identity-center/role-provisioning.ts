import type { Principal } from '../../cloud/service';
import { ServiceFault } from '../../cloud/service';
import { deniedByIam, policyNotSupported, takesLongerThanUsual } from './failure-reasons';
import type { Instance } from './instance';
import { type PermissionSetRecord, requiredPolicies } from './permission-sets';

/** Why a role cannot be changed in this account now; undefined when it can. */
export function accountFailure(instance: Instance, accountId: string): string | undefined {
  const account = instance.neighbours.organization.accountState(accountId);
  if (account?.state !== 'ACTIVE') return takesLongerThanUsual(accountId);
  const { newAccountMs, newAccountFailureProbability } = instance.behaviour;
  const isNew = instance.clock.now() - account.joinedAtMs < newAccountMs;
  // AWS: a new account is not ready for a while; for how long and how often is an assumption.
  if (isNew && instance.failureChance() < newAccountFailureProbability) return takesLongerThanUsual(accountId);
  return undefined;
}

/** Why this permission set cannot become a role of this account: the first policy the account does not have. */
export function policyFailure(instance: Instance, record: PermissionSetRecord, accountId: string): string | undefined {
  const missing = requiredPolicies(record).find((policy) => !instance.neighbours.policies.has(accountId, policy));
  return missing === undefined ? undefined : policyNotSupported(accountId, missing);
}

/** Makes the role of a permission set in an account, or brings it up to date. */
export function provisionRole(instance: Instance, record: PermissionSetRecord, accountId: string): void {
  const present = instance.provisionings.get(accountId, record.arn);
  if (present) {
    present.version = record.version;
    return;
  }
  const roleName = `AWSReservedSSO_${record.name}_${instance.newHex(16)}`;
  instance.provisionings.add({ accountId, permissionSetArn: record.arn, roleName, version: record.version });
}

/**
 * AWS: some time after the last assignment of a permission set in an account has ended, its role goes. Until then the
 * permission set looks in use. A new assignment in between keeps the role.
 */
export function scheduleDeprovisioning(instance: Instance, accountId: string, permissionSetArn: string): void {
  const role = instance.provisionings.get(accountId, permissionSetArn);
  if (!role || instance.assignments.countInPair(accountId, permissionSetArn) > 0) return;
  instance.clock.after(instance.drawDeprovisionLagMs() * instance.latencyFactor, () => {
    const isUsed = instance.assignments.countInPair(accountId, permissionSetArn) > 0;
    // The end of a running operation schedules this again.
    if (isUsed || instance.locks.isLocked(accountId, permissionSetArn)) return;
    const current = instance.provisionings.get(accountId, permissionSetArn);
    if (current?.roleName === role.roleName) instance.provisionings.remove(current);
  });
}

/** What Identity Center does with roles in the management account, using the caller's rights. */
const MANAGEMENT_ROLE_ACTIONS = {
  create: [
    'GetRole',
    'CreateRole',
    'PutRolePolicy',
    'AttachRolePolicy',
    'ListRolePolicies',
    'ListAttachedRolePolicies',
  ],
  delete: [
    'GetRole',
    'DeleteRole',
    'DeleteRolePolicy',
    'DetachRolePolicy',
    'ListRolePolicies',
    'ListAttachedRolePolicies',
  ],
} as const;

/**
 * AWS: assignments and provisioning read the SAML provider of the account with the *caller's* IAM rights; in the
 * management account they change the role with them too. Without these rights the operation is accepted and fails.
 */
export function iamFailure(
  instance: Instance,
  principal: Principal,
  work: { readonly accountId: string; readonly kind: 'create' | 'delete'; readonly roleName: string },
): string | undefined {
  if (!instance.authorizer) return undefined;
  const { accountId, kind, roleName } = work;
  const provider = `arn:aws:iam::${accountId}:saml-provider/AWSSSO_${instanceSuffix(instance)}_DO_NOT_DELETE`;
  const role = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${instance.settings.region}/${roleName}`;
  const isManagement = accountId === instance.settings.managementAccountId;
  const checks = [
    { action: 'iam:GetSAMLProvider', resource: provider },
    ...(isManagement ? MANAGEMENT_ROLE_ACTIONS[kind] : []).map((name) => ({ action: `iam:${name}`, resource: role })),
  ];
  for (const { action, resource } of checks) {
    const denial = denialOf(() => instance.authorizer?.authorize({ principal, action, resources: [resource] }));
    if (denial !== undefined) return deniedByIam(denial);
  }
  return undefined;
}

function denialOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ServiceFault) return error.message;
    throw error;
  }
}

/** The last sixteen characters of the instance id name its SAML providers. */
function instanceSuffix(instance: Instance): string {
  return instance.settings.instanceArn.slice(-16);
}
