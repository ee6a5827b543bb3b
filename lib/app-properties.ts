import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppProps } from 'aws-cdk-lib';
import { PROJECT_ROOT } from './config';

/** The feature flags of `cdk.json`, so that an app that is not started by the CDK command line is the same. */
export function appProperties(checks: boolean): AppProps {
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8'));
  // Templates depend on nothing but the configuration and the code.
  return { context, analyticsReporting: false, builtinCloudFormationValidation: checks };
}
