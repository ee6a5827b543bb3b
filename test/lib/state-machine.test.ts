import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { BundledFunction } from '../../lib/constructs/bundled-function';
import { DataKey } from '../../lib/constructs/data-key';
import type { Installation } from '../../lib/constructs/installation';
import { StateMachine } from '../../lib/constructs/state-machine';
import { Names } from '../../lib/names';
import { local, projectWithEmptyFunctions } from './synthesized';
import { temporaryFolder } from './temporary-folder';

/** A project whose state machine is the one given. */
function installationWith(scope: Stack, definition: object): Installation {
  const configuration = local();
  const projectRoot = projectWithEmptyFunctions();
  writeFileSync(join(projectRoot, 'state-machines', 'reconcile.asl.json'), JSON.stringify(definition));
  const key = new DataKey(scope, 'Key', {
    alias: 'alias/test',
    location: configuration.target,
    partition: 'aws',
    logGroupPrefixes: ['/'],
    alarms: 'arn:aws:cloudwatch:eu-west-1:333333333333:alarm:local-*',
    bucketNotifications: false,
  });
  return { configuration, names: new Names(configuration), key, projectRoot };
}

function create(definition: object, ...placeholders: readonly string[]): void {
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Stack', { env: { account: '333333333333', region: 'eu-west-1' } });
  const installation = installationWith(stack, definition);
  const props = { entry: 'judge-plan', purpose: 'Test', timeoutSeconds: 1, memoryMegabytes: 128 } as const;
  const target = new BundledFunction(stack, 'Function', installation, props);
  const functions = Object.fromEntries(placeholders.map((placeholder) => [placeholder, target]));
  new StateMachine(stack, 'Machine', installation, { name: 'reconcile', purpose: 'Test', functions });
}

const task = (placeholder: string) => ({ Type: 'Task', Resource: `\${${placeholder}}`, End: true });
const definition = { StartAt: 'One', TimeoutSeconds: 60, States: { One: task('One') } };

describe('a state machine', () => {
  it('is made of a file whose placeholders are the functions given', () => {
    expect(() => create(definition, 'One')).not.toThrow();
  });

  it('is refused when a placeholder has no function: a misspelling would fail only when the task runs', () => {
    expect(() => create({ ...definition, States: { One: task('Onne') } }, 'One')).toThrow(
      'state-machines/reconcile.asl.json: no function is given for Onne.',
    );
  });

  it('is refused when a function is not used', () => {
    expect(() => create(definition, 'One', 'Two')).toThrow(
      'state-machines/reconcile.asl.json does not use the function Two.',
    );
  });

  it('is refused without a time limit', () => {
    const { TimeoutSeconds: _, ...endless } = definition;
    expect(() => create(endless, 'One')).toThrow('state-machines/reconcile.asl.json has no TimeoutSeconds.');
  });
});
