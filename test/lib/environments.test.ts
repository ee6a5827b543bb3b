import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, parseConfiguration } from '../../lib/config';
import { writeTemplates } from '../lint-templates/cfn-lint';
import type { Resource } from './synthesized';

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Export?: { readonly Name: unknown } }>>;
}

/** The property by which no two resources of a type may be equal in an account; none: named by AWS or by its parent. */
const NAME_OF: Readonly<Record<string, string | undefined>> = {
  'AWS::ApiGateway::Deployment': undefined,
  'AWS::ApiGateway::Method': undefined,
  'AWS::ApiGateway::Resource': undefined,
  'AWS::ApiGateway::RestApi': 'Name',
  'AWS::ApiGateway::Stage': undefined,
  // In its workgroup.
  'AWS::Athena::NamedQuery': undefined,
  'AWS::Athena::WorkGroup': 'Name',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::EventBusPolicy': undefined,
  'AWS::Events::Rule': 'Name',
  // Its name is in what describes it; a table belongs to its database.
  'AWS::Glue::Database': 'DatabaseInput',
  'AWS::Glue::Table': undefined,
  'AWS::IAM::Policy': 'PolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::KMS::Key': undefined,
  'AWS::Lambda::EventSourceMapping': undefined,
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Lambda::Permission': undefined,
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::QueryDefinition': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::S3::BucketPolicy': undefined,
  'AWS::SNS::Subscription': undefined,
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SNS::TopicPolicy': undefined,
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SQS::QueuePolicy': undefined,
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** Everything in one account, with a pipeline there, from one configuration whose environment alone is another. */
function templatesOf(environment: string): Template[] {
  const text = readFileSync(join(PROJECT_ROOT, 'config', 'single-account.yaml'), 'utf8')
    .replace('Environment: demo', `Environment: ${environment}`)
    .replace(
      'PipelineSettings:\n',
      [
        'PipelineSettings:',
        '  DeploymentAccountId: 111111111111',
        '  DeploymentAccountRegion: eu-west-1',
        '  RepoType: S3',
        '  SourceBucketName: sources',
        '  SourceObjectKey: source.zip\n',
      ].join('\n'),
    );
  const files = writeTemplates(parseConfiguration(text, 'config/single-account.yaml'));
  return files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
}

/** An inline policy is a part of its roles: two of one name meet only on a role that both environments have. */
function isOfOwnRole({ Type, Properties }: Resource): boolean {
  return Type === 'AWS::IAM::Policy' && !(Properties.Roles as unknown[]).some((role) => typeof role === 'string');
}

function namesIn(templates: readonly Template[]): string[] {
  const resources = templates.flatMap(({ Resources }) => Object.values(Resources));
  const named = resources.flatMap((resource) => {
    const property = NAME_OF[resource.Type];
    const name = property === undefined || isOfOwnRole(resource) ? undefined : resource.Properties[property];
    return name === undefined ? [] : [`${resource.Type} ${JSON.stringify(name)}`];
  });
  const exported = templates
    .flatMap(({ Outputs = {} }) => Object.values(Outputs))
    .flatMap(({ Export }) => (Export === undefined ? [] : [`export ${JSON.stringify(Export.Name)}`]));
  return [...named, ...exported];
}

describe('two environments in one account', () => {
  const dev = templatesOf('dev');
  const prod = templatesOf('prod');

  it('are of types whose names are known', () => {
    const types = new Set(dev.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
    expect(types.size).toBeGreaterThan(25);
    expect([...types].filter((type) => !(type in NAME_OF))).toEqual([]);
  });

  it('share no physical name and no export', () => {
    const others = new Set(namesIn(prod));
    expect(others.size).toBeGreaterThan(100);
    expect(namesIn(dev).filter((name) => others.has(name))).toEqual([]);
    expect([...others].filter((name) => name.startsWith('export '))).toHaveLength(4);
  });

  it('nor does one environment give one name twice', () => {
    const names = namesIn(dev);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
