import type { ResourceInput, ResourceOutput } from '../../assembly/resource';
import { physicalName } from '../../assembly/resource';
import type { Random, SimulatedClock } from '../../clock';
import type { Logs, UseKey } from '../logs';
import type { ResourceAuthorizer } from '../resource-authorizer';
import type { Call, PolicyDocument, Principal, SimulatedService } from '../service';
import { arn, notImplemented, ServiceFault } from '../service';
import { AsyncInvocations, type Attempt, readEventInvokeConfiguration } from './async-invocations';
import { DeployedFunction, type FunctionUsage } from './deployed-function';
import { describeFunction } from './describe-function';
import { EventSourceMapping, readMappingProperties } from './event-source-mapping';
import { type FunctionConfiguration, readFunctionConfiguration } from './function-configuration';
import { functionArnOf, functionNotFound, unqualified } from './function-name';
import { ASYNCHRONOUS_BYTES, checkAnswerSize, eventText, parsePayload, SYNCHRONOUS_BYTES } from './payload';
import { randomUuid } from './random-id';
import { policyOf, readPermission } from './resource-policy';
import { roleSession } from './role-session';
import { StreamMapping } from './stream-mapping';
import { readStreamMappingProperties } from './stream-mapping-properties';
import type { ProvideRoleCredentials, Queues, Streams } from './surroundings';

export interface LambdaOptions {
  /** Workers read it from shared memory. */
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly authorizer: ResourceAuthorizer;
  readonly logs: Logs;
  /** URL of the gateway, for `AWS_ENDPOINT_URL`; asked when an instance starts. */
  readonly endpoint: () => string;
  /** Folder of the asset that `Code` in the properties of `AWS::Lambda::Function` refers to. */
  readonly assetPath: (properties: Readonly<Record<string, unknown>>) => string;
  readonly roleCredentials: ProvideRoleCredentials;
  readonly useKey?: UseKey;
  /** Instances of one function at the same time; default 4. */
  readonly instancesPerFunction?: number;
}

export interface InvokeRequest {
  /** ARN, with or without `:$LATEST`. */
  readonly functionArn: string;
  /** The event: any JSON value. */
  readonly payload: unknown;
  readonly principal: Principal;
  /** Condition context: `aws:sourcearn`, `aws:sourceaccount`. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface InvokeAnswer {
  /** The handler's result, or `{errorType, errorMessage, trace}`: a JSON value. */
  readonly payload: unknown;
  readonly functionError?: 'Unhandled';
  readonly requestId: string;
}

/** Memory and two cores are what a laptop gives. */
const INSTANCES_PER_FUNCTION = 4;

/** AWS Lambda: functions run from their bundled assets, each instance in a worker thread. */
export class Lambda implements SimulatedService {
  readonly signingName = 'lambda';
  /** Probability, 0 to 1, that an invocation dies in the middle of its work. */
  crashProbability = 0;
  private readonly functions = new Map<string, DeployedFunction>();
  private readonly mappings = new Map<string, EventSourceMapping>();
  private readonly asynchronous: AsyncInvocations;
  private readonly streamMappings: StreamMapping[] = [];
  private queues: Queues | undefined;
  private streams: Streams | undefined;
  private stopped = false;

  constructor(private readonly options: LambdaOptions) {
    this.asynchronous = new AsyncInvocations({
      clock: options.clock,
      queues: () => this.queuesOrThrow(),
      attempt: ({ configuration, payload, requestId }) => this.attempt(configuration.arn, payload, requestId),
    });
  }

  /** Gives event source mappings and dead-letter queues their SQS, and mappings the streams of tables. */
  connect(services: { readonly queues: Queues; readonly streams?: Streams }): void {
    this.queues = services.queues;
    this.streams = services.streams;
  }

  /** `AWS::Lambda::Function`. `directory` overrides the constructor's `assetPath`. */
  createFunction(input: ResourceInput, directory = this.options.assetPath(input.properties)): ResourceOutput {
    const configuration = readFunctionConfiguration(input, directory);
    if (this.functions.has(configuration.arn)) {
      throw new ServiceFault('ResourceConflictException', `Function already exist: ${configuration.name}`, 409);
    }
    this.checkRole(configuration);
    const options = {
      ...this.options,
      instancesPerFunction: this.options.instancesPerFunction ?? INSTANCES_PER_FUNCTION,
      crashProbability: () => this.crashProbability,
    };
    this.functions.set(configuration.arn, new DeployedFunction(configuration, options));
    return { ref: configuration.name, attributes: { Arn: configuration.arn } };
  }

  /** `AWS::Lambda::Permission`. */
  createPermission(input: ResourceInput): ResourceOutput {
    const permission = readPermission(input);
    const target = this.find(input.accountId, input.region, permission.functionName);
    const statement = permission.statement(target.configuration.arn);
    const label = `${input.stackName}/${input.logicalId}`;
    this.options.authorizer.checkResourcePolicy({ Version: '2012-10-17', Statement: [statement] }, label);
    target.statements.push(statement);
    return permission.output;
  }

  /** `AWS::Lambda::EventInvokeConfig`. */
  createEventInvokeConfig(input: ResourceInput): ResourceOutput {
    const { configuration, output } = readEventInvokeConfiguration(input);
    this.find(input.accountId, input.region, configuration.functionName).eventInvoke = configuration;
    return output;
  }

  /** `AWS::Lambda::EventSourceMapping` of an SQS queue or the stream of a table; polling begins at once. */
  createEventSourceMapping(input: ResourceInput): ResourceOutput {
    const id = physicalName(input, undefined, { maxLength: 64 });
    const mappingArn = arn('lambda', input.region, input.accountId, `event-source-mapping:${id}`);
    const isOfStream = String(input.properties.EventSourceArn).split(':')[2] === 'dynamodb';
    if (isOfStream) this.streamMappings.push(this.newStreamMapping(input));
    else this.startPolling(mappingArn, input);
    return { ref: id, attributes: { Id: id, EventSourceMappingArn: mappingArn } };
  }

  private startPolling(mappingArn: string, input: ResourceInput): void {
    const properties = readMappingProperties(input);
    const mapping = new EventSourceMapping({ ...this.mappingOptions(input, properties.functionName), properties });
    this.mappings.set(mappingArn, mapping);
    mapping.start();
  }

  private newStreamMapping(input: ResourceInput): StreamMapping {
    const properties = readStreamMappingProperties(input);
    if (this.streams === undefined) throw new Error('Lambda is not connected to the streams of tables');
    const options = this.mappingOptions(input, properties.functionName);
    return new StreamMapping({ ...options, streams: this.streams, properties });
  }

  private mappingOptions({ accountId, region }: ResourceInput, functionName: string) {
    const { clock, authorizer, random } = this.options;
    const { configuration } = this.find(accountId, region, functionName);
    const attempt = (payload: unknown) => this.attempt(configuration.arn, payload, randomUuid(random));
    return { clock, authorizer, queues: () => this.queuesOrThrow(), configuration, attempt };
  }

  /** Records in streams that functions have not done yet. */
  waitingRecords(): number {
    return this.streamMappings.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** Mappings that wait for more to come do not wait any longer: those of streams first, since queues may get something from them. */
  endBatchingWindows(): void {
    const mappings = this.waitingRecords() > 0 ? this.streamMappings : this.mappings.values();
    for (const mapping of mappings) mapping.endWindow();
  }

  /**
   * Invokes a function and waits for its answer. The caller needs `lambda:InvokeFunction`.
   * @throws ServiceFault AccessDenied…, ResourceNotFoundException, TooManyRequestsException, RequestTooLargeException
   */
  async invoke(request: InvokeRequest): Promise<InvokeAnswer> {
    const target = this.authorized(request);
    return this.run(target, request.payload, target.newRequestId());
  }

  /**
   * Queues an event for a function; failures are retried as AWS does. The caller needs `lambda:InvokeFunction`.
   * @throws ServiceFault as `invoke`, but nothing that happens when the function runs
   */
  invokeAsync(request: InvokeRequest): { readonly requestId: string } {
    return this.enqueue(this.authorized(request), request.payload);
  }

  /** The longest time that any function may run. */
  longestTimeoutSeconds(): number {
    return Math.max(0, ...[...this.functions.values()].map(({ configuration }) => configuration.timeoutSeconds));
  }

  /** Invocations that run, queue or wait for a retry. */
  inFlight(): number {
    const mapped = [...this.mappings.values()].reduce((sum, { inFlight }) => sum + inFlight, 0);
    // A running asynchronous invocation or batch is counted twice; only zero matters.
    return this.running() + this.asynchronous.pending + mapped;
  }

  /** Invocations that run, or queue for an instance. */
  running(): number {
    return [...this.functions.values()].reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  usage(): readonly FunctionUsage[] {
    return [...this.functions.values()].map((deployed) => deployed.usage);
  }

  /** What one function has used. */
  usageOf(functionArn: string): FunctionUsage {
    const deployed = this.functions.get(functionArn);
    if (deployed === undefined) throw functionNotFound(functionArn);
    return deployed.usage;
  }

  /** The policies attached to a function, for whoever authorizes a direct call. */
  resourcePoliciesOf(functionArn: string): readonly PolicyDocument[] {
    return policyOf(this.functions.get(unqualified(functionArn))?.statements ?? []);
  }

  hasFunction(functionArn: string): boolean {
    return this.functions.has(unqualified(functionArn));
  }

  /** Starts one instance of every function, one function after the other. */
  async warm(): Promise<void> {
    for (const deployed of this.functions.values()) await deployed.warm();
  }

  /** Ends polling and all workers. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const mapping of [...this.mappings.values(), ...this.streamMappings]) mapping.stop();
    this.asynchronous.stop();
    await Promise.all([...this.functions.values()].map((deployed) => deployed.stop()));
  }

  async handle(call: Call): Promise<unknown> {
    const { accountId } = call.principal;
    const name: unknown = call.input?.FunctionName;
    switch (call.operation) {
      case 'Invoke':
        return this.handleInvoke(call);
      case 'GetFunction':
        return {
          Configuration: describeFunction(this.find(accountId, call.region, String(name)).configuration),
          Tags: {},
        };
      case 'GetFunctionConfiguration':
        return describeFunction(this.find(accountId, call.region, String(name)).configuration);
      case 'GetPolicy':
        return this.getPolicy(this.find(accountId, call.region, String(name)));
      case 'ListFunctions':
        return { Functions: this.configurationsIn(accountId, call.region).map(describeFunction) };
      default:
        throw notImplemented('lambda', call.operation);
    }
  }

  private async handleInvoke({ input, principal, region }: Call): Promise<unknown> {
    const target = this.find(principal.accountId, region, String(input.FunctionName));
    for (const [name, absent] of [
      ['LogType', 'None'],
      ['Qualifier', '$LATEST'],
      ['ClientContext', undefined],
    ]) {
      const value = name === undefined ? undefined : input[name];
      if (value !== undefined && value !== absent) throw notImplemented('lambda', `Invoke parameter ${name} ${value}`);
    }
    const payload = parsePayload(input.Payload);
    const type = input.InvocationType ?? 'RequestResponse';
    if (type === 'DryRun') return { StatusCode: 204 };
    if (type === 'Event') {
      this.enqueue(target, payload);
      return { StatusCode: 202 };
    }
    const answer = await this.run(target, payload, target.newRequestId());
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      ...(answer.functionError === undefined ? {} : { FunctionError: answer.functionError }),
      Payload: Buffer.from(JSON.stringify(answer.payload)),
    };
  }

  private authorized({ functionArn, principal, context }: InvokeRequest): DeployedFunction {
    const bare = unqualified(functionArn);
    const target = this.functions.get(bare);
    this.options.authorizer.authorize({
      principal,
      action: 'lambda:InvokeFunction',
      resources: [bare],
      resourcePolicies: this.resourcePoliciesOf(bare),
      resourceAccountId: bare.split(':')[4] ?? principal.accountId,
      ...(context === undefined ? {} : { context }),
    });
    if (target === undefined) throw functionNotFound(bare);
    return target;
  }

  private async run(target: DeployedFunction, payload: unknown, requestId: string): Promise<InvokeAnswer> {
    const event = eventText(payload, SYNCHRONOUS_BYTES);
    const outcome = checkAnswerSize(await target.run(event, requestId));
    return {
      payload: JSON.parse(outcome.payload),
      requestId,
      ...(outcome.functionError === undefined ? {} : { functionError: outcome.functionError }),
    };
  }

  private enqueue(target: DeployedFunction, payload: unknown): { readonly requestId: string } {
    eventText(payload, ASYNCHRONOUS_BYTES);
    const requestId = target.newRequestId();
    const { configuration, eventInvoke } = target;
    this.asynchronous.submit({ configuration, rules: eventInvoke, requestId, payload: payload ?? {} });
    return { requestId };
  }

  /** One attempt of an invocation that nobody waits for: throttling is an outcome, not an error. */
  private async attempt(functionArn: string, payload: unknown, requestId: string): Promise<Attempt> {
    const target = this.functions.get(functionArn);
    if (target === undefined || this.stopped) return { requestId, payload: null, throttled: true };
    try {
      return await this.run(target, payload, requestId);
    } catch (error) {
      // Throttling, or a role that cannot be assumed now: both are tried again later.
      if (error instanceof ServiceFault || this.stopped) return { requestId, payload: null, throttled: true };
      throw error;
    }
  }

  /** AWS: CreateFunction checks the role's trust, and its rights on the dead-letter queue and for tracing. */
  private checkRole(configuration: FunctionConfiguration): void {
    const { roleArn, name, deadLetterQueueArn } = configuration;
    this.options.roleCredentials(roleArn, name);
    const principal = roleSession(roleArn, name);
    const authorize = (action: string, resource: string) =>
      this.options.authorizer.authorize({ principal, action, resources: [resource] });
    if (deadLetterQueueArn !== undefined) authorize('sqs:SendMessage', deadLetterQueueArn);
    if (!configuration.tracing) return;
    for (const action of ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']) authorize(action, '*');
  }

  private find(accountId: string, region: string, nameOrArn: string): DeployedFunction {
    const functionArn = functionArnOf(accountId, region, nameOrArn);
    const found = this.functions.get(functionArn);
    if (found === undefined) throw functionNotFound(functionArn);
    return found;
  }

  private configurationsIn(accountId: string, region: string): FunctionConfiguration[] {
    return [...this.functions.values()]
      .map(({ configuration }) => configuration)
      .filter((configuration) => configuration.accountId === accountId && configuration.region === region);
  }

  private getPolicy(target: DeployedFunction): unknown {
    const [policy] = policyOf(target.statements);
    if (policy !== undefined) return { Policy: JSON.stringify({ ...policy, Id: 'default' }) };
    throw new ServiceFault('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }

  private queuesOrThrow(): Queues {
    if (this.queues !== undefined) return this.queues;
    throw new Error('Lambda is not connected to SQS');
  }
}
