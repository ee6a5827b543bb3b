import type { GuardLimits } from '../domain/guard';
import type { AccountId } from '../domain/ids';
import { nameInDirectory } from '../domain/name-in-directory';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { OrganizationReader } from '../ports/organization-reader';
import type { PermissionSetLookup } from '../ports/permission-set-lookup';
import type { Store } from '../ports/store';
import { Directory } from '../reconcile/directory';
import { OrganizationSnapshot } from '../reconcile/organization-snapshot';
import { OverlayReader } from './overlay-reader';

/** How links are planned, and plans judged, in this installation. */
export interface PlanningSettings {
  readonly managementAccountId: string;
  readonly supportNestedOu: boolean;
  /** With `IsAdUsed`. */
  readonly domain?: string | undefined;
  readonly limits: GuardLimits;
}

/** What planning and judging need, as the planner and the guard themselves have it; each over a store of one dry run. */
export interface PreviewWorld {
  /** `permissionSets`: those that there would be; absent: those that there are. */
  readonly directory: (store: Store, permissionSets?: PermissionSetLookup) => Directory;
  readonly snapshot: (store: Store) => OrganizationSnapshot;
  readonly organization: OrganizationReader;
  readonly supportNestedOu: boolean;
  readonly limits: GuardLimits;
}

/**
 * How long a dry run takes up more work, milliseconds. AWS: API Gateway waits 29 seconds; what is begun has to end, too.
 */
export const DRY_RUN_MS = 18_000;

/** What a dry run plans with. */
export function previewWorld(
  identityCenter: IdentityCenterReader,
  organization: OrganizationReader,
  { managementAccountId, supportNestedOu, domain, limits }: PlanningSettings,
): PreviewWorld {
  return {
    directory: (store, permissionSets) => {
      const reader = permissionSets ? new OverlayReader(identityCenter, permissionSets) : identityCenter;
      return new Directory(reader, store, (name) => nameInDirectory(name, domain));
    },
    snapshot: (store) => new OrganizationSnapshot(store, managementAccountId as AccountId),
    organization,
    supportNestedOu,
    limits,
  };
}
