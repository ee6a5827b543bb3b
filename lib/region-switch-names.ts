import type { Location } from './config/configuration';

/** The physical names of a switch of Identity Center to another Region. */
export const REGION_SWITCH_NAMES = {
  stack: 'identity-center-extensions-region-switch',
  /** AWS: bucket names are unique in a partition. */
  bucket: ({ accountId, region }: Location) => `region-switch-${accountId}-${region}`,
} as const;
