import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { required } from './environment';
import { OrganizationsReader } from './organizations-reader';
import { roleSession } from './role-session';

/** Throttling of Organizations is per operation and passes within seconds. */
const ATTEMPTS = { maxAttempts: 10 };

/** The organization with the rights of the reader role in the management account. */
export function organizationsReader(): OrganizationsReader {
  const region = required('ORGANIZATIONS_REGION');
  const credentials = roleSession(required('ORGANIZATION_READER_ROLE_ARN'));
  return new OrganizationsReader(
    new OrganizationsClient({ region, credentials, ...ATTEMPTS }),
    new ResourceGroupsTaggingAPIClient({ region, credentials, ...ATTEMPTS }),
  );
}
