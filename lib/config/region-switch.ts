import type { RegionSwitchFile } from '../../schemas/generated/region-switch';
import type { SchemaProblem } from '../../schemas/schema-problems';
import type { Location } from './configuration';
import { DEFAULTS } from './configuration';
import { partitionOf } from './partition';

/** A switch of Identity Center to another Region: what a valid file means. */
export interface RegionSwitch {
  readonly bootstrapQualifier: string;
  /** From where Identity Center is administered, in the Region that it leaves. */
  readonly from: Location;
  /** The same account in the Region that it goes to. */
  readonly to: Location;
}

/** The meaning of a file that was found valid. */
export function regionSwitchOf(file: RegionSwitchFile): RegionSwitch {
  const { BootstrapQualifier, SSOServiceAccountId: accountId } = file;
  return {
    bootstrapQualifier: BootstrapQualifier ?? DEFAULTS.bootstrapQualifier,
    from: { accountId, region: file.SSOServiceAccountRegion },
    to: { accountId, region: file.SSOServiceTargetAccountRegion },
  };
}

/** What a schema cannot say of the two Regions. */
export function brokenRegionRules(file: unknown): SchemaProblem[] {
  const { SSOServiceAccountRegion: from, SSOServiceTargetAccountRegion: to } = file as Partial<RegionSwitchFile>;
  const path = 'SSOServiceTargetAccountRegion';
  if (typeof from !== 'string' || typeof to !== 'string') return [];
  if (from === to)
    return [{ path, message: `expected another Region than SSOServiceAccountRegion, got "${to}" for both` }];
  const home = partitionOf(from);
  if (home === undefined) {
    return [{ path: 'SSOServiceAccountRegion', message: `${from} is in a partition that is not supported` }];
  }
  if (partitionOf(to) === home) return [];
  return [{ path, message: `expected a Region of the partition ${home}, like SSOServiceAccountRegion, got "${to}"` }];
}
