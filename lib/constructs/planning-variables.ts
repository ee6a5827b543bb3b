import type { FunctionEnvironment } from './bundled-function';
import { reachedRoleArn } from './cross-account-role';
import type { Installation } from './installation';

/** What a function has to know that reads the organization. */
export function organizationVariables({ configuration, names }: Installation): FunctionEnvironment {
  return {
    ORGANIZATION_READER_ROLE_ARN: reachedRoleArn('organization-reader', configuration, names),
    ORGANIZATIONS_REGION: configuration.management.region,
    MANAGEMENT_ACCOUNT_ID: configuration.management.accountId,
  };
}

/** What a function has to know that judges plans. */
export function guardVariables({ configuration: { guard } }: Installation): FunctionEnvironment {
  return { MAX_REMOVALS: String(guard.maxRemovals), MAX_REMOVAL_PERCENT: String(guard.maxRemovalPercent) };
}

/** What a function has to know that plans what links mean. */
export function planningVariables({ configuration, names }: Installation): FunctionEnvironment {
  const { identityCenterInstanceArn, isAdUsed, domainName } = configuration;
  return {
    ORGANIZATION_READER_ROLE_ARN: reachedRoleArn('organization-reader', configuration, names),
    IDENTITY_CENTER_READER_ROLE_ARN: reachedRoleArn('identity-center-reader', configuration, names),
    IDENTITY_CENTER_REGION: configuration.identityCenter.region,
    MANAGEMENT_ACCOUNT_ID: configuration.management.accountId,
    REQUESTS_PER_SECOND: String(configuration.limits.requestsPerSecond),
    SUPPORT_NESTED_OU: String(configuration.supportNestedOu),
    IS_AD_USED: String(isAdUsed),
    ...(domainName === undefined ? {} : { DOMAIN_NAME: domainName }),
    ...(identityCenterInstanceArn === undefined ? {} : { IDENTITY_CENTER_INSTANCE_ARN: identityCenterInstanceArn }),
  };
}
