import { Aws } from 'aws-cdk-lib';
import type { Configuration } from '../config/configuration';

/** The configured instance, or whichever the account can see: its id is not known before it is looked up. */
export function instanceArn({ identityCenterInstanceArn }: Configuration): string {
  return identityCenterInstanceArn ?? `arn:${Aws.PARTITION}:sso:::instance/*`;
}

/** Every permission set of the instance: which there are is what users declare. */
export function permissionSetArns({ identityCenterInstanceArn }: Configuration): string {
  const instanceId = identityCenterInstanceArn?.split('/')[1] ?? '*';
  return `arn:${Aws.PARTITION}:sso:::permissionSet/${instanceId}/*`;
}

/** Every account of the organization. */
export function accountArns(): string {
  return `arn:${Aws.PARTITION}:sso:::account/*`;
}

/** AWS: the identity store belongs to the management account, wherever it is administered from. */
export function identityStoreArns({ management }: Configuration): string {
  return `arn:${Aws.PARTITION}:identitystore::${management.accountId}:identitystore/*`;
}

/** AWS: the ARN of a principal names neither an account nor an identity store. */
export function principalArns(type: 'group' | 'user'): string {
  return `arn:${Aws.PARTITION}:identitystore:::${type}/*`;
}
