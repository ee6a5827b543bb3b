import type { FunctionConfiguration } from './function-configuration';

/** A function as GetFunctionConfiguration shows it. */
export function describeFunction(configuration: FunctionConfiguration): unknown {
  return {
    FunctionName: configuration.name,
    FunctionArn: configuration.arn,
    Runtime: configuration.runtime,
    Role: configuration.roleArn,
    Handler: configuration.handler,
    Description: configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMegabytes,
    Version: '$LATEST',
    Environment: { Variables: configuration.environment },
    TracingConfig: { Mode: configuration.tracing ? 'Active' : 'PassThrough' },
    PackageType: 'Zip',
    Architectures: [configuration.architecture],
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LoggingConfig: { LogFormat: configuration.logging.format, LogGroup: configuration.logging.group },
  };
}
