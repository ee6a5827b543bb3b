import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CfnFunction, CfnPermission, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import type { FunctionEntry } from '../names';
import { AccessRole } from './access-role';
import { allow } from './allow';
import type { Installation } from './installation';
import { LogGroup } from './log-group';

/** Every environment variable that a function may be given. Those that all functions have are not listed. */
export type FunctionVariable =
  | 'APPLY_ASSIGNMENTS_STATE_MACHINE_ARN'
  | 'ARTEFACTS_BUCKET'
  | 'ASSIGNMENT_WRITER_ROLE_ARN'
  | 'AUDIT_BUCKET'
  | 'AUDIT_BUS'
  | 'CONCURRENT_PROVISIONINGS'
  | 'CONTROL_TABLE'
  | 'CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'
  | 'DOMAIN_NAME'
  | 'DRIFT_MODE'
  | 'FULL_PASS_STATE_MACHINE_ARN'
  | 'IDENTITY_CENTER_ACCOUNT_ID'
  | 'IDENTITY_CENTER_INSTANCE_ARN'
  | 'IDENTITY_CENTER_READER_ROLE_ARN'
  | 'IDENTITY_CENTER_REGION'
  | 'IMPORT_STATE_MACHINE_ARN'
  | 'IS_AD_USED'
  | 'LEDGER_TABLE'
  | 'LINKS_TABLE'
  | 'MANAGEMENT_ACCOUNT_ID'
  | 'MAX_REMOVALS'
  | 'MAX_REMOVAL_PERCENT'
  | 'NOTIFICATIONS_TOPIC_ARN'
  | 'ORGANIZATIONS_REGION'
  | 'ORGANIZATION_READER_ROLE_ARN'
  | 'ORGANIZATION_TABLE'
  | 'OUTSTANDING_ASSIGNMENTS'
  | 'PARTITION'
  | 'PERMISSION_SETS_TABLE'
  | 'PERMISSION_SET_WRITER_ROLE_ARN'
  | 'POLICY_READER_ROLE_NAME'
  | 'PROTECTED'
  | 'RECONCILE_STATE_MACHINE_ARN'
  | 'REQUESTS_PER_SECOND'
  | 'SUPPORT_NESTED_OU';

export type FunctionEnvironment = Readonly<Partial<Record<FunctionVariable, string>>>;

export interface BundledFunctionProps {
  readonly entry: FunctionEntry;
  /** What the function does, in one sentence. */
  readonly purpose: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment?: FunctionEnvironment;
}

/** Levels of the log by the words of the configuration. */
const LOG_LEVELS: Readonly<Record<Configuration['functionLogMode'], string>> = {
  Debug: 'DEBUG',
  Info: 'INFO',
  Warn: 'WARN',
  Exception: 'ERROR',
};

/** A function: bundled code, log group, role, and what every function of this solution has in common. */
export class BundledFunction extends Construct {
  readonly arn: string;
  readonly functionName: string;
  readonly role: AccessRole;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, installation: Installation, props: BundledFunctionProps) {
    super(scope, id);
    const { configuration, names, key } = installation;
    const logGroupName = names.functionLogGroup(props.entry);
    const logGroup = new LogGroup(this, 'LogGroup', { logGroupName, location: configuration.target, key });
    this.role = this.createRole(installation, props, logGroup);
    this.timeoutSeconds = props.timeoutSeconds;
    const code = Code.fromAsset(bundleOf(props.entry, installation.projectRoot));
    const { s3Location } = code.bind(this);
    const resource = new CfnFunction(this, 'Resource', {
      functionName: names.function(props.entry),
      description: props.purpose,
      code: { s3Bucket: s3Location?.bucketName ?? '', s3Key: s3Location?.objectKey ?? '' },
      runtime: Runtime.NODEJS_24_X.name,
      handler: 'index.handler',
      architectures: ['arm64'],
      role: this.role.arn,
      timeout: props.timeoutSeconds,
      memorySize: props.memoryMegabytes,
      environment: { variables: variablesOf(props, installation) },
      loggingConfig: {
        logGroup: logGroup.name,
        logFormat: 'JSON',
        applicationLogLevel: LOG_LEVELS[configuration.functionLogMode],
      },
      tracingConfig: { mode: 'Active' },
    });
    code.bindToResource(resource);
    this.arn = resource.attrArn;
    this.functionName = resource.ref;
  }

  /** Lets a service invoke the function on behalf of one resource of this account. */
  allowInvocation(id: string, service: string, sourceArn: string): void {
    new CfnPermission(this, id, {
      action: 'lambda:InvokeFunction',
      functionName: this.functionName,
      principal: service,
      sourceArn,
    });
  }

  private createRole({ names }: Installation, props: BundledFunctionProps, logGroup: LogGroup) {
    const role = new AccessRole(this, 'Role', {
      roleName: names.functionRole(props.entry),
      purpose: props.purpose,
      trust: { principal: { Service: 'lambda.amazonaws.com' } },
    });
    const logging = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    allow(role, logging, [`${logGroup.arn}:*`], 'Lambda writes the log of the function into streams that it names.');
    allow(
      role,
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      ['*'],
      'Lambda sends traces. AWS: X-Ray has no resources that these actions could be limited to.',
    );
    return role;
  }
}

function bundleOf(entry: FunctionEntry, projectRoot: string): string {
  const folder = join(projectRoot, 'dist', 'lambda', entry);
  if (existsSync(join(folder, 'index.js'))) return folder;
  throw new Error(`dist/lambda/${entry}/index.js does not exist: bundle the functions first (npm run bundle).`);
}

function variablesOf({ entry, environment = {} }: BundledFunctionProps, { configuration, names }: Installation) {
  return {
    ...environment,
    POWERTOOLS_METRICS_NAMESPACE: names.metricsNamespace(),
    POWERTOOLS_SERVICE_NAME: entry,
    POWERTOOLS_LOG_LEVEL: LOG_LEVELS[configuration.functionLogMode],
  };
}
