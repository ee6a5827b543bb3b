import type { GuardLimits } from '../domain/guard';
import type { AccountId } from '../domain/ids';
import { nameInDirectory } from '../domain/name-in-directory';
import { optional, required, requiredNumber } from './environment';

/** What the configuration says of removals that wait for a person. */
export function guardLimits(): GuardLimits {
  return { maxRemovals: requiredNumber('MAX_REMOVALS'), maxRemovalPercent: requiredNumber('MAX_REMOVAL_PERCENT') };
}

/** Where links do nothing, and what the directory calls the names in them. */
export function directorySettings() {
  const domain = required('IS_AD_USED') === 'true' ? optional('DOMAIN_NAME') : undefined;
  return {
    managementAccountId: required('MANAGEMENT_ACCOUNT_ID') as AccountId,
    nameInDirectory: (name: string) => nameInDirectory(name, domain),
  };
}

/** How links are planned, and plans judged, in this installation. */
export function planningSettings() {
  return {
    managementAccountId: required('MANAGEMENT_ACCOUNT_ID'),
    supportNestedOu: required('SUPPORT_NESTED_OU') === 'true',
    domain: required('IS_AD_USED') === 'true' ? optional('DOMAIN_NAME') : undefined,
    limits: guardLimits(),
  };
}
