import { OutcomeUnknown, Throttled, Unavailable } from '../../lambda/ports/faults';
import type { Chance } from './chance';
import type { Faults } from './faults';
import type { Scheduler } from './scheduler';

/** What every invocation takes part in. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  /** Share of the calls that take long. */
  readonly slowness: number;
  readonly chance: Chance;
  readonly faults: Faults;
}

/** What an invocation is for. */
export interface Role {
  readonly execution: string;
  readonly step: string;
}

/** How a call may go wrong. A read that goes wrong has no effect whose outcome could be unknown. */
export type CallKind = 'read' | 'write';

/** An error as the state machine sees it when a function did not answer. */
export class FunctionFault extends Error {
  constructor(override readonly name: 'Lambda.Unknown' | 'Lambda.SdkClientException' | 'Sandbox.Timedout') {
    super(name);
  }
}

/** Latencies of one call, milliseconds: mostly short, at times so long that much happens in between. */
const SHORT_MS = [2, 60] as const;
const LONG_MS = [200, 4_000] as const;
const LATE_ANSWER_SHARE = 0.1;
/** What was under way when a function's time was up may still arrive at a service. A lease outlives a function by 30 s. */
const GRACE_MS = 20_000;
const LATE_FREEZE_SHARE = 0.3;

/**
 * One invocation of a function: every call of a port passes through it and may be late, fail, or be the last. After a crash
 * or beyond its time nothing of it goes on; one whose answer was lost goes on beside its successor.
 */
export class Invocation {
  /** For the trace. */
  private readonly name: string;
  private readonly endsAt: number;
  private isOver = false;
  private fail: (fault: Error) => void = () => undefined;
  /** Rejects when the caller hears of a failure. */
  readonly failed: Promise<never>;
  private readonly cancelTimeout: () => void;

  constructor(
    private readonly world: Surroundings,
    readonly role: Role,
    timeoutMs: number,
    /** How much its clock is ahead of true time. */
    private readonly skewMs = 0,
  ) {
    this.name = `${role.execution} ${role.step}`;
    this.endsAt = world.scheduler.now() + timeoutMs;
    this.failed = new Promise<never>((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined);
    this.cancelTimeout = world.scheduler.after(timeoutMs, `${this.name} times out`, () =>
      this.fail(new FunctionFault('Sandbox.Timedout')),
    );
  }

  /** What the function is told about its end, by its own clock. */
  get deadline(): number {
    return this.endsAt + this.skewMs;
  }

  readonly now = (): number => this.world.scheduler.now() + this.skewMs;

  /** A pause of its own. */
  readonly sleep = async (milliseconds: number): Promise<void> => {
    await this.reach(`${this.name} pauses`, milliseconds);
  };

  /** Runs the function to its end. */
  async run<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.failed]);
    } finally {
      this.cancelTimeout();
    }
  }

  /** One call: late, perhaps without effect, perhaps without an answer. */
  async call<T>(kind: CallKind, operation: string, effect: () => T | Promise<T>): Promise<T> {
    const { faults, chance } = this.world;
    const place = `${this.role.step} ${kindOf(operation)}`;
    await this.reach(`${this.name} ${operation}`, this.latency(), place);
    if (faults.strikes('throttled', place)) throw this.noted(new Throttled(operation));
    if (faults.strikes('unavailable', place)) throw this.noted(new Unavailable(operation));
    if (kind === 'write' && faults.strikes('outcome unknown before the effect', place)) {
      throw this.noted(new OutcomeUnknown(operation));
    }
    const answer = await effect();
    if (kind === 'write' && faults.strikes('outcome unknown after the effect', place)) {
      throw this.noted(new OutcomeUnknown(operation));
    }
    if (chance.happens(LATE_ANSWER_SHARE)) await this.reach(`${this.name} ${operation} answered`, this.latency());
    return answer;
  }

  /** Waits, and goes on only if the invocation still lives then. */
  private async reach(label: string, delayMs: number, place?: string): Promise<void> {
    const { scheduler, faults } = this.world;
    if (this.isOver) await forever();
    const frozenMs = faults.strikes('freeze', place) ? this.freeze() : 0;
    await scheduler.wait(delayMs + Math.max(0, frozenMs), label);
    if (faults.strikes('crash', place)) this.crash();
    else if (faults.strikes('answer of a step lost', place)) this.lose('Lambda.SdkClientException');
    if (scheduler.now() > this.endsAt + GRACE_MS) this.isOver = true;
    if (this.isOver) await forever();
  }

  /** For some time, or so long that what goes on then does so at the last moment. */
  private freeze(): number {
    const { scheduler, chance } = this.world;
    const mostMs = this.endsAt - scheduler.now() + GRACE_MS;
    return chance.between(chance.happens(LATE_FREEZE_SHARE) ? mostMs - 2 * GRACE_MS : 0, mostMs);
  }

  private crash(): void {
    this.isOver = true;
    this.lose('Lambda.Unknown');
  }

  private lose(name: FunctionFault['name']): void {
    this.world.scheduler.note(`${this.name} ${name}`);
    this.fail(new FunctionFault(name));
  }

  private noted(fault: Error): Error {
    this.world.scheduler.note(`${this.name} ${fault.name}`);
    return fault;
  }

  private latency(): number {
    const { chance, slowness } = this.world;
    const [low, high] = chance.happens(slowness) ? LONG_MS : SHORT_MS;
    return chance.between(low, high);
  }
}

/** The same for all operations of a kind: its words without what they are about. */
function kindOf(operation: string): string {
  return operation
    .split(' ')
    .filter((word) => /^[a-z]+$/.test(word))
    .join(' ');
}

/** Whoever waits for it goes no further; each has its own, since one promise would keep everything that ever waited. */
function forever(): Promise<never> {
  return new Promise(() => undefined);
}
