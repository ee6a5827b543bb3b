import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Configuration } from '../config/configuration';

/** cfn-lint: the schema of dashboards knows no tags. */
const WITHOUT_TAGS = { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] };

/** Tags everything below a scope. CDK: tags of an app do not reach into the stages of a pipeline. */
export function tagApplication(scope: IConstruct, { app, environment }: Configuration): void {
  Tags.of(scope).add('App', app, WITHOUT_TAGS);
  Tags.of(scope).add('Environment', environment, WITHOUT_TAGS);
}
