import type { Iam } from './cloud/iam';
import type { OrganizationMembership } from './cloud/iam/membership';
import type { Kms } from './cloud/kms';
import type { AssumeRoleAsService } from './cloud/lambda/role-session';
import type { ProvideRoleCredentials } from './cloud/lambda/surroundings';
import type { UseKey } from './cloud/logs';
import type { Principal } from './cloud/service';
import type { World } from './world/world';

/** Lets services become the roles that templates give them. */
export function roleAssumption(iam: Iam): AssumeRoleAsService {
  return ({ roleArn, service, sessionName, context }) => {
    const principal = servicePrincipal(service, roleArn);
    return iam.assumeRole({ roleArn, sessionName, principal, ...(context ? { context } : {}) }).principal;
  };
}

/** Credentials of execution roles for functions. */
export function executionRoleCredentials(iam: Iam): ProvideRoleCredentials {
  return (roleArn, sessionName) => {
    const principal = servicePrincipal('lambda.amazonaws.com', roleArn);
    return iam.assumeRole({ roleArn, sessionName, principal }).credentials;
  };
}

/** Charges the keys of log groups, buses and environments. */
export function keyUse(kms: Kms): UseKey {
  return ({ keyArn, action, principal, viaService, encryptionContext }) => {
    const context = Object.entries(encryptionContext).map(
      ([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, value] as const,
    );
    kms.use(keyArn, keyAction(action), principal, viaService, Object.fromEntries(context));
  };
}

/** The organization as policies ask for it: who is a member may change at any time. */
export function membershipOf(world: World): OrganizationMembership {
  const { tree } = world.organizations.organization;
  return {
    id: tree.ids.organizationId,
    managementAccountId: tree.ids.managementAccountId,
    has: (accountId) => tree.accounts.has(accountId),
  };
}

/** A service that acts on behalf of the account of a role. */
function servicePrincipal(service: string, roleArn: string): Principal {
  return { kind: 'service', accountId: roleArn.split(':')[4] ?? '', arn: service };
}

function keyAction(action: string): 'kms:Decrypt' | 'kms:GenerateDataKey' {
  if (action === 'kms:Decrypt' || action === 'kms:GenerateDataKey') return action;
  throw new Error(`The local cloud does not implement the use of keys by ${action}`);
}
