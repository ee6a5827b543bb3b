import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { appProperties } from './app-properties';
import { type Configuration, PROJECT_ROOT } from './config';
import { acknowledgeFindings } from './nag-acknowledgements';
import { tagApplication } from './stacks/application-tags';
import { createPart, PARTS } from './stacks/parts';
import { PipelineStack } from './stacks/pipeline-stack';

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
  for (const part of PARTS) createPart(part, app, { configuration, projectRoot });
  const { pipeline } = configuration;
  if (pipeline !== undefined) new PipelineStack(app, 'Pipeline', { configuration, pipeline, projectRoot });
  tagApplication(app, configuration);
  for (const [index, warning] of configuration.warnings.entries()) {
    Validations.of(app).addWarning(`configuration-${index}`, warning);
  }
  if (checks) {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    acknowledgeFindings(app);
  }
  return app;
}
