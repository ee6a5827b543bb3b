import { type App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Grant, Grantee } from './constructs/allow';
import { BundledFunction } from './constructs/bundled-function';
import { DeadLetterQueue } from './constructs/dead-letter-queue';
import { granteesOf, printed } from './list-grants';

const HANDING_OVER =
  'The bucket hands files from one step of the pipeline to the next; nobody else can read or write it.';

/** A finding of cdk-nag that is as it should be, and why. */
interface Acknowledgement {
  readonly rule: string;
  /** Path of a construct, from the app or from a stage of the pipeline; what lies below it is meant, too. */
  readonly path: string;
  readonly reason: string;
}

const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    rule: 'AwsSolutions-S1',
    path: 'Controller/ArtefactsBucket',
    reason:
      'Every submission is recorded with its submitter and version. Who also wants each access sets up CloudTrail data events for the account.',
  },
  {
    rule: 'AwsSolutions-S1',
    path: 'Controller/AuditTrail/Bucket',
    reason:
      'One function writes it, and nobody can delete from it. Who wants each read sets up CloudTrail data events.',
  },
  ...['RegionSwitchFrom', 'RegionSwitchTo'].map((stack) => ({
    rule: 'AwsSolutions-S1',
    path: `${stack}/Bucket`,
    reason: 'It holds a bundle for the time of a switch. Who wants each access sets up CloudTrail data events.',
  })),
  {
    rule: 'AwsSolutions-APIG2',
    path: 'Controller/UserInterface/Api/RestApi',
    reason: 'The functions check requests by the schemas and answer with every problem and its path.',
  },
  {
    rule: 'AwsSolutions-APIG3',
    path: 'Controller/UserInterface/Api/RestApi',
    reason: 'IAM refuses every request that is not signed by a role with the right to the method; rates are limited.',
  },
  {
    rule: 'AwsSolutions-APIG6',
    path: 'Controller/UserInterface/Api/RestApi',
    reason: 'Access logs and the logs of the functions tell what happened. Execution logs cannot be encrypted or end.',
  },
  {
    rule: 'AwsSolutions-COG4',
    path: 'Controller/UserInterface/Api/RestApi',
    reason: 'Callers are roles of AWS accounts: IAM authorizes every method.',
  },
  {
    rule: 'Serverless-SNSRedrivePolicy',
    path: 'Controller/NotificationsTopic/Email',
    reason: 'AWS: e-mail subscriptions have no dead-letter queue. What was notified is also kept as the request.',
  },
  ...['LinkIntake/Files/Mapping', 'PermissionSetIntake/Files/Mapping', 'AuditTrail/Events'].map((mapping) => ({
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    path: `Controller/${mapping}`,
    reason: 'AWS: the source is a queue; its messages go to its dead-letter queue.',
  })),
  ...['MinuteBell/Rule', 'OrganizationWatch/Rule', 'LookAgainSchedules/SetAside', 'FullPass/Rule'].map((rule) => ({
    rule: 'Serverless-EventBusDLQ',
    path: `Controller/${rule}`,
    reason: 'An invocation that is lost is made up for by the next one of the schedule.',
  })),
  {
    rule: 'AwsSolutions-S1',
    path: 'Pipeline/Pipeline',
    reason: HANDING_OVER,
  },
  ...['SourceUploaded', 'SourceRepository'].map((source) => ({
    rule: 'Serverless-EventBusDLQ',
    path: `Pipeline/${source}`,
    reason: 'A start of the pipeline that is lost is made up for by the next change, or by a release by hand.',
  })),
];

const FUNCTIONS_WITHOUT_DEAD_LETTERS =
  'Invoked synchronously, with a queue or a stream that has a dead-letter queue, or each minute anew: no event can be lost.';
const TRACES_ONLY = 'Traces are the only right of a function that names no resource.';

/** A statement as the CDK resolves it. */
interface WrittenStatement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** A resource that may be a pattern, and why. */
interface Wildcard {
  readonly pattern: RegExp;
  /** The only actions that may be allowed on it; absent: any. */
  readonly actions?: readonly string[];
  readonly reason: string;
}

const WILDCARDS: readonly Wildcard[] = [
  {
    pattern: /^\*$/,
    actions: [
      'dynamodb:ListStreams',
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'organizations:ListAccounts',
      'sso:ListInstances',
      'tag:GetResources',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ],
    reason: 'AWS: these actions have no resources that they could be limited to.',
  },
  {
    pattern: /:log-group:<\w+>:\*$/,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason: 'Lambda names the streams of the log group.',
  },
  {
    pattern: /^arn:<AWS::Partition>:organizations::\d{12}:(account\/o-\*\/\*|ou\/o-\*\/ou-\*)$/,
    actions: [
      'organizations:DescribeAccount',
      'organizations:DescribeOrganizationalUnit',
      'organizations:ListTagsForResource',
    ],
    reason: 'Links may name every account and organizational unit; the id of the organization is not configured.',
  },
  {
    pattern: /^arn:<AWS::Partition>:iam::\*:role\/[^*]+$/,
    actions: ['sts:AssumeRole'],
    reason:
      'Permission sets may be assigned in every account; the role that reads policies has one name in all of them.',
  },
  {
    pattern: /^arn:<AWS::Partition>:sso:::(instance\/\*|permissionSet\/[^/]+\/\*|account\/\*)$/,
    reason: 'Links may name every permission set and account; the instance is looked up unless it is configured.',
  },
  {
    pattern: /^arn:<AWS::Partition>:identitystore::(\d{12}:identitystore|:group|:user)\/\*$/,
    actions: [
      'identitystore:DescribeGroup',
      'identitystore:DescribeUser',
      'identitystore:GetGroupId',
      'identitystore:GetUserId',
      'identitystore:ListGroups',
      'identitystore:ListUsers',
    ],
    reason: 'Links may name every group and user; the id of the identity store is looked up.',
  },
  {
    pattern: /^arn:<AWS::Partition>:iam::\*:saml-provider\/AWSSSO_\*_DO_NOT_DELETE$/,
    actions: ['iam:GetSAMLProvider'],
    reason: 'AWS: the provider of Identity Center in the account of an assignment; its name contains a random part.',
  },
  {
    pattern:
      /^arn:<AWS::Partition>:s3:::[^/*]+\/(audit|full-pass|imports|inventory|links_data|permission_sets|plans)\/\*$/,
    actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    reason: 'The documents below one prefix of the bucket.',
  },
  {
    pattern: /^arn:<AWS::Partition>:execute-api:[^*]+\/prod\/(GET|POST)\/[^*]+(\/\*)?[^*]*$/,
    actions: ['execute-api:Invoke'],
    reason: 'One method; the pattern stands for a parameter in its path.',
  },
];

/** What CDK Pipelines writes into the policies of its roles. No other role may have such actions or resources. */
const PIPELINE_REASON =
  'CDK Pipelines writes these policies: for its buckets and keys, its logs and reports, and the roles of the bootstrap.';
const PIPELINE_ACTIONS = [
  'kms:GenerateDataKey*',
  'kms:ReEncrypt*',
  's3:Abort*',
  's3:DeleteObject*',
  's3:GetBucket*',
  's3:GetObject*',
  's3:List*',
];
const PIPELINE_RESOURCES: readonly RegExp[] = [
  /^\*$/,
  /^<PipelineArtifactsBucket\w+\.Arn>\/\*$/,
  /^arn:aws[a-z-]*:s3:::[^/*]+\/\*$/,
  /^arn:aws[a-z-]*:(logs|codebuild):[a-z0-9-]+:\d{12}:(log-group:\/aws\/codebuild|report-group)\/(<\w+>(:|-))?\*$/,
  /^arn:\*:iam::\d{12}:role\/\*$/,
];

/** Acknowledges what is listed here and nothing else: a right on another pattern stays a finding. */
export function acknowledgeFindings(app: App): void {
  const installations = [app, ...app.node.findAll().filter((found) => Stage.isStage(found) && found !== app)];
  for (const { rule, path, reason } of ACKNOWLEDGEMENTS) {
    for (const installation of installations) {
      const construct = find(installation, path);
      if (construct) Validations.of(construct).acknowledge({ id: rule, reason });
    }
  }
  for (const stack of supportStacks(app)) {
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-S1', reason: HANDING_OVER });
  }
  for (const construct of app.node.findAll().filter((found) => found instanceof BundledFunction)) {
    Validations.of(construct).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: FUNCTIONS_WITHOUT_DEAD_LETTERS },
      { id: 'Serverless-LambdaStarPermissions', reason: TRACES_ONLY },
    );
  }
  for (const construct of app.node.findAll().filter((found) => found instanceof DeadLetterQueue)) {
    const reason = 'This is a dead-letter queue itself.';
    Validations.of(construct).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
  }
  for (const role of granteesOf(app)) acknowledgeWildcards(role);
  for (const policy of policiesOfPipeline(app)) acknowledgePipeline(policy);
}

/** CDK: in each other Region that a pipeline deploys to, a stack with a bucket for what is deployed there. */
function supportStacks(app: App): IConstruct[] {
  return app.node.children.filter(({ node }) => node.id.startsWith('cross-region-stack-'));
}

function policiesOfPipeline(app: App): CfnPolicy[] {
  const pipeline = find(app, 'Pipeline/Pipeline');
  return pipeline === undefined ? [] : pipeline.node.findAll().filter((found) => found instanceof CfnPolicy);
}

function acknowledgePipeline(policy: CfnPolicy): void {
  const { Statement } = Stack.of(policy).resolve(policy.policyDocument) as { Statement: readonly WrittenStatement[] };
  const actions = Statement.flatMap(({ Action }) => Action).filter((action) => PIPELINE_ACTIONS.includes(action));
  const resources = Statement.flatMap(({ Resource }) => Resource)
    .map((resource) => printed(policy, resource))
    .filter((resource) => PIPELINE_RESOURCES.some((pattern) => pattern.test(resource)));
  const found = [
    ...actions.map((action) => `Action::${action}`),
    ...resources.map((resource) => `Resource::${resource}`),
  ];
  for (const finding of new Set(found)) {
    Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason: PIPELINE_REASON });
  }
}

/** The construct at a path, if the configuration asks for it. */
function find(from: IConstruct, path: string): IConstruct | undefined {
  let found: IConstruct | undefined = from;
  for (const id of path.split('/')) found = found?.node.tryFindChild(id);
  return found;
}

function acknowledgeWildcards(role: Grantee): void {
  const reasons = new Map<string, string | undefined>();
  for (const grant of role.grants) {
    for (const resource of grant.resources.map((pattern) => printed(role, pattern))) {
      if (!resource.includes('*')) continue;
      const reason = wildcardReason(resource, grant);
      // One right that is not listed leaves the finding, whatever others have the same resource.
      reasons.set(resource, reasons.has(resource) && reasons.get(resource) === undefined ? undefined : reason);
    }
  }
  for (const [resource, reason] of reasons) {
    if (reason !== undefined) {
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
    }
  }
}

function wildcardReason(resource: string, { actions }: Grant): string | undefined {
  const listed = WILDCARDS.find(
    (wildcard) =>
      wildcard.pattern.test(resource) && actions.every((action) => wildcard.actions?.includes(action) ?? true),
  );
  return listed?.reason;
}
