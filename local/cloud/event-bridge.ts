import type { ResourceInput, ResourceOutput } from '../assembly/resource';
import { isRecord } from '../assembly/resource';
import type { Clock, Random } from '../clock';
import { Deliveries } from './event-bridge/deliveries';
import { type EventEnvelope, isoSeconds, isReadOnlyCall } from './event-bridge/event';
import { busArn, EventBus, readEventBus, readEventBusPolicy } from './event-bridge/event-bus';
import { checkEntries, eventOfEntry, type PutEventsEntry } from './event-bridge/put-events';
import { busNameOf, type Rule, readRule } from './event-bridge/rule';
import { TargetSender, type TargetServices } from './event-bridge/target-sender';
import { randomUuid } from './lambda/random-id';
import type { Queues } from './lambda/surroundings';
import type { UseKey } from './logs';
import type { ResourceAuthorizer } from './resource-authorizer';
import type { Call, PolicyDocument, Principal, SimulatedService } from './service';
import { notImplemented, ServiceFault } from './service';

export interface EventBridgeOptions extends TargetServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: ResourceAuthorizer;
  readonly useKey?: UseKey;
}

/** Probabilities, 0 to 1, of what can go wrong between a service and a target. */
export interface EventFaults {
  /** An event of a service never arrives at the bus: CloudTrail delivers at best effort. */
  loss: number;
  /** A target receives an event twice. */
  duplicate: number;
  /** An event is overtaken by later ones. */
  reorder: number;
}

/** How long an event is under way, in simulated time; one that is overtaken may need up to a minute longer. */
const LEAST_LATENCY_MS = 100;
const LATENCY_SPREAD_MS = 400;
const OVERTAKEN_MS = 60_000;
/** Rates up to five minutes follow the simulated clock; longer ones and cron would fire too often for a person. */
const SIMULATED_RATE_MS = 5 * 60_000;

/** Where an event has come from, beside its envelope, which forwarding leaves as it is. */
interface Journey {
  /** The account from which another account's rule forwarded it. */
  readonly forwardedFrom?: string;
}

/** Amazon EventBridge: buses, rules, schedules and their targets. */
export class EventBridge implements SimulatedService {
  readonly signingName = 'events';
  readonly faults: EventFaults = { loss: 0, duplicate: 0, reorder: 0 };
  private readonly buses = new Map<string, EventBus>();
  private readonly deliveries: Deliveries;
  private readonly journeys = new WeakMap<EventEnvelope, Journey>();
  private readonly rateTimers = new Map<Rule, () => void>();
  private queues: Queues | undefined;

  constructor(private readonly options: EventBridgeOptions) {
    const sender = new TargetSender({
      ...options,
      queues: () => this.queuesOrThrow(),
      resourcePoliciesOf: (eventBusArn) => this.resourcePoliciesOf(eventBusArn),
      forward: (rule, eventBusArn, event, authorize) => this.forward(rule, eventBusArn, event, authorize),
    });
    this.deliveries = new Deliveries({
      clock: options.clock,
      random: options.random,
      queues: () => this.queuesOrThrow(),
      send: (rule, target, event) => sender.send(rule, target, event),
    });
  }

  /** Gives queue targets and dead-letter queues their SQS. */
  connect(services: { readonly queues: Queues }): void {
    this.queues = services.queues;
  }

  /** `AWS::Events::EventBus`. */
  createEventBus(input: ResourceInput): ResourceOutput {
    const { bus, keyArn, output } = readEventBus(input);
    if (this.buses.has(bus.arn)) {
      throw new ServiceFault('ResourceAlreadyExistsException', `Event bus ${bus.name} already exists.`);
    }
    if (keyArn !== undefined) {
      // AWS: the service itself uses the key, with the bus as encryption context.
      const principal: Principal = { kind: 'service', accountId: input.accountId, arn: 'events.amazonaws.com' };
      const encryptionContext = { 'aws:events:event-bus:arn': bus.arn };
      const viaService = `events.${input.region}.amazonaws.com`;
      this.options.useKey?.({ keyArn, action: 'kms:GenerateDataKey', principal, viaService, encryptionContext });
    }
    this.buses.set(bus.arn, bus);
    return output;
  }

  /** `AWS::Events::EventBusPolicy`. */
  createEventBusPolicy(input: ResourceInput): ResourceOutput {
    const { busName, id, statement } = readEventBusPolicy(input);
    const label = `${input.stackName}/${input.logicalId}`;
    this.options.authorizer.checkResourcePolicy({ Version: '2012-10-17', Statement: [statement] }, label);
    this.bus(input.accountId, input.region, busName).statements.set(id, statement);
    return { ref: id, attributes: {} };
  }

  /** `AWS::Events::Rule`; a rate of up to five minutes begins to tick. */
  createRule(input: ResourceInput): ResourceOutput {
    const rule = readRule(input);
    const bus = this.bus(input.accountId, input.region, rule.busName);
    bus.rules.set(rule.name, rule);
    this.armRate(rule);
    const ref = rule.busName === 'default' ? rule.name : `${rule.busName}|${rule.name}`;
    return { ref, attributes: { Arn: rule.arn } };
  }

  /** Delivers events of simulated services to the default bus, as they are. */
  deliver(events: readonly unknown[], accountId: string, region: string): void {
    const bus = this.bus(accountId, region, 'default');
    for (const event of events) {
      if (!isRecord(event) || this.happens(this.faults.loss)) continue;
      this.publish(bus, { id: randomUuid(this.options.random), ...event });
    }
  }

  /** Puts entries on buses of an account; answers per entry, as PutEvents does. */
  putEvents(accountId: string, region: string, entries: readonly PutEventsEntry[]): readonly Record<string, string>[] {
    return entries.map((entry) => {
      const id = randomUuid(this.options.random);
      const event = eventOfEntry(entry, { id, accountId, region, now: this.options.clock.now() });
      if ('ErrorCode' in event) return { ErrorCode: String(event.ErrorCode), ErrorMessage: String(event.ErrorMessage) };
      this.publish(this.bus(accountId, region, entry.EventBusName ?? 'default'), event as EventEnvelope);
      return { EventId: id };
    });
  }

  /** Runs every enabled scheduled rule once, now; answers with their number. */
  fireSchedules(): number {
    return this.fire(() => true);
  }

  /** Runs once the enabled rules whose rate follows the simulated clock; answers with their number. */
  fireMinuteSchedules(): number {
    return this.fire(followsClock);
  }

  /**
   * To be called each real minute: fires `cron` rules of that minute, and longer rates that are due in real time.
   * @param realNow real time
   */
  minutePassed(realNow: Date, startedAt: Date): void {
    const minutes = Math.floor((realNow.getTime() - startedAt.getTime()) / 60_000);
    this.fire(({ schedule }) => {
      if (schedule?.kind === 'cron') return schedule.fires(realNow);
      if (schedule === undefined || schedule.milliseconds <= SIMULATED_RATE_MS) return false;
      return minutes > 0 && minutes % (schedule.milliseconds / 60_000) === 0;
    });
  }

  /** Events that are under way to a target or wait for another attempt. */
  undelivered(): number {
    return this.deliveries.pending;
  }

  /** The policies attached to a bus, for whoever authorizes a direct call. */
  resourcePoliciesOf(eventBusArn: string): readonly PolicyDocument[] {
    const statements = [...(this.buses.get(eventBusArn)?.statements.values() ?? [])];
    return statements.length === 0 ? [] : [{ Version: '2012-10-17', Statement: statements }];
  }

  stop(): void {
    for (const cancel of this.rateTimers.values()) cancel();
    this.rateTimers.clear();
    this.deliveries.stop();
  }

  async handle(call: Call): Promise<unknown> {
    const { input, region } = call;
    const { accountId } = call.principal;
    switch (call.operation) {
      case 'PutEvents': {
        const Entries = this.putEvents(accountId, region, checkEntries(input.Entries));
        return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
      }
      case 'ListRules': {
        const rules = [...this.bus(accountId, region, input.EventBusName ?? 'default').rules.values()];
        return { Rules: rules.filter(({ name }) => name.startsWith(input.NamePrefix ?? '')).map(describeRule) };
      }
      case 'DescribeRule':
        return describeRule(this.rule(accountId, region, input.EventBusName, input.Name));
      case 'ListTargetsByRule': {
        const { targets } = this.rule(accountId, region, input.EventBusName, input.Rule);
        return { Targets: targets.map(({ properties }) => properties) };
      }
      case 'RemovePermission':
        return this.removePermission(this.bus(accountId, region, input.EventBusName ?? 'default'), input);
      case 'ListEventBuses':
        return { EventBuses: this.busesOf(accountId, region).map((bus) => this.describeBus(bus)) };
      case 'DescribeEventBus':
        return this.describeBus(this.bus(accountId, region, input.Name ?? 'default'));
      default:
        throw notImplemented('events', call.operation);
    }
  }

  /** Takes one statement, or all, out of the policy of a bus. */
  private removePermission({ name, statements }: EventBus, input: Call['input']): unknown {
    const { StatementId, RemoveAllPermissions } = input;
    if (RemoveAllPermissions === true) statements.clear();
    else if (!statements.delete(String(StatementId)))
      throw new ServiceFault(
        'ResourceNotFoundException',
        `Statement with id ${StatementId} does not exist on ${name}.`,
      );
    return {};
  }

  private publish(bus: EventBus, event: EventEnvelope, journey: Journey = {}): void {
    for (const rule of bus.rules.values()) {
      if (rule.state === 'DISABLED' || rule.matches?.(event) !== true) continue;
      if (isReadOnlyCall(event) && rule.state !== 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') continue;
      this.toTargets(rule, event, journey);
    }
  }

  private toTargets(rule: Rule, event: EventEnvelope, journey: Journey): void {
    // One object per delivery: the journey is remembered by it.
    const copy = { ...event };
    this.journeys.set(copy, journey);
    for (const target of rule.targets) {
      const copies = this.happens(this.faults.duplicate) ? 2 : 1;
      for (let n = 0; n < copies; n += 1) this.deliveries.submit(rule, target, copy, this.latency());
    }
  }

  private latency(): number {
    const { random } = this.options;
    const usual = LEAST_LATENCY_MS + LATENCY_SPREAD_MS * random();
    return this.happens(this.faults.reorder) ? usual + OVERTAKEN_MS * random() : usual;
  }

  private happens(probability: number): boolean {
    return probability > 0 && this.options.random() < probability;
  }

  /** Puts an event on another bus; AWS: one that came from another account is not sent on to a third one. */
  private forward(rule: Rule, targetArn: string, event: EventEnvelope, authorize: () => void): void {
    const [, , , region = '', accountId = ''] = targetArn.split(':');
    const { forwardedFrom } = this.journeys.get(event) ?? {};
    const crossesAccounts = accountId !== rule.accountId;
    if (crossesAccounts && forwardedFrom !== undefined) return;
    authorize();
    const origin = crossesAccounts ? rule.accountId : forwardedFrom;
    const journey = origin === undefined ? {} : { forwardedFrom: origin };
    this.publish(this.bus(accountId, region, targetArn), event, journey);
  }

  private fire(wanted: (rule: Rule) => boolean): number {
    const rules = [...this.buses.values()].flatMap((bus) => [...bus.rules.values()]);
    const due = rules.filter((rule) => rule.schedule !== undefined && rule.state !== 'DISABLED' && wanted(rule));
    for (const rule of due) this.fireRule(rule);
    return due.length;
  }

  private fireRule(rule: Rule): void {
    const now = this.options.clock.now();
    const event: EventEnvelope = {
      version: '0',
      id: randomUuid(this.options.random),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: rule.accountId,
      time: isoSeconds(now),
      region: rule.region,
      resources: [rule.arn],
      detail: {},
    };
    this.toTargets(rule, event, {});
  }

  private armRate(rule: Rule): void {
    const { schedule } = rule;
    if (rule.state === 'DISABLED' || schedule?.kind !== 'rate' || !followsClock(rule)) return;
    const cancel = this.options.clock.after(schedule.milliseconds, () => {
      this.fireRule(rule);
      this.armRate(rule);
    });
    this.rateTimers.set(rule, cancel);
  }

  /** A bus by name or ARN. Every account and Region has a default bus. */
  private bus(accountId: string, region: string, nameOrArn: string): EventBus {
    const wanted = busArn(accountId, region, nameOrArn);
    const existing = this.buses.get(wanted);
    if (existing !== undefined) return existing;
    const [, , , itsRegion = region, itsAccount = accountId] = wanted.split(':');
    if (busNameOf(wanted) !== 'default') {
      throw new ServiceFault('ResourceNotFoundException', `Event bus ${busNameOf(wanted)} does not exist.`);
    }
    const created = new EventBus(itsAccount, itsRegion, 'default');
    this.buses.set(wanted, created);
    return created;
  }

  private busesOf(accountId: string, region: string): EventBus[] {
    this.bus(accountId, region, 'default');
    return [...this.buses.values()].filter((bus) => bus.accountId === accountId && bus.region === region);
  }

  private describeBus(bus: EventBus): unknown {
    const [policy] = this.resourcePoliciesOf(bus.arn);
    return { Name: bus.name, Arn: bus.arn, ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }) };
  }

  private rule(accountId: string, region: string, bus: string | undefined, name: string): Rule {
    const rule = this.bus(accountId, region, bus ?? 'default').rules.get(name);
    if (rule !== undefined) return rule;
    throw new ServiceFault('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus ?? 'default'}.`);
  }

  private queuesOrThrow(): Queues {
    if (this.queues !== undefined) return this.queues;
    throw new Error('EventBridge is not connected to SQS');
  }
}

function followsClock({ schedule }: Rule): boolean {
  return schedule?.kind === 'rate' && schedule.milliseconds <= SIMULATED_RATE_MS;
}

function describeRule(rule: Rule): unknown {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.busName,
    State: rule.state,
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(rule.pattern === undefined ? {} : { EventPattern: JSON.stringify(rule.pattern) }),
    ...(rule.scheduleExpression === undefined ? {} : { ScheduleExpression: rule.scheduleExpression }),
  };
}
