import type { AccountId } from '../domain/ids';
import { nameInDirectory } from '../domain/name-in-directory';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { OrganizationReader } from '../ports/organization-reader';
import type { Store } from '../ports/store';
import { Directory } from '../reconcile/directory';
import { OrganizationSnapshot } from '../reconcile/organization-snapshot';
import type { PreviewWorld } from './preview-link';

/** How links are planned in this installation. */
export interface PlanningSettings {
  readonly managementAccountId: string;
  readonly supportNestedOu: boolean;
  /** With `IsAdUsed`. */
  readonly domain?: string | undefined;
}

/** What a dry run plans with. */
export function previewWorld(
  store: Store,
  identityCenter: IdentityCenterReader,
  organization: OrganizationReader,
  { managementAccountId, supportNestedOu, domain }: PlanningSettings,
): PreviewWorld {
  return {
    directory: (over) => new Directory(identityCenter, over, (name) => nameInDirectory(name, domain)),
    snapshot: new OrganizationSnapshot(store, managementAccountId as AccountId),
    organization,
    supportNestedOu,
  };
}
