/** What is under way in the local cloud at one moment; dead-letter queues and future schedules do not count. */
export interface InFlight {
  /** Messages in queues, visible or being handled, outside of dead-letter queues. */
  readonly messages: number;
  /** State machine executions that run, those in a Wait state included. */
  readonly executions: number;
  /** Function invocations that run or wait for a retry. */
  readonly functions: number;
  /** Asynchronous operations of Identity Center. */
  readonly operations: number;
  /** Events that were sent and not delivered yet. */
  readonly events: number;
  /** Records in streams of tables that no function has done yet. */
  readonly records: number;
}

/** Where settling looks, and what it may do. */
export interface SettleSources {
  inFlight(): InFlight;
  /** How many executions were ever started. */
  executionsStarted(): number;
  /** When an execution last ended other than SUCCEEDED, in simulated milliseconds; undefined: never. */
  lastFailureAt(): number | undefined;
  /** The longest time that any function may run, in simulated milliseconds. */
  longestTimeoutMs(): number;
  /** Fires the schedules of up to one minute once. */
  fireMinuteSchedules(): void;
  /** What is being collected for a function is handed to it at once. */
  endBatchingWindows(): void;
  /** Simulated milliseconds. */
  now(): number;
  /** Function invocations that run; all else that is in flight waits for a time of the simulated clock. */
  running(): number;
  /** Lets simulated time go on to what is due next, not beyond `until`; only while nothing runs. */
  skip(until: number): void;
  /** Yields for a moment of real time, so that others proceed. */
  pause(): Promise<void>;
  /** Yields until what has just become due has begun. */
  turn(): Promise<void>;
  /** Real milliseconds, for the time-out. */
  realNow(): number;
  /** Simulated milliseconds per real one. */
  readonly speed: number;
}

export type Settled =
  | { readonly settled: true; readonly simulatedSeconds: number }
  | ({ readonly settled: false } & InFlight);

/** When patience ends, in real milliseconds, and until when waiting is over at once, in simulated ones. */
interface Deadline {
  readonly real: number;
  readonly simulated: number;
}

/**
 * A run that failed leaves its lease behind, and until that is over the minute function starts nothing. A lease
 * outlives the invocation that took it, which runs no longer than its time-out, by at most this long.
 */
const LEASE_MARGIN_MS = 30_000;

/** How often the minute schedule fires by itself; simulated. */
const MINUTE_MS = 60_000;

/** Work passes from one service to the next without a gap, but not within one turn of the event loop. */
const QUIET_LOOKS = 3;

/** Waits until nothing is in flight and the minute schedule finds nothing to do. */
export class Settling {
  private readonly startedAt: number;

  constructor(private readonly sources: SettleSources) {
    this.startedAt = sources.now();
  }

  /**
   * Resolves when all is quiet, or after `timeoutSeconds` of real time with what is still in flight. What only waits is
   * over at once, up to the simulated time that would have passed by the time-out: what never ends must not use up more.
   */
  async settle(timeoutSeconds: number): Promise<Settled> {
    const deadline = this.deadlineAfter(timeoutSeconds);
    while (await this.becomesQuiet(deadline)) {
      const firedAt = this.sources.now();
      const started = this.sources.executionsStarted();
      this.sources.fireMinuteSchedules();
      if (!(await this.becomesQuiet(deadline))) break;
      if (this.sources.executionsStarted() !== started) continue;
      const leasesOver = this.leasesOverAt();
      if (firedAt >= leasesOver)
        return { settled: true, simulatedSeconds: (this.sources.now() - this.startedAt) / 1_000 };
      if (!(await this.passes(Math.min(leasesOver, firedAt + MINUTE_MS), deadline))) break;
    }
    return { settled: false, ...this.sources.inFlight() };
  }

  /**
   * Lets so many simulated seconds pass: at once as long as no function runs, at the usual pace while one does.
   * False: `timeoutSeconds` of real time were over before.
   */
  async advance(seconds: number, timeoutSeconds: number): Promise<boolean> {
    return this.passes(this.sources.now() + seconds * 1_000, this.deadlineAfter(timeoutSeconds));
  }

  private deadlineAfter(timeoutSeconds: number): Deadline {
    const milliseconds = timeoutSeconds * 1_000;
    const { sources } = this;
    return { real: sources.realNow() + milliseconds, simulated: sources.now() + milliseconds * sources.speed };
  }

  private async becomesQuiet(deadline: Deadline): Promise<boolean> {
    for (let looks = 0; looks < QUIET_LOOKS; ) {
      if (this.sources.realNow() > deadline.real) return false;
      if (isGoingOn(this.sources.inFlight())) await this.goesOn(deadline.simulated);
      else await this.sources.pause();
      const inFlight = this.sources.inFlight();
      looks = isQuiet(inFlight) ? looks + 1 : 0;
      if (isBeingCollected(inFlight)) this.sources.endBatchingWindows();
    }
    return true;
  }

  /** Lets time pass: at once to what is due next, not beyond `until`; at its pace while a function runs. */
  private async goesOn(until: number): Promise<void> {
    const { sources } = this;
    if (sources.running() > 0 || sources.now() >= until) return sources.pause();
    sources.skip(until);
    return sources.turn();
  }

  /** From then on no lease of a failed run can keep the minute function from starting what is due. */
  private leasesOverAt(): number {
    const failedAt = this.sources.lastFailureAt();
    return failedAt === undefined
      ? Number.NEGATIVE_INFINITY
      : failedAt + this.sources.longestTimeoutMs() + LEASE_MARGIN_MS;
  }

  /** Goes on until the simulated clock has reached `time`; false when the real time is up before. */
  private async passes(time: number, deadline: Deadline): Promise<boolean> {
    while (this.sources.now() < time) {
      if (this.sources.realNow() > deadline.real) return false;
      await this.goesOn(time);
    }
    return true;
  }
}

/** Something is under way that no mapping collects. */
function isGoingOn(inFlight: InFlight): boolean {
  return !isQuiet(inFlight) && !isBeingCollected(inFlight);
}

/** Nothing goes on but that mappings wait for more to come, which nobody who settles waits for. */
function isBeingCollected({ messages, records, ...others }: InFlight): boolean {
  return messages + records > 0 && Object.values(others).every((count) => count === 0);
}

function isQuiet(inFlight: InFlight): boolean {
  return Object.values(inFlight).every((count) => count === 0);
}
