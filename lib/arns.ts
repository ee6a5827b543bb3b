import { Aws } from 'aws-cdk-lib';
import type { Location } from './config/configuration';

/** The account as a principal of policies: every identity of it that its own policies allow. */
export function accountPrincipal(accountId: string): string {
  return `arn:${Aws.PARTITION}:iam::${accountId}:root`;
}

export function roleArn(accountId: string, roleName: string): string {
  return `arn:${Aws.PARTITION}:iam::${accountId}:role/${roleName}`;
}

export function bucketArn(bucketName: string): string {
  return `arn:${Aws.PARTITION}:s3:::${bucketName}`;
}

/** ARN of something that belongs to one account and Region, `resource` as the service writes it. */
export function regionalArn(service: string, { region, accountId }: Location, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${region}:${accountId}:${resource}`;
}
