import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { describeInstance, type Instance } from '../../lambda/aws/instance';
import { paced } from '../../lambda/aws/paced';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoIdentityCenterReader } from '../../lambda/aws/sso-identity-center-reader';
import { SsoPermissionSetReader } from '../../lambda/aws/sso-permission-set-reader';
import type { InstanceReaders } from './read-identity-center';

export interface ReaderOptions {
  readonly region: string;
  readonly profile: string | undefined;
  readonly instanceArn: string | undefined;
  readonly requestsPerSecond: number;
}

/** An instance as its service tells of it. */
export interface FoundInstance extends Instance {
  /** AWS: the management account owns the instance of an organization. */
  readonly OwnerAccountId?: string | undefined;
  /** AWS: only there can permission sets and assignments be read and written. */
  readonly PrimaryRegion?: string | undefined;
}

const ATTEMPTS = { maxAttempts: 8 };

/** AWS: 20 requests per second and API of an identity store. Half of it is left to whoever else looks names up. */
const IDENTITY_STORE_REQUESTS_PER_SECOND = 10;
const BURST = 10;

/** The Identity Center of a Region, read with the caller's own credentials. */
export async function operatorReaders({
  region,
  profile,
  instanceArn,
  requestsPerSecond,
}: ReaderOptions): Promise<{ readonly found: FoundInstance; readonly readers: InstanceReaders }> {
  const settings = { region, ...ATTEMPTS, ...(profile === undefined ? {} : { profile }) };
  const client = new SSOAdminClient(settings);
  const found = await describeInstance(client, instanceArn);
  const instance = async () => found;
  const ssoAdmin = new PacedSsoAdmin(client, instance, paced(requestsPerSecond, BURST));
  const reader = new SsoIdentityCenterReader({
    ssoAdmin,
    // It never asks what is assigned to one principal, which only the management account may.
    ssoAdminInManagementAccount: ssoAdmin,
    identityStore: new IdentitystoreClient(settings),
    instance,
    paceIdentityStore: paced(IDENTITY_STORE_REQUESTS_PER_SECOND, BURST),
  });
  return {
    found,
    readers: { instance: reader, directory: reader, permissionSets: new SsoPermissionSetReader(ssoAdmin) },
  };
}
