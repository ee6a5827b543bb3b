import { DefaultStackSynthesizer, type IStackSynthesizer, type StackProps } from 'aws-cdk-lib';
import type { Configuration, Location } from '../config/configuration';

/** What every stack has: a place, and the qualifier that its account was bootstrapped with. */
export function stackProperties(
  { bootstrapQualifier }: Pick<Configuration, 'bootstrapQualifier'>,
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
  };
}
