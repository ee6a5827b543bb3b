import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildApp } from '../../lib/app';
import { PROJECT_ROOT } from '../../lib/config';
import { AccessRole } from '../../lib/constructs/access-role';
import { allow } from '../../lib/constructs/allow';
import { acknowledgeFindings } from '../../lib/nag-acknowledgements';
import { KEPT_CONFIGURATIONS } from './kept-configurations';
import { local, projectWithEmptyFunctions } from './synthesized';
import { temporaryFolder } from './temporary-folder';

/** Findings are printed where they are found; they are in the error, too. */
function silently<T>(run: () => T): T {
  const spies = [jest.spyOn(console, 'error').mockImplementation(), jest.spyOn(console, 'log').mockImplementation()];
  const writing = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    return run();
  } finally {
    for (const spy of [...spies, writing]) spy.mockRestore();
  }
}

describe('the rules of CloudFormation and cdk-nag', () => {
  it.each(KEPT_CONFIGURATIONS)('find nothing in the templates: %s', (_, load) => {
    const outdir = temporaryFolder();
    const app = buildApp({ configuration: load(), outdir, projectRoot: projectWithEmptyFunctions() });
    silently(() => app.synth());
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toEqual([]);
  });

  it('are looked at: a right on everything stops the synth', () => {
    const configuration = local();
    const app = buildApp({ configuration, outdir: temporaryFolder(), projectRoot: projectWithEmptyFunctions() });
    const trust = { principal: { Service: 'lambda.amazonaws.com' } };
    const role = new AccessRole(app.node.findChild('Organization') as Stack, 'Open', {
      roleName: 'open',
      purpose: 'Test',
      trust,
    });
    allow(role, ['s3:GetObject'], ['*'], 'Because.');
    expect(() => silently(() => app.synth())).toThrow('AwsSolutions-IAM5[Resource::*]');
  });
});

describe('acknowledgements', () => {
  /** Whether the checks accept a role with these rights. */
  function isAccepted(...rights: readonly (readonly [action: string, resource: string])[]): boolean {
    const app = new App({
      outdir: temporaryFolder(),
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    const stack = new Stack(app, 'Some');
    const trust = { principal: { Service: 'lambda.amazonaws.com' } };
    const role = new AccessRole(stack, 'Role', { roleName: 'role', purpose: 'Test', trust });
    for (const [action, resource] of rights) allow(role, [action], [resource], 'Because.');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    acknowledgeFindings(app);
    try {
      silently(() => app.synth());
      return true;
    } catch {
      return false;
    }
  }

  it('are about listed actions on listed patterns', () => {
    expect(isAccepted(['xray:PutTraceSegments', '*'])).toBe(true);
    expect(isAccepted(['dynamodb:GetItem', '*'])).toBe(false);
    expect(isAccepted(['s3:GetObject', 'arn:aws:s3:::bucket/*'])).toBe(false);
  });

  it('of one right do not cover another right on the same pattern', () => {
    expect(isAccepted(['xray:PutTraceSegments', '*'], ['dynamodb:GetItem', '*'])).toBe(false);
    expect(isAccepted(['dynamodb:GetItem', '*'], ['xray:PutTraceSegments', '*'])).toBe(false);
  });
});

describe('an app that is not started by the CDK command line', () => {
  it('has the feature flags of cdk.json', () => {
    const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8'));
    const app = buildApp({
      configuration: local(),
      outdir: temporaryFolder(),
      projectRoot: projectWithEmptyFunctions(),
      checks: false,
    });
    for (const [flag, value] of Object.entries(context)) expect(app.node.tryGetContext(flag)).toEqual(value);
    expect(context['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
  });
});

describe('an app whose functions are not bundled', () => {
  it('says what to do', () => {
    expect(() =>
      buildApp({ configuration: local(), outdir: temporaryFolder(), projectRoot: temporaryFolder(), checks: false }),
    ).toThrow(/dist\/lambda\/[\w-]+\/index\.js does not exist: bundle the functions first/);
  });
});
