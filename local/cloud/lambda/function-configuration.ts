import type { ResourceInput } from '../../assembly/resource';
import {
  isRecord,
  optionalNumber,
  optionalRecord,
  optionalString,
  physicalName,
  propertyNotImplemented,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { arn, ServiceFault } from '../service';

const TYPE = 'AWS::Lambda::Function';

/** What a function's template says, checked against what Lambda accepts. */
export interface FunctionConfiguration {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly runtime: string;
  /** `file.export` in `directory`. */
  readonly handler: string;
  readonly directory: string;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentKeyArn: string | undefined;
  readonly architecture: string;
  readonly reservedConcurrency: number | undefined;
  readonly logging: FunctionLogging;
  readonly tracing: boolean;
  /** Queue for events whose asynchronous invocation failed for good. */
  readonly deadLetterQueueArn: string | undefined;
}

export interface FunctionLogging {
  readonly format: 'Text' | 'JSON';
  readonly group: string;
  readonly applicationLevel: string;
  readonly systemLevel: string;
}

/**
 * Reads the properties of `AWS::Lambda::Function`.
 * @param directory folder of the bundled code
 * @throws Error for a property the local cloud does not implement, ServiceFault for a value Lambda refuses
 */
export function readFunctionConfiguration(input: ResourceInput, directory: string): FunctionConfiguration {
  const { accountId, region, properties } = input;
  refuseUnknown(properties);
  const name = physicalName(input, properties.FunctionName, { maxLength: 64 });
  const environment = optionalRecord(TYPE, properties, 'Environment')?.Variables ?? {};
  return {
    accountId,
    region,
    name,
    arn: arn('lambda', region, accountId, `function:${name}`),
    description: optionalString(TYPE, properties, 'Description') ?? '',
    runtime: readRuntime(properties),
    handler: required(properties, 'Handler'),
    directory,
    roleArn: required(properties, 'Role'),
    // AWS: 3 seconds and 128 MB unless given, at most 900 seconds and 10,240 MB.
    timeoutSeconds: between(properties, 'Timeout', 3, 1, 900),
    memoryMegabytes: between(properties, 'MemorySize', 128, 128, 10_240),
    environment: readEnvironment(environment),
    environmentKeyArn: optionalString(TYPE, properties, 'KmsKeyArn'),
    architecture: readArchitecture(properties),
    reservedConcurrency: optionalNumber(TYPE, properties, 'ReservedConcurrentExecutions'),
    logging: readLogging(properties, name),
    tracing: optionalRecord(TYPE, properties, 'TracingConfig')?.Mode === 'Active',
    deadLetterQueueArn: readDeadLetterQueue(properties),
  };
}

function refuseUnknown(properties: ResourceInput['properties']): void {
  refuseUnknownProperties(TYPE, properties, {
    implemented: [
      ...['FunctionName', 'Description', 'Runtime', 'Handler', 'Role', 'Timeout', 'MemorySize', 'Environment', 'Code'],
      ...['KmsKeyArn', 'Architectures', 'ReservedConcurrentExecutions', 'LoggingConfig', 'TracingConfig'],
      ...['DeadLetterConfig', 'PackageType'],
    ],
    inert: {
      Tags: 'tags of functions decide nothing here',
      EphemeralStorage: 'functions write to the temporary folder of this computer',
      RecursiveLoop: 'the local cloud does not look for recursive loops',
      RuntimeManagementConfig: 'there is one runtime: the Node.js that runs the local cloud',
    },
  });
  const code = optionalRecord(TYPE, properties, 'Code') ?? {};
  const known = { implemented: ['S3Bucket', 'S3Key'], inert: { S3ObjectVersion: 'assets have one version' } };
  refuseUnknownProperties(TYPE, code, known, 'Code.');
  const packageType = optionalString(TYPE, properties, 'PackageType') ?? 'Zip';
  if (packageType !== 'Zip') throw propertyNotImplemented(TYPE, `PackageType ${packageType}`);
}

function required(properties: ResourceInput['properties'], name: string): string {
  const value = optionalString(TYPE, properties, name);
  if (value === undefined) throw new ServiceFault('ValidationException', `${TYPE} property ${name} is required`);
  return value;
}

function readRuntime(properties: ResourceInput['properties']): string {
  const runtime = required(properties, 'Runtime');
  if (!/^nodejs\d+\.x$/.test(runtime)) throw propertyNotImplemented(TYPE, `Runtime ${runtime}`);
  return runtime;
}

function between(
  properties: ResourceInput['properties'],
  name: string,
  absent: number,
  least: number,
  most: number,
): number {
  const value = optionalNumber(TYPE, properties, name) ?? absent;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ServiceFault('ValidationException', `${TYPE} property ${name} must be a whole number ${least}-${most}`);
}

function readArchitecture(properties: ResourceInput['properties']): string {
  const architectures = properties.Architectures ?? ['x86_64'];
  const first: unknown = Array.isArray(architectures) && architectures.length === 1 ? architectures[0] : undefined;
  if (first === 'arm64' || first === 'x86_64') return first;
  throw new ServiceFault('ValidationException', `${TYPE} property Architectures must be [arm64] or [x86_64]`);
}

/** AWS: names of environment variables, and those that the runtime reserves. */
const VARIABLE_NAME = /^[a-zA-Z][a-zA-Z0-9_]+$/;
const RESERVED_VARIABLES = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'LAMBDA_TASK_ROOT'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_RUNTIME_API'],
  ...['LAMBDA_RUNTIME_DIR'],
]);
/** AWS: all variables together, in bytes. */
const ENVIRONMENT_BYTES = 4096;

function readEnvironment(variables: unknown): Readonly<Record<string, string>> {
  if (!isRecord(variables)) throw new Error(`${TYPE} property Environment.Variables must be an object`);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (!VARIABLE_NAME.test(name) || RESERVED_VARIABLES.has(name)) {
      const message = `Lambda was unable to configure your environment variables because ${name} is reserved or malformed.`;
      throw new ServiceFault('InvalidParameterValueException', message);
    }
    environment[name] = String(value);
  }
  if (Buffer.byteLength(JSON.stringify(environment)) > ENVIRONMENT_BYTES) {
    const message = `Lambda was unable to configure your environment variables because they exceed ${ENVIRONMENT_BYTES} bytes.`;
    throw new ServiceFault('InvalidParameterValueException', message);
  }
  return environment;
}

function readLogging(properties: ResourceInput['properties'], name: string): FunctionLogging {
  const config = optionalRecord(TYPE, properties, 'LoggingConfig') ?? {};
  const implemented = ['LogFormat', 'LogGroup', 'ApplicationLogLevel', 'SystemLogLevel'];
  refuseUnknownProperties(TYPE, config, { implemented }, 'LoggingConfig.');
  return {
    format: optionalString(TYPE, config, 'LogFormat') === 'JSON' ? 'JSON' : 'Text',
    group: optionalString(TYPE, config, 'LogGroup') ?? `/aws/lambda/${name}`,
    applicationLevel: optionalString(TYPE, config, 'ApplicationLogLevel') ?? 'INFO',
    systemLevel: optionalString(TYPE, config, 'SystemLogLevel') ?? 'INFO',
  };
}

function readDeadLetterQueue(properties: ResourceInput['properties']): string | undefined {
  const config = optionalRecord(TYPE, properties, 'DeadLetterConfig') ?? {};
  refuseUnknownProperties(TYPE, config, { implemented: ['TargetArn'] }, 'DeadLetterConfig.');
  const target = optionalString(TYPE, config, 'TargetArn');
  if (target !== undefined && target.split(':')[2] !== 'sqs') {
    throw propertyNotImplemented(TYPE, `DeadLetterConfig.TargetArn ${target}`);
  }
  return target;
}
