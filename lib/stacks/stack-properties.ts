import { DefaultStackSynthesizer, type IStackSynthesizer, PermissionsBoundary, type StackProps } from 'aws-cdk-lib';
import type { Configuration, Location } from '../config/configuration';

/** What every stack has: a place, the qualifier that its account was bootstrapped with, and what bounds its roles. */
export function stackProperties(
  {
    bootstrapQualifier,
    permissionsBoundary,
  }: Pick<Configuration, 'bootstrapQualifier'> & Partial<Pick<Configuration, 'permissionsBoundary'>>,
  { accountId, region }: Location,
  stackName: string,
  description: string,
): StackProps {
  const synthesizer = new DefaultStackSynthesizer({
    qualifier: bootstrapQualifier,
    generateBootstrapVersionRule: false,
    // The types of the CDK are not written for exactOptionalPropertyTypes.
  }) as IStackSynthesizer;
  return {
    stackName,
    description,
    env: { account: accountId, region },
    synthesizer,
    ...(permissionsBoundary === undefined
      ? {}
      : { permissionsBoundary: PermissionsBoundary.fromName(permissionsBoundary) }),
  };
}
