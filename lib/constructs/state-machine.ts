import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { StateMachineName } from '../names';
import { AccessRole } from './access-role';
import { allow } from './allow';
import type { BundledFunction } from './bundled-function';
import type { Installation } from './installation';
import { LogGroup } from './log-group';

export interface StateMachineProps {
  /** Also the name of its file: `state-machines/<name>.asl.json`. */
  readonly name: StateMachineName;
  readonly purpose: string;
  /** By placeholder: `NoteAndBegin` stands for `${NoteAndBegin}` in the file. */
  readonly functions: Readonly<Record<string, BundledFunction>>;
}

/** Rights that Step Functions needs to deliver logs. AWS: these actions know no resources. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

const TRACING = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** A state machine from its file; it may invoke exactly the functions that the file names. */
export class StateMachine extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, props: StateMachineProps) {
    super(scope, id);
    const { configuration, names, key, projectRoot } = installation;
    const definition = readDefinition(projectRoot, props);
    const logGroupName = names.stateMachineLogGroup(props.name);
    const logGroup = new LogGroup(this, 'LogGroup', { logGroupName, location: configuration.target, key });
    const role = this.createRole(installation, props);
    const functions = Object.entries(props.functions).map(([placeholder, { arn }]) => [placeholder, arn]);
    new CfnStateMachine(this, 'Resource', {
      stateMachineName: names.stateMachine(props.name),
      stateMachineType: 'STANDARD',
      definitionString: JSON.stringify(definition),
      definitionSubstitutions: Object.fromEntries(functions),
      roleArn: role.arn,
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `${logGroup.arn}:*` } }],
      },
      tracingConfiguration: { enabled: true },
    });
  }

  private createRole({ configuration, names }: Installation, { name, purpose, functions }: StateMachineProps) {
    const { target } = configuration;
    const role = new AccessRole(this, 'Role', {
      roleName: names.stateMachineRole(name),
      purpose,
      trust: {
        principal: { Service: 'states.amazonaws.com' },
        conditions: {
          StringEquals: { 'aws:SourceAccount': target.accountId },
          ArnEquals: { 'aws:SourceArn': regionalArn('states', target, `stateMachine:${names.stateMachine(name)}`) },
        },
      },
    });
    const arns = [...new Set(Object.values(functions).map(({ arn }) => arn))];
    allow(role, ['lambda:InvokeFunction'], arns, 'The tasks of the state machine are these functions.');
    allow(role, LOG_DELIVERY, ['*'], 'Step Functions delivers the log. AWS: log delivery has no resources to name.');
    allow(role, TRACING, ['*'], 'Step Functions sends traces. AWS: X-Ray has no resources to name.');
    return role;
  }
}

/** Reads the file; throws unless it has a time limit and its placeholders are exactly the functions given. */
function readDefinition(projectRoot: string, { name, functions }: StateMachineProps): object {
  const file = `state-machines/${name}.asl.json`;
  const text = readFileSync(join(projectRoot, file), 'utf8');
  const definition = JSON.parse(text) as { TimeoutSeconds?: unknown };
  // AWS: a property of the resource cannot set the limit; an execution without one may hang for a year.
  if (typeof definition.TimeoutSeconds !== 'number') throw new Error(`${file} has no TimeoutSeconds.`);
  const placeholders = new Set([...text.matchAll(/\$\{([^}]*)\}/g)].map(([, placeholder = '']) => placeholder));
  const given = new Set(Object.keys(functions));
  const unknown = [...placeholders].filter((placeholder) => !given.has(placeholder));
  const unused = [...given].filter((placeholder) => !placeholders.has(placeholder));
  // AWS: a placeholder without a value is left as it is, and fails only when the task is run.
  if (unknown.length > 0) throw new Error(`${file}: no function is given for ${unknown.join(', ')}.`);
  if (unused.length > 0) throw new Error(`${file} does not use the function ${unused.join(', ')}.`);
  return definition;
}
