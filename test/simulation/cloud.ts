import type { Controller } from '../../lambda/domain/lease';
import type { PlanDocument } from '../../lambda/domain/plan-document';
import type { Mark } from '../../lambda/domain/slice';
import type { Bell } from '../../lambda/ports/bell';
import type { PlanStore } from '../../lambda/ports/plan-store';
import { AssignmentsWorld } from './assignments-world';
import { Chance } from './chance';
import type { Circumstances } from './circumstances';
import { DirectoryWorld } from './directory-world';
import { Faults } from './faults';
import { Invocation, type Surroundings } from './invocation';
import { OrganizationWorld } from './organization-world';
import { Scheduler } from './scheduler';
import { WatchedStore } from './watched-store';

/** Clocks of functions differ from true time by up to this much. */
const MOST_SKEW_MS = 2_000;
/** Shares of slow calls, of which each seed has one: where calls are slow, much happens between two of them. */
const SLOWNESS = [0.02, 0.05, 0.3];
/** How late an event usually arrives at most: of a fast one the world is read while the change before it is still planned. */
const EVENT_DELAYS_MS = [50, 500, 3_000];
/** From a StartExecution to the first step, at least and at most. */
const FASTEST_START_MS = 5;
const STARTS_MS = [20, 800];

/** Hears when a pass of an execution begins, and which marks it is about. */
export interface PassObserver {
  begins(execution: string): void;
  reads(execution: string, marks: readonly Mark[]): void;
}

/** One run of a state machine, from its start to its end. */
export type StateMachine = (cloud: Cloud, execution: string, input: unknown) => Promise<void>;

/** Everything there is in one simulation, and how executions are started in it. */
export class Cloud implements Surroundings {
  readonly scheduler = new Scheduler();
  readonly chance: Chance;
  readonly faults: Faults;
  readonly store = new WatchedStore();
  readonly plans = new Map<string, PlanDocument>();
  readonly organization = new OrganizationWorld(this.scheduler.now);
  readonly directory = new DirectoryWorld(this.scheduler.now);
  readonly assignments: AssignmentsWorld;
  readonly supportNestedOu: boolean;
  readonly slowness: number;
  readonly eventDelayMs: number;
  private readonly startMs: number;
  /** What is under way: executions, events, submissions. */
  active = 0;
  /** Whatever no fault of the world explains. */
  readonly problems: string[] = [];
  /** Told by the planner's state machine; somebody may look on. */
  onPass: PassObserver = { begins: () => undefined, reads: () => undefined };
  readonly executions = new Map<Controller, number>();
  /** Executions that were started and have not ended. */
  readonly running = new Map<Controller, number>();
  /** Subjects of the messages that people got. */
  readonly sent = new Set<string>();
  /** Events that nobody took. */
  lostEvents = 0;
  private names = 0;

  constructor(
    seed: number,
    private readonly machines: Readonly<Partial<Record<Controller, StateMachine>>>,
    readonly circumstances: Circumstances = {},
  ) {
    this.chance = new Chance(seed);
    this.faults = new Faults(this.chance, circumstances.sore);
    this.supportNestedOu = this.chance.happens(0.5);
    this.slowness = Math.max(this.chance.pick(SLOWNESS) ?? 0, circumstances.slowness ?? 0);
    this.eventDelayMs = this.chance.pick(EVENT_DELAYS_MS) ?? 0;
    this.startMs = this.chance.pick(STARTS_MS) ?? 0;
    this.assignments = new AssignmentsWorld(this, this.organization, () => this.directory);
  }

  readonly uniqueId = (): string => {
    this.names += 1;
    return `id-${this.names}`;
  };

  invoke(execution: string, step: string, timeoutSeconds: number): Invocation {
    const skewMs = Math.round(this.chance.between(-MOST_SKEW_MS, MOST_SKEW_MS));
    return new Invocation(this, { execution, step }, timeoutSeconds * 1000, skewMs);
  }

  /** Lets something happen beside everything else. */
  spawn(what: string, work: () => Promise<void>): void {
    this.active += 1;
    work()
      .catch((fault: unknown) =>
        this.problems.push(`${what} ended with ${fault instanceof Error ? fault.stack : fault}`),
      )
      .finally(() => {
        this.active -= 1;
      });
  }

  bellOf(invocation: Invocation): Bell {
    return {
      ring: (controller) => invocation.call('write', `rings ${controller}`, () => this.hear(controller)),
    };
  }

  plansOf(invocation: Invocation): PlanStore {
    return {
      save: (key, document) =>
        invocation.call('write', 'saves a plan', () => {
          this.plans.set(key, JSON.parse(JSON.stringify(document)) as PlanDocument);
        }),
      load: (key) =>
        invocation.call('read', 'loads a plan', () => {
          const found = this.plans.get(key);
          if (!found) throw new Error(`There is no plan ${key}.`);
          return found;
        }),
    };
  }

  private hear(controller: Controller): void {
    if (this.faults.strikes('bell lost')) return;
    this.start(controller);
    if (this.faults.strikes('bell doubled')) this.start(controller);
  }

  /** Starts an execution; a bell has no input. */
  start(controller: Controller, input: unknown = {}): void {
    const machine = this.machines[controller];
    if (!machine) return;
    const count = (this.executions.get(controller) ?? 0) + 1;
    this.executions.set(controller, count);
    const execution = `${controller}-${count}`;
    this.spawn(execution, async () => {
      await this.scheduler.wait(this.chance.between(FASTEST_START_MS, this.startMs), `${execution} starts`);
      await machine(this, execution, input).finally(() => this.count(controller, -1));
    });
    this.count(controller, 1);
  }

  private count(controller: Controller, more: number): void {
    this.running.set(controller, (this.running.get(controller) ?? 0) + more);
  }
}
