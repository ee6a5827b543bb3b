import { devNull } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadOf, type SimulatedClock } from '../../clock';
import type { FunctionConfiguration } from './function-configuration';
import type { RoleCredentials } from './surroundings';
import type { FunctionError, WorkerData, WorkerInvocation, WorkerMessage } from './worker-messages';

/** How an invocation ended. */
export interface Outcome {
  /** The handler's result or the error, as JSON. */
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  /** Outgoing HTTP requests; absent when the runtime died. */
  readonly requests?: number;
  /** Real milliseconds, as they would be billed. */
  readonly billedMilliseconds: number;
}

export interface InstanceOptions {
  readonly configuration: FunctionConfiguration;
  readonly clock: SimulatedClock;
  readonly endpoint: string;
  readonly credentials: RoleCredentials;
  readonly logStream: string;
  /** Takes one event of the function's log; `at` in simulated milliseconds. */
  readonly log: (at: number, text: string) => void;
}

interface Running {
  readonly requestId: string;
  readonly startedAt: number;
  readonly deadline: NodeJS.Timeout;
  readonly finish: (outcome: Outcome) => void;
}

/** One instance of a function: a worker thread that answers one invocation at a time. */
export class Instance {
  private readonly worker: Worker;
  /** Resolves when the handler is loaded or the runtime has died. */
  private readonly initialized: Promise<void>;
  private initializationEnded = (): void => undefined;
  private running: Running | undefined;
  private fatal: FunctionError | undefined;
  private timedOut = false;
  private exitCode: number | undefined;
  private readonly unwatch: () => void;
  readonly logStream: string;

  constructor(private readonly options: InstanceOptions) {
    this.logStream = options.logStream;
    this.initialized = new Promise((resolve) => {
      this.initializationEnded = resolve;
    });
    this.worker = startWorker(options);
    this.unwatch = options.clock.watch(loadOf(this.worker.performance));
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error) => {
      this.fatal ??= fatalError(error);
    });
    this.worker.on('exit', (code) => this.exited(code));
  }

  get alive(): boolean {
    return this.exitCode === undefined && !this.timedOut;
  }

  /** True when the credentials last for another invocation. */
  get hasFreshCredentials(): boolean {
    const { credentials, clock, configuration } = this.options;
    if (credentials.expiration === undefined) return true;
    return credentials.expiration.getTime() - clock.now() > 2 * configuration.timeoutSeconds * 1000;
  }

  /** Waits until the handler is loaded (or could not be). */
  ready(): Promise<void> {
    return this.initialized;
  }

  async invoke(invocation: Omit<WorkerInvocation, 'deadline'>): Promise<Outcome> {
    await this.initialized;
    return new Promise((resolve) => {
      const { clock, configuration } = this.options;
      const milliseconds = configuration.timeoutSeconds * 1000;
      this.running = {
        requestId: invocation.requestId,
        startedAt: performance.now(),
        // Waiting follows the simulated clock, but computing takes real time: only that ends an invocation.
        deadline: setTimeout(() => this.timeOut(), milliseconds),
        finish: resolve,
      };
      const message: WorkerInvocation = { ...invocation, deadline: clock.now() + milliseconds };
      if (this.exitCode === undefined) this.worker.postMessage(message);
      else this.finishDead();
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(message: WorkerMessage): void {
    if (message.type === 'ready') this.initializationEnded();
    else if (message.type === 'log') this.options.log(message.at, message.text);
    else if (message.type === 'fatal') this.fatal = message.error;
    else if (message.type === 'succeeded') this.finish({ payload: message.payload, requests: message.requests });
    else this.finish({ ...failure(message.error), requests: message.requests });
  }

  private timeOut(): void {
    this.timedOut = true;
    void this.worker.terminate();
  }

  private exited(code: number): void {
    this.exitCode = code;
    this.unwatch();
    this.initializationEnded();
    this.finishDead();
  }

  private finishDead(): void {
    if (this.running !== undefined) this.finish(failure(this.causeOfDeath(this.running.requestId)));
  }

  private causeOfDeath(requestId: string): FunctionError {
    if (!this.timedOut) return this.fatal ?? exitError(requestId, this.exitCode ?? 1);
    const seconds = this.options.configuration.timeoutSeconds.toFixed(2);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    return { errorType: 'Sandbox.Timedout', errorMessage };
  }

  private finish(outcome: Omit<Outcome, 'billedMilliseconds'>): void {
    const { running } = this;
    if (running === undefined) return;
    this.running = undefined;
    clearTimeout(running.deadline);
    // AWS: duration is billed by the millisecond, rounded up.
    running.finish({ ...outcome, billedMilliseconds: Math.ceil(performance.now() - running.startedAt) });
  }
}

function startWorker({ configuration, clock, endpoint, credentials, logStream }: InstanceOptions): Worker {
  const workerData: WorkerData = {
    clock: clock.shared,
    speed: clock.speed,
    directory: configuration.directory,
    handler: configuration.handler,
    logging: { format: configuration.logging.format, level: configuration.logging.applicationLevel },
    context: {
      functionName: configuration.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: configuration.arn,
      memoryLimitInMB: String(configuration.memoryMegabytes),
      logGroupName: configuration.logging.group,
      logStreamName: logStream,
    },
  };
  return new Worker(path.join(__dirname, 'worker.cjs'), {
    workerData,
    env: { ...configuration.environment, ...runtimeEnvironment(configuration, endpoint, credentials, logStream) },
    // The worker inherits neither loaders nor flags of the local cloud.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: configuration.memoryMegabytes },
  });
}

/** What the Lambda runtime adds to the environment of the template, and the endpoint of the local cloud. */
function runtimeEnvironment(
  configuration: FunctionConfiguration,
  endpoint: string,
  credentials: RoleCredentials,
  logStream: string,
): Record<string, string> {
  return {
    _HANDLER: configuration.handler,
    AWS_REGION: configuration.region,
    AWS_DEFAULT_REGION: configuration.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: configuration.logging.format,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: configuration.directory,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_ENDPOINT_URL: endpoint,
    // A laptop has AWS profiles and no metadata service; a function must see neither.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function failure(error: FunctionError): { payload: string; functionError: 'Unhandled' } {
  return { payload: JSON.stringify(error), functionError: 'Unhandled' };
}

function exitError(requestId: string, code: number): FunctionError {
  const reason = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reason}` };
}

function fatalError(error: Error & { code?: string }): FunctionError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: 'Error: Runtime exited with error: signal: killed' };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
