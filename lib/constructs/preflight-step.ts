import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import { roleArn } from '../arns';
import type { Configuration, Pipeline } from '../config/configuration';
import { roleNameIn } from '../lookup-role';

export interface PreflightStepProps {
  readonly configuration: Configuration;
  readonly pipeline: Pipeline;
  /** The files of this repository. */
  readonly source: IFileSetProducer;
  /** Whether the stacks are there by then. */
  readonly isDeployed: boolean;
}

/**
 * `npm run preflight` as a step of a pipeline: looks into the accounts with the roles that the bootstrap made for looking, and
 * ends the run when something is missing that stops. What could not be looked at is printed, and stops nothing.
 */
export function preflightStep(
  id: string,
  { configuration, pipeline, source, isDeployed }: PreflightStepProps,
): CodeBuildStep {
  const words = [pipeline.configurationPath, '--by-role', ...(isDeployed ? ['--deployed'] : [])];
  return new CodeBuildStep(id, {
    input: source,
    installCommands: ['npm ci'],
    // 2: nothing stops, but not everything was checked.
    commands: [`npm run preflight -- ${words.join(' ')} || [ $? -eq 2 ]`],
    rolePolicyStatements: [
      new PolicyStatement({ actions: ['sts:AssumeRole'], resources: lookupRoles(configuration, pipeline) }),
    ],
  });
}

function lookupRoles(configuration: Configuration, pipeline: Pipeline): string[] {
  const { bootstrapQualifier, management, identityCenter, target } = configuration;
  // What is done to Identity Center in the management account is told from there, too.
  const primary = { ...management, region: identityCenter.region };
  const places = [management, primary, identityCenter, target, pipeline.location];
  return [...new Set(places.map((place) => roleArn(place.accountId, roleNameIn(place, bootstrapQualifier))))];
}
