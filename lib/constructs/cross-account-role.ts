import { accountPrincipal, roleArn } from '../arns';
import type { Configuration } from '../config/configuration';
import { viaService } from '../config/partition';
import type { FunctionEntry, Names, ReachedRole } from '../names';
import type { Trust } from './access-role';
import { allow, type Conditions, type Grantee } from './allow';

/** Functions that reach into other accounts, by the role that they assume there. */
export function reachedBy(role: ReachedRole, configuration: Configuration): readonly FunctionEntry[] {
  switch (role) {
    case 'organization-reader':
      return ['refresh-organization', 'expand-scopes', 'full-pass', 'watch-organization', ...dryRunners(configuration)];
    case 'identity-center-reader':
      return ['expand-scopes', 'full-pass', 'import', ...dryRunners(configuration), ...tagReaders(configuration)];
    case 'assignment-writer':
      return ['apply-assignments'];
    case 'permission-set-writer':
      return ['converge-permission-sets'];
  }
}

/** A dry run plans what is posted. A function that the mode leaves out has no role: whoever made one of its name would be trusted. */
function dryRunners({ linksProvisioningMode, permissionSetProvisioningMode }: Configuration): FunctionEntry[] {
  return [
    ...(linksProvisioningMode === 's3' ? [] : (['link-api'] as const)),
    ...(permissionSetProvisioningMode === 's3' ? [] : (['permission-set-api'] as const)),
  ];
}

/** Intake of files looks at the tags of what exists, where a tag protects it. */
function tagReaders({ protected: { tags }, permissionSetProvisioningMode: mode }: Configuration): FunctionEntry[] {
  return tags.length === 0 || mode === 'api' ? [] : ['permission-set-files'];
}

/**
 * Trust in the execution roles of exactly those functions that need the role.
 * AWS: a trust policy that names a role is refused while the role does not exist. Naming the account, and the roles as
 * a condition, means the same and lets the stacks be deployed in any order.
 */
export function trustOfFunctions(role: ReachedRole, configuration: Configuration, names: Names): Trust {
  const { accountId } = configuration.target;
  return {
    principal: { AWS: accountPrincipal(accountId) },
    conditions: {
      ArnEquals: {
        'aws:PrincipalArn': reachedBy(role, configuration).map((entry) =>
          roleArn(accountId, names.functionRole(entry)),
        ),
      },
      // The two are the same only for callers of the organization that this account belongs to.
      StringEquals: { 'aws:PrincipalOrgID': `\${aws:ResourceOrgID}` },
    },
  };
}

/** ARN of a role in the management account or in the one from which Identity Center is administered. */
export function reachedRoleArn(role: ReachedRole, configuration: Configuration, names: Names): string {
  const { management, identityCenter } = configuration;
  const { accountId } = role === 'organization-reader' ? management : identityCenter;
  return roleArn(accountId, names.reachedRole(role));
}

/** Lets the role of a function assume a role elsewhere. Throws unless that role trusts the function. */
export function allowReaching(
  { entry, role: grantee }: { readonly entry: FunctionEntry; readonly role: Grantee },
  role: ReachedRole,
  { configuration, names }: { readonly configuration: Configuration; readonly names: Names },
  why: string,
): void {
  if (!reachedBy(role, configuration).includes(entry))
    throw new Error(`The role ${role} does not trust the function ${entry}.`);
  allow(grantee, ['sts:AssumeRole'], [reachedRoleArn(role, configuration, names)], why);
}

/** Services of Identity Center that a role calls. */
export type IdentityService = 'sso' | 'identitystore';

/** Lets a role use the customer managed key of Identity Center, if it has one, through the services that it calls. */
export function allowIdentityCenterKey(
  role: Grantee,
  { identityCenterKmsKeyArn: keyArn, partition, identityCenter }: Configuration,
  services: readonly IdentityService[],
): void {
  if (keyArn === undefined) return;
  const via = services.flatMap((service) => viaService(service, identityCenter.region, partition));
  const conditions: Conditions = { StringEquals: { 'kms:ViaService': via } };
  allow(role, ['kms:Decrypt'], [keyArn], 'Identity Center encrypts what it stores with this key.', conditions);
}
