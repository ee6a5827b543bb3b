/**
 * The one clock of the local cloud. Everything that waits (service latencies, rate buckets, Wait states, back-off,
 * leases, `Date` inside function workers) asks a `Clock`, so that simulated time can run faster than real time,
 * or be stepped by a test.
 */
export interface Clock {
  /** Simulated milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `action` once, `delayMs` simulated milliseconds from now. The result cancels it. */
  after(delayMs: number, action: () => void): () => void;
  /** Resolves after `delayMs` simulated milliseconds. */
  sleep(delayMs: number): Promise<void>;
}

/** Uniform random number in [0, 1). Seeded, so that a run can be repeated. */
export type Random = () => number;

/** Mulberry32: a small seeded generator; good enough for latencies and faults, not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** How much simulated time one tick may add at most, per unit of speed: a blocked event loop pauses the clock. */
const LONGEST_TICK_MS = 20;
const TICK_MS = 4;

/** Computing that the clock watches: the share (0 to 1) of the time since the last look in which it was going on. */
export type Load = () => number;

/**
 * Waiting passes `speed` times faster than real time, computing does not: of every tick, the share in which this thread
 * or a watched one computed passes in real time. So a slow or busy machine does not make the simulated services look
 * fast or the functions slow. The current time lives in shared memory, so that worker threads read the same clock. When
 * this process is too busy to tick, simulated time pauses instead of jumping.
 */
export class SimulatedClock implements Clock {
  readonly shared = new SharedArrayBuffer(8);
  private readonly current = new Float64Array(this.shared);
  private readonly timers = new Set<{ at: number; action: () => void }>();
  private lastTick = performance.now();
  private readonly loads = new Set<Load>([loadOf(performance)]);
  private readonly interval: NodeJS.Timeout;

  constructor(
    readonly speed: number,
    startMs: number,
  ) {
    this.current[0] = startMs;
    this.interval = setInterval(() => this.tick(), TICK_MS);
  }

  now(): number {
    return this.current[0] ?? 0;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.now() + delayMs, action };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Counts this computing as well, until the result is called. */
  watch(load: Load): () => void {
    this.loads.add(load);
    return () => this.loads.delete(load);
  }

  /**
   * Goes straight to the next timer, but not beyond `until` (simulated milliseconds). For moments in which nothing
   * computes: that is what waiting would have come to.
   */
  skip(until: number): void {
    const next = Math.min(until, ...[...this.timers].map(({ at }) => at));
    this.current[0] = Math.max(this.now(), next);
    this.fireDue();
  }

  /** Ends the ticking; timers that are left never fire. */
  stop(): void {
    clearInterval(this.interval);
    this.timers.clear();
  }

  private tick(): void {
    const realNow = performance.now();
    const elapsed = Math.min(realNow - this.lastTick, LONGEST_TICK_MS);
    this.lastTick = realNow;
    const busy = Math.min(
      1,
      [...this.loads].reduce((sum, load) => sum + load(), 0),
    );
    this.current[0] = this.now() + elapsed * (busy + (1 - busy) * this.speed);
    this.fireDue();
  }

  private fireDue(): void {
    const due = [...this.timers].filter((timer) => timer.at <= this.now()).sort((a, b) => a.at - b.at);
    for (const timer of due) {
      if (this.timers.delete(timer)) timer.action();
    }
  }
}

/** How busy an event loop was since the last look: this thread's, or that of a worker thread. */
export function loadOf({ eventLoopUtilization }: Pick<typeof performance, 'eventLoopUtilization'>): Load {
  let last = eventLoopUtilization();
  return () => {
    const current = eventLoopUtilization();
    const { utilization } = eventLoopUtilization(current, last);
    last = current;
    return Number.isFinite(utilization) ? utilization : 0;
  };
}

/** Virtual time for tests and benchmarks: it jumps from one timer to the next as soon as nothing else can run. */
export class VirtualClock implements Clock {
  private readonly timers: { at: number; sequence: number; action: () => void }[] = [];
  private sequence = 0;

  constructor(private current = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.current;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.current + Math.max(0, delayMs), sequence: this.sequence++, action };
    this.timers.push(timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Runs timers in order, letting promises settle in between, until `work` is done. */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => undefined);
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!done && !this.fireNext()) await new Promise((resolve) => setImmediate(resolve));
    }
    return finished;
  }

  private fireNext(): boolean {
    let next = this.timers[0];
    for (const timer of this.timers) {
      if (next && (timer.at < next.at || (timer.at === next.at && timer.sequence < next.sequence))) next = timer;
    }
    if (!next) return false;
    this.timers.splice(this.timers.indexOf(next), 1);
    this.current = Math.max(this.current, next.at);
    next.action();
    return true;
  }
}
