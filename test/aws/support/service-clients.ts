import type { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { SimulatedService } from '../../../local/cloud/service';
import type { World } from '../../../local/world/world';
import { ADMINISTRATION, accountKey, MANAGEMENT, REGION } from '../../local/world/small-world';
import { inProcessClient } from '../../support/in-process-client';

/** Organizations and the tags of its accounts are answered there. */
const ORGANIZATIONS_REGION = 'us-east-1';

/** Clients as the adapters are given them, for the services of a world, and the names of the operations they called. */
export function clientsOf(world: World) {
  const calls: string[] = [];
  const client = (service: SimulatedService, accountId: string, region: string) =>
    inProcessClient({
      service,
      region,
      principal: accountKey(accountId),
      before: (operation) => void calls.push(operation),
    }) as unknown;
  return {
    calls,
    ssoAdmin: client(world.identityCenter, ADMINISTRATION, REGION) as SSOAdminClient,
    ssoAdminInManagementAccount: client(world.identityCenter, MANAGEMENT, REGION) as SSOAdminClient,
    identityStore: client(world.identityStore, ADMINISTRATION, REGION) as IdentitystoreClient,
    organizations: client(world.organizations, MANAGEMENT, ORGANIZATIONS_REGION) as OrganizationsClient,
    tagging: client(world.resourceTagging, MANAGEMENT, ORGANIZATIONS_REGION) as ResourceGroupsTaggingAPIClient,
  };
}
