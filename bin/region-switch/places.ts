import type { Configuration, RegionSwitch } from '../../lib/config';
import type { Location } from '../../lib/config/configuration';
import type { ReadBundle } from './bundle-files';
import type { FoundInstance } from './operator-readers';

/** Throws when an installation is about another Identity Center than a place of the switch; `key` names the place. */
export function requirePlace({ identityCenter }: Configuration, { accountId, region }: Location, key: string): void {
  if (identityCenter.accountId !== accountId) {
    throw new Error(
      `--installation: its SSOServiceAccountId is ${identityCenter.accountId}, that of the switch is ${accountId}.`,
    );
  }
  if (identityCenter.region === region) return;
  throw new Error(
    `--installation: its SSOServiceAccountRegion is ${identityCenter.region}, ${key} of the switch is ${region}.`,
  );
}

/** Throws when what was discovered would be recreated where it is already. */
export function refuseWrongPlace(
  { manifest: { source } }: Pick<ReadBundle, 'manifest'>,
  { instanceArn, PrimaryRegion }: Pick<FoundInstance, 'instanceArn' | 'PrimaryRegion'>,
  { to }: Pick<RegionSwitch, 'to'>,
  { environment, target }: Configuration,
): void {
  if (instanceArn === source.instanceArn || (PrimaryRegion !== undefined && PrimaryRegion !== to.region)) {
    throw new Error(
      `The Identity Center in ${to.region} is a replica, its primary Region is elsewhere: there is nothing to recreate. See docs/region-switch.md.`,
    );
  }
  const { installation: old } = source;
  const isSame = old?.environment === environment && old.accountId === target.accountId && old.region === target.region;
  if (!isSame) return;
  throw new Error(
    `--installation: ${environment} in ${target.region} is the installation that was discovered, its tables are about the old Identity Center: deploy the solution with another Environment or TargetAccountRegion, and name that one.`,
  );
}
