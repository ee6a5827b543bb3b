import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Configuration } from '../config/configuration';

/** Tags everything below a scope. CDK: tags of an app do not reach into the stages of a pipeline. */
export function tagApplication(scope: IConstruct, { app, environment }: Configuration): void {
  Tags.of(scope).add('App', app);
  Tags.of(scope).add('Environment', environment);
}
