import type { Location } from './config/configuration';

/** What CDK bootstraps for reading: AWS's ReadOnlyAccess, for the account itself and those that it trusts. */
export const LOOKUP_ROLE = 'cdk-{qualifier}-lookup-role-{account}-{region}';

/** The name of a role in an account and Region; `{qualifier}`, `{account}` and `{region}` in the pattern are filled in. */
export function roleNameIn({ accountId, region }: Location, qualifier: string, pattern = LOOKUP_ROLE): string {
  return pattern.replaceAll('{qualifier}', qualifier).replaceAll('{account}', accountId).replaceAll('{region}', region);
}
