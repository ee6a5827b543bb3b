import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDbStore } from '../../lambda/aws/dynamodb-store';
import type { AccountId } from '../../lambda/domain/ids';
import type { Organization } from '../../lambda/domain/organization';
import { OrganizationSnapshot } from '../../lambda/reconcile/organization-snapshot';
import type { Configuration } from '../../lib/config/configuration';
import { Names } from '../../lib/names';

/**
 * The organization as the solution knows it and plans with, read from its table with the caller's credentials: no
 * rights in the management account are needed.
 */
export async function knownOrganization(configuration: Configuration): Promise<Organization> {
  const name = new Names(configuration).table('organization');
  const client = new DynamoDBClient({ region: configuration.target.region });
  const store = new DynamoDbStore({ organization: name }, client);
  const snapshot = new OrganizationSnapshot(store, configuration.management.accountId as AccountId);
  if (!(await snapshot.isMissing())) return snapshot.load();
  throw new Error(`The table ${name} holds no organization yet: it is read when the first link is planned.`);
}
