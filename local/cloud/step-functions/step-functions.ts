import type { ResourceInput, ResourceOutput } from '../../assembly/resource';
import { isRecord } from '../../assembly/resource';
import type { Clock, Random } from '../../clock';
import type { InvokeAnswer, InvokeRequest } from '../lambda/lambda';
import { randomHex, randomUuid } from '../lambda/random-id';
import type { AssumeRoleAsService } from '../lambda/role-session';
import type { Authorizer, Call, Principal, SimulatedService } from '../service';
import { notImplemented, ServiceFault } from '../service';
import type { Json } from './definition';
import { describeExecution, describeMachine, historyPage, listExecutions } from './describe';
import { Execution } from './execution';
import { Expressions } from './expressions';
import { DATA_LIMIT_BYTES } from './state-error';
import { readStateMachine, type StateMachine } from './state-machine';

export interface StepFunctionsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: Authorizer;
  /** Invokes functions; authorizes `lambda:InvokeFunction` to the machine's role. */
  readonly lambda: { invoke(request: InvokeRequest): Promise<InvokeAnswer> };
  readonly assumeRole: AssumeRoleAsService;
  /** Text of the file behind `DefinitionS3Location`; without it that property is refused. */
  readonly definitionAsset?: (location: Readonly<Record<string, unknown>>) => string;
  /** Real milliseconds. With it a task's TimeoutSeconds never cuts the real time a function may compute. */
  readonly realNow?: () => number;
}

/** AWS: names of executions. */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;
/** AWS: the name of an execution is free again 90 days after its end. */
const NAME_RESERVED_MS = 90 * 24 * 3600 * 1000;
/** Closed executions that are kept with their history; the local cloud lives in memory. */
const CLOSED_KEPT = 5000;

/** AWS: what the role needs so that a state machine can log, and be traced. */
const LOG_DELIVERY = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
].map((action) => `logs:${action}`);
const TRACING = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map(
  (action) => `xray:${action}`,
);

/** AWS Step Functions: Standard state machines in JSONata that call Lambda functions. */
export class StepFunctions implements SimulatedService {
  readonly signingName = 'states';
  private readonly machines = new Map<string, StateMachine>();
  private readonly executions = new Map<string, Execution>();
  private readonly closed: string[] = [];
  private readonly expressions: Expressions;
  private active = 0;
  private started = 0;
  private failedAt: number | undefined;
  /** By state machine and status. */
  private readonly ended = new Map<string, number>();
  private transitions = 0;

  constructor(private readonly options: StepFunctionsOptions) {
    this.expressions = new Expressions(options.clock, options.random);
  }

  /** Running executions. */
  running(): number {
    return this.active;
  }

  /** Executions that were ever started. */
  executionsStarted(): number {
    return this.started;
  }

  /** When an execution last ended other than SUCCEEDED, in simulated milliseconds; undefined: never. */
  lastFailureAt(): number | undefined {
    return this.failedAt;
  }

  /** How many executions of a state machine ended so. */
  endedOf(stateMachineArn: string, status: string): number {
    return this.ended.get(`${stateMachineArn} ${status}`) ?? 0;
  }

  /** State transitions so far, retries included. */
  stateTransitions(): number {
    return this.transitions;
  }

  /** `AWS::StepFunctions::StateMachine`: `Ref` is the ARN. */
  createStateMachine(input: ResourceInput): ResourceOutput {
    const machine = readStateMachine(input, this.options.clock.now(), this.options.definitionAsset);
    if (this.machines.has(machine.arn)) {
      throw new ServiceFault('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
    }
    const principal = this.assume(machine);
    this.checkDeliveryRights(machine, principal);
    this.machines.set(machine.arn, machine);
    return { ref: machine.arn, attributes: { Arn: machine.arn, Name: machine.name } };
  }

  hasStateMachine(stateMachineArn: string): boolean {
    return this.machines.has(stateMachineArn);
  }

  /**
   * Starts an execution; whoever calls has been authorized.
   * @throws ServiceFault StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  startExecution(request: { readonly stateMachineArn: string; readonly input?: string; readonly name?: string }): {
    readonly executionArn: string;
    readonly startDate: Date;
  } {
    const machine = this.machine(request.stateMachineArn);
    const name = request.name ?? randomUuid(this.options.random);
    if (!NAME.test(name)) throw new ServiceFault('InvalidName', `Invalid Name: '${name}'`);
    const input = parseInput(request.input ?? '{}');
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.executions.get(executionArn);
    if (existing !== undefined) return this.repeated(existing, input);
    const execution = this.newExecution(machine, executionArn, name, input);
    this.executions.set(executionArn, execution);
    this.begin(execution);
    return { executionArn, startDate: execution.startDate };
  }

  async handle(call: Call): Promise<unknown> {
    const { input } = call;
    switch (call.operation) {
      case 'StartExecution':
        this.machine(input.stateMachineArn, call);
        return this.startExecution(input);
      case 'DescribeExecution':
        return describeExecution(this.execution(input.executionArn, call));
      case 'ListExecutions':
        return listExecutions(this.executionsOf(this.machine(input.stateMachineArn, call)), input);
      case 'GetExecutionHistory':
        return historyPage(this.execution(input.executionArn, call), input);
      case 'StopExecution':
        return this.stopExecution(this.execution(input.executionArn, call), input);
      case 'DescribeStateMachine':
        return describeMachine(this.machine(input.stateMachineArn, call));
      case 'ListStateMachines':
        return this.listStateMachines(call);
      default:
        throw notImplemented('states', call.operation);
    }
  }

  /** Ends all executions as ABORTED. */
  stop(): void {
    for (const execution of this.executions.values()) {
      if (execution.status === 'RUNNING') execution.stop(undefined, 'the local cloud stops');
    }
  }

  private begin(execution: Execution): void {
    this.active += 1;
    this.started += 1;
    void execution.run().finally(() => {
      this.active -= 1;
      if (execution.status !== 'SUCCEEDED') this.failedAt = this.options.clock.now();
      this.countEnd(execution);
      this.closed.push(execution.options.arn);
      const oldest = this.closed.length > CLOSED_KEPT ? this.closed.shift() : undefined;
      if (oldest !== undefined) this.executions.delete(oldest);
    });
  }

  private countEnd({ options: { stateMachineArn }, status }: Execution): void {
    this.ended.set(`${stateMachineArn} ${status}`, this.endedOf(stateMachineArn, status) + 1);
  }

  /** AWS: the same name and input while the execution runs is the same execution. */
  private repeated(existing: Execution, input: Json): { executionArn: string; startDate: Date } {
    const { arn: executionArn } = existing.options;
    const same = JSON.stringify(existing.options.input) === JSON.stringify(input);
    if (existing.status === 'RUNNING' && same) return { executionArn, startDate: existing.startDate };
    throw new ServiceFault('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }

  private newExecution(machine: StateMachine, executionArn: string, name: string, input: Json): Execution {
    this.forgetOldNames();
    const { clock, random, lambda, realNow } = this.options;
    const principal = this.assume(machine);
    const context = { 'aws:sourcearn': machine.arn, 'aws:sourceaccount': machine.accountId };
    return new Execution({
      arn: executionArn,
      name,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      roleArn: machine.roleArn,
      definition: machine.definition,
      input,
      clock,
      environment: {
        random,
        expressions: this.expressions,
        invoke: (functionArn, payload) => lambda.invoke({ functionArn, payload, principal, context }),
        transition: () => {
          this.transitions += 1;
        },
        ...(realNow === undefined ? {} : { realNow }),
      },
    });
  }

  private forgetOldNames(): void {
    const oldest = this.closed[0] === undefined ? undefined : this.executions.get(this.closed[0]);
    const endedAt = oldest?.stopDate?.getTime();
    if (oldest === undefined || endedAt === undefined) return;
    if (this.options.clock.now() - endedAt <= NAME_RESERVED_MS) return;
    this.closed.shift();
    this.executions.delete(oldest.options.arn);
  }

  private assume({ arn: sourceArn, accountId, roleArn }: StateMachine): Principal {
    return this.options.assumeRole({
      roleArn,
      service: 'states.amazonaws.com',
      sessionName: randomHex(this.options.random, 32),
      context: { 'aws:sourcearn': sourceArn, 'aws:sourceaccount': accountId },
    });
  }

  /** AWS: a machine with logging is refused unless its role may set up log delivery. */
  private checkDeliveryRights({ loggingConfiguration, tracing }: StateMachine, principal: Principal): void {
    const logs = (loggingConfiguration.Level ?? 'OFF') !== 'OFF';
    for (const action of [...(logs ? LOG_DELIVERY : []), ...(tracing ? TRACING : [])]) {
      this.options.authorizer.authorize({ principal, action, resources: ['*'] });
    }
  }

  private machine(stateMachineArn: unknown, call?: Call): StateMachine {
    const machine = typeof stateMachineArn === 'string' ? this.machines.get(stateMachineArn) : undefined;
    const foreign = call !== undefined && machine?.accountId !== call.principal.accountId;
    if (machine !== undefined && !foreign) return machine;
    throw new ServiceFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(stateMachineArn)}'`);
  }

  private execution(executionArn: unknown, call: Call): Execution {
    const execution = typeof executionArn === 'string' ? this.executions.get(executionArn) : undefined;
    if (execution?.options.arn.split(':')[4] === call.principal.accountId) return execution;
    throw new ServiceFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(executionArn)}'`);
  }

  private executionsOf(machine: StateMachine): Execution[] {
    return [...this.executions.values()].filter(({ options }) => options.stateMachineArn === machine.arn);
  }

  private stopExecution(execution: Execution, input: unknown): unknown {
    const { error, cause } = isRecord(input) ? input : {};
    if (execution.status === 'RUNNING') {
      execution.stop(typeof error === 'string' ? error : undefined, typeof cause === 'string' ? cause : undefined);
    }
    return { stopDate: execution.stopDate ?? new Date(this.options.clock.now()) };
  }

  private listStateMachines({ principal, region }: Call): unknown {
    const home = `arn:aws:states:${region}:${principal.accountId}:`;
    const machines = [...this.machines.values()].filter((machine) => machine.arn.startsWith(home));
    return {
      stateMachines: machines.map((machine) => ({
        stateMachineArn: machine.arn,
        name: machine.name,
        type: 'STANDARD',
        creationDate: machine.createdAt,
      })),
    };
  }
}

function parseInput(text: unknown): Json {
  if (typeof text !== 'string' || Buffer.byteLength(text) > DATA_LIMIT_BYTES) {
    throw new ServiceFault('ValidationException', `The input must be a string of at most ${DATA_LIMIT_BYTES} bytes`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ServiceFault('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}
