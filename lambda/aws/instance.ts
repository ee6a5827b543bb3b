import { type InstanceMetadata, ListInstancesCommand, type SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { Rejected } from '../ports/faults';
import { naming } from './service-faults';

/** An instance of Identity Center and its directory. */
export interface Instance {
  readonly instanceArn: string;
  readonly identityStoreId: string;
}

/**
 * The configured instance, or the only one that the account can see. Throws `Rejected` when that is none or not clear,
 * and never `Missing`: that is what is said of an assignment or a principal, which is then taken for gone.
 */
export async function findInstance(client: SSOAdminClient, configuredArn: string | undefined): Promise<Instance> {
  const { instanceArn, identityStoreId } = await describeInstance(client, configuredArn);
  return { instanceArn, identityStoreId };
}

/** The same, with what else the service tells of it. */
export async function describeInstance(
  client: SSOAdminClient,
  configuredArn: string | undefined,
): Promise<Instance & InstanceMetadata> {
  const visible = await listInstances(client);
  const candidates = visible.filter(({ InstanceArn }) => !configuredArn || InstanceArn === configuredArn);
  const [found, ...others] = candidates;
  if (!found?.InstanceArn || !found.IdentityStoreId) {
    throw new Rejected(
      `No Identity Center instance${configuredArn ? ` ${configuredArn}` : ''} in this account and Region.`,
    );
  }
  if (others.length > 0) {
    throw new Rejected(
      'More than one Identity Center instance is visible: set IdentityCenterInstanceArn in the configuration.',
    );
  }
  return { ...found, instanceArn: found.InstanceArn, identityStoreId: found.IdentityStoreId };
}

async function listInstances(client: SSOAdminClient): Promise<readonly InstanceMetadata[]> {
  const instances: InstanceMetadata[] = [];
  let NextToken: string | undefined;
  do {
    const page = await naming(client.send(new ListInstancesCommand(NextToken ? { NextToken } : {})));
    instances.push(...(page.Instances ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return instances;
}
