import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { appProperties } from './app-properties';
import type { RegionSwitch } from './config';
import { acknowledgeFindings } from './nag-acknowledgements';
import { RegionSwitchStack } from './stacks/region-switch-stack';

export interface BuildRegionSwitchOptions {
  readonly regionSwitch: RegionSwitch;
  /** Where the cloud assembly is written; default: where the CDK command line says. */
  readonly outdir?: string;
  /** Whether templates are checked against the rules of CloudFormation and of cdk-nag; default: true. */
  readonly checks?: boolean;
}

/** The application of a switch of Region, ready for `synth()`: a bucket in the Region that is left and one in the other. */
export function buildRegionSwitchApp({ regionSwitch, outdir, checks = true }: BuildRegionSwitchOptions): App {
  const app = new App({ ...appProperties(checks), ...(outdir === undefined ? {} : { outdir }) });
  addRegionSwitchStacks(app, regionSwitch);
  if (checks) {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    acknowledgeFindings(app);
  }
  return app;
}

/** Adds the stacks of a switch of Region to an application. */
export function addRegionSwitchStacks(app: App, { bootstrapQualifier, from, to }: RegionSwitch): void {
  for (const [id, location] of [
    ['RegionSwitchFrom', from],
    ['RegionSwitchTo', to],
  ] as const) {
    const stack = new RegionSwitchStack(app, id, { bootstrapQualifier, location });
    Tags.of(stack).add('App', 'identity-center-extensions');
  }
}
