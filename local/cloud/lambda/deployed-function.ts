import type { Random, SimulatedClock } from '../../clock';
import type { Logs, UseKey } from '../logs';
import type { PolicyStatement } from '../service';
import { ServiceFault } from '../service';
import { DEFAULT_EVENT_INVOKE } from './async-invocations';
import type { FunctionConfiguration } from './function-configuration';
import { FunctionLog } from './function-log';
import { Instance, type Outcome } from './instance';
import { reportLines, startLine } from './log-lines';
import { Pool, type PoolInvocation } from './pool';
import { randomHex, randomUuid } from './random-id';
import { roleSession } from './role-session';
import type { ProvideRoleCredentials } from './surroundings';
import type { CrashPlan } from './worker-messages';

/** What a function has used so far. */
export interface FunctionUsage {
  readonly functionArn: string;
  readonly functionName: string;
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  /** Real time times memory, as it would be billed. */
  readonly gigabyteSeconds: number;
}

export interface FunctionOptions {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly logs: Logs;
  readonly endpoint: () => string;
  readonly roleCredentials: ProvideRoleCredentials;
  readonly useKey?: UseKey;
  readonly instancesPerFunction: number;
  /** Probability, 0 to 1, that an invocation dies in the middle. */
  readonly crashProbability: () => number;
}

const MOMENTS: readonly CrashPlan['moment'][] = ['unsent', 'unanswered', 'answered'];
/** Weight of the newest invocation in the average number of requests, from which crashes are aimed. */
const NEWEST_WEIGHT = 0.3;

/** A function as it runs: configuration, warm instances, resource policy, logs and usage. */
export class DeployedFunction {
  readonly statements: PolicyStatement[] = [];
  eventInvoke = DEFAULT_EVENT_INVOKE;
  private readonly pool: Pool;
  private readonly logOf = new WeakMap<Instance, FunctionLog>();
  private averageRequests = 1;
  private used = { invocations: 0, errors: 0, throttles: 0, gigabyteSeconds: 0 };

  constructor(
    readonly configuration: FunctionConfiguration,
    private readonly options: FunctionOptions,
  ) {
    this.pool = new Pool({
      clock: options.clock,
      limit: options.instancesPerFunction,
      start: () => this.start(),
      began: (instance, invocation) => this.began(instance, invocation),
      ended: (instance, invocation, outcome) => this.ended(instance, invocation, outcome),
    });
  }

  get inFlight(): number {
    return this.pool.inFlight;
  }

  get usage(): FunctionUsage {
    return { functionArn: this.configuration.arn, functionName: this.configuration.name, ...this.used };
  }

  warm(): Promise<void> {
    return this.pool.warm();
  }

  stop(): Promise<void> {
    return this.pool.stop();
  }

  /**
   * Runs one invocation, after those that queue before it.
   * @param payload the event, as JSON
   * @throws ServiceFault TooManyRequestsException over the reserved concurrency
   */
  async run(payload: string, requestId: string): Promise<Outcome> {
    const { reservedConcurrency } = this.configuration;
    if (reservedConcurrency !== undefined && this.pool.inFlight >= reservedConcurrency) {
      this.used = { ...this.used, throttles: this.used.throttles + 1 };
      throw new ServiceFault('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
      });
    }
    const crash = this.planCrash();
    const outcome = await this.pool.invoke({
      requestId,
      payload,
      traceId: this.traceId(),
      ...(crash === undefined ? {} : { crash }),
    });
    this.account(outcome);
    return outcome;
  }

  newRequestId(): string {
    return randomUuid(this.options.random);
  }

  private start(): Instance {
    const { configuration, options } = this;
    const { accountId, region, name, roleArn } = configuration;
    const principal = roleSession(roleArn, name);
    const credentials = options.roleCredentials(roleArn, name);
    const { environmentKeyArn } = configuration;
    if (environmentKeyArn !== undefined) {
      // AWS: a customer's key on the environment is used with the rights of the function's role.
      const encryptionContext = { 'aws:lambda:FunctionArn': configuration.arn };
      const viaService = `lambda.${region}.amazonaws.com`;
      options.useKey?.({ keyArn: environmentKeyArn, action: 'kms:Decrypt', principal, viaService, encryptionContext });
    }
    const day = new Date(options.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[$LATEST]${randomHex(options.random, 32)}`;
    const destination = { accountId, region, group: configuration.logging.group, stream: logStream, principal };
    const log = new FunctionLog(options.logs, destination);
    const instance = new Instance({
      configuration,
      clock: options.clock,
      endpoint: options.endpoint(),
      credentials,
      logStream,
      log: (at, text) => log.add(at, text),
    });
    this.logOf.set(instance, log);
    return instance;
  }

  private began(instance: Instance, { requestId }: PoolInvocation): void {
    const now = this.options.clock.now();
    this.logOf.get(instance)?.add(now, startLine(this.configuration, requestId, now));
  }

  private ended(instance: Instance, { requestId }: PoolInvocation, outcome: Outcome): void {
    const now = this.options.clock.now();
    const log = this.logOf.get(instance);
    for (const line of reportLines(this.configuration, requestId, now, outcome)) log?.add(now, line);
    log?.flush();
  }

  private account(outcome: Outcome): void {
    const gigabytes = this.configuration.memoryMegabytes / 1024;
    this.used = {
      ...this.used,
      invocations: this.used.invocations + 1,
      errors: this.used.errors + (outcome.functionError === undefined ? 0 : 1),
      gigabyteSeconds: this.used.gigabyteSeconds + (gigabytes * outcome.billedMilliseconds) / 1000,
    };
    if (outcome.requests === undefined) return;
    this.averageRequests += NEWEST_WEIGHT * (outcome.requests - this.averageRequests);
  }

  /** Aims at a random request among as many as the function usually makes, so that every step is hit at times. */
  private planCrash(): CrashPlan | undefined {
    const { random, crashProbability } = this.options;
    const probability = crashProbability();
    if (probability <= 0 || random() >= probability) return undefined;
    const request = 1 + Math.floor(random() * Math.max(1, Math.ceil(this.averageRequests)));
    return { request, moment: MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'unsent' };
  }

  private traceId(): string {
    const { clock, random } = this.options;
    const seconds = Math.floor(clock.now() / 1000).toString(16);
    const sampled = this.configuration.tracing ? 1 : 0;
    return `Root=1-${seconds}-${randomHex(random, 24)};Parent=${randomHex(random, 16)};Sampled=${sampled}`;
  }
}
