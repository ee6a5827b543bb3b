import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { administratorOf, type Credentials, type LocalCloud, TARGET } from './local-cloud';

/** Credentials of a role, handed out to the administrator of its account. */
export async function assumeRole(cloud: LocalCloud, roleName: string, accountId = TARGET): Promise<Credentials> {
  const client = new STSClient(cloud.clientOf(administratorOf(accountId)));
  const RoleArn = `arn:aws:iam::${accountId}:role/${roleName}`;
  const { Credentials } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester' }));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}
