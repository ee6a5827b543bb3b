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
}

/** Where settling looks, and what it may do. */
export interface SettleSources {
  inFlight(): InFlight;
  /** How many executions were ever started. */
  executionsStarted(): number;
  /** How many executions ever ended other than SUCCEEDED. */
  executionsFailed(): number;
  /** Fires the schedules of up to one minute once. */
  fireMinuteSchedules(): void;
  /** Simulated milliseconds. */
  now(): number;
  /** Yields for a moment of real time, so that others proceed. */
  pause(): Promise<void>;
  /** Real milliseconds, for the time-out. */
  realNow(): number;
}

export type Settled =
  | { readonly settled: true; readonly simulatedSeconds: number }
  | ({ readonly settled: false } & InFlight);

/**
 * A lease outlives the invocation that took it by at most the longest function timeout (60 s) plus 30 s. A run that
 * failed leaves its lease behind, and the minute function starts nothing until that is over.
 */
const LONGEST_LEASE_MS = 100_000;

/** Work passes from one service to the next without a gap, but not within one turn of the event loop. */
const QUIET_LOOKS = 3;

/** Waits until nothing is in flight and the minute schedule finds nothing to do. */
export class Settling {
  private readonly startedAt: number;
  private failuresSeen = 0;

  constructor(private readonly sources: SettleSources) {
    this.startedAt = sources.now();
  }

  /** Resolves when all is quiet, or after `timeoutSeconds` of real time with what is still in flight. */
  async settle(timeoutSeconds: number): Promise<Settled> {
    const deadline = this.sources.realNow() + timeoutSeconds * 1_000;
    const failuresBefore = this.failuresSeen;
    while (await this.becomesQuiet(deadline)) {
      const failures = this.sources.executionsFailed();
      if (failures > this.failuresSeen) {
        this.failuresSeen = failures;
        if (!(await this.leasesRunOut(deadline))) break;
      }
      const started = this.sources.executionsStarted();
      this.sources.fireMinuteSchedules();
      if (!(await this.becomesQuiet(deadline))) break;
      const nothingNew =
        this.sources.executionsStarted() === started && this.sources.executionsFailed() === this.failuresSeen;
      if (nothingNew) return { settled: true, simulatedSeconds: (this.sources.now() - this.startedAt) / 1_000 };
    }
    // The next attempt has to wait for the same leases again.
    this.failuresSeen = failuresBefore;
    return { settled: false, ...this.sources.inFlight() };
  }

  private async becomesQuiet(deadline: number): Promise<boolean> {
    for (let looks = 0; looks < QUIET_LOOKS; ) {
      if (this.sources.realNow() > deadline) return false;
      await this.sources.pause();
      looks = isQuiet(this.sources.inFlight()) ? looks + 1 : 0;
    }
    return true;
  }

  private async leasesRunOut(deadline: number): Promise<boolean> {
    const over = this.sources.now() + LONGEST_LEASE_MS;
    while (this.sources.now() < over) {
      if (this.sources.realNow() > deadline) return false;
      await this.sources.pause();
    }
    return true;
  }
}

function isQuiet(inFlight: InFlight): boolean {
  return Object.values(inFlight).every((count) => count === 0);
}
