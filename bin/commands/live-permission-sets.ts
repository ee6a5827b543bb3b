import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { findInstance, type Instance } from '../../lambda/aws/instance';
import { paced } from '../../lambda/aws/paced';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoPermissionSetReader } from '../../lambda/aws/sso-permission-set-reader';
import { type Definition, PARTS } from '../../lambda/domain/permission-set-definition';
import type { Configuration } from '../../lib/config/configuration';

/** Who reads, and how fast. */
export interface LiveReading {
  readonly profile: string;
  readonly requestsPerSecond: number;
}

/** Permission sets of these names as they are, read with a profile of the account from which Identity Center is administered. */
export async function readLivePermissionSets(
  { identityCenter, identityCenterInstanceArn }: Configuration,
  { profile, requestsPerSecond }: LiveReading,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Definition>> {
  const client = new SSOAdminClient({ region: identityCenter.region, profile });
  let instance: Promise<Instance> | undefined;
  const theInstance = () => {
    instance ??= findInstance(client, identityCenterInstanceArn);
    return instance;
  };
  const pace = paced(requestsPerSecond, 1);
  const reader = new SsoPermissionSetReader(new PacedSsoAdmin(client, theInstance, pace));
  const live = new Map<string, Definition>();
  for (const arn of await reader.listPermissionSets()) {
    const name = await reader.permissionSetName(arn);
    if (names.has(name)) live.set(name, await reader.read(arn, PARTS));
  }
  return live;
}
