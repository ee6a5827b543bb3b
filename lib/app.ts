import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { appProperties } from './app-properties';
import { type Configuration, PROJECT_ROOT } from './config';
import { acknowledgeFindings } from './nag-acknowledgements';
import { ControllerStack } from './stacks/controller-stack';
import { IdentityCenterStack } from './stacks/identity-center-stack';
import { ManagementStack } from './stacks/management-stack';
import { OrganizationStack } from './stacks/organization-stack';

export interface BuildAppOptions {
  readonly configuration: Configuration;
  /** Where the cloud assembly is written; default: where the CDK command line says. */
  readonly outdir?: string;
  /** Folder with `cdk.json`, `state-machines/` and the bundles in `dist/lambda/`; default: this project. */
  readonly projectRoot?: string;
  /** Whether templates are checked against the rules of CloudFormation and of cdk-nag; default: true. Takes seconds. */
  readonly checks?: boolean;
}

/** The whole application, ready for `synth()`. Needs the functions to be bundled. */
export function buildApp({ configuration, outdir, projectRoot = PROJECT_ROOT, checks = true }: BuildAppOptions): App {
  const app = new App({ ...appProperties(checks), ...(outdir === undefined ? {} : { outdir }) });
  new OrganizationStack(app, 'Organization', configuration);
  new IdentityCenterStack(app, 'IdentityCenter', configuration);
  if (configuration.management.accountId !== configuration.identityCenter.accountId) {
    new ManagementStack(app, 'Management', configuration);
  }
  new ControllerStack(app, 'Controller', { configuration, projectRoot });
  Tags.of(app).add('App', configuration.app);
  Tags.of(app).add('Environment', configuration.environment);
  for (const [index, warning] of configuration.warnings.entries()) {
    Validations.of(app).addWarning(`configuration-${index}`, warning);
  }
  if (checks) {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    acknowledgeFindings(app);
  }
  return app;
}
