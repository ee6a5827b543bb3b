import { ListInstancesCommand, type SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { Missing, Rejected } from '../ports/faults';
import { naming } from './service-faults';

/** An instance of Identity Center and its directory. */
export interface Instance {
  readonly instanceArn: string;
  readonly identityStoreId: string;
}

/** The configured instance, or the only one that the account can see. */
export async function findInstance(client: SSOAdminClient, configuredArn: string | undefined): Promise<Instance> {
  const { Instances = [] } = await naming(client.send(new ListInstancesCommand({})));
  const candidates = Instances.filter(({ InstanceArn }) => !configuredArn || InstanceArn === configuredArn);
  const [found, ...others] = candidates;
  if (!found?.InstanceArn || !found.IdentityStoreId) {
    throw new Missing(
      `No Identity Center instance${configuredArn ? ` ${configuredArn}` : ''} in this account and Region.`,
    );
  }
  if (others.length > 0) {
    throw new Rejected(
      'More than one Identity Center instance is visible: set IdentityCenterInstanceArn in the configuration.',
    );
  }
  return { instanceArn: found.InstanceArn, identityStoreId: found.IdentityStoreId };
}
