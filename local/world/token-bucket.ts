import type { Clock } from '../clock';

export interface BucketLimit {
  readonly ratePerSecond: number;
  /** Calls that a full bucket allows at once. */
  readonly burst: number;
}

/** A token bucket in simulated time: the way AWS services limit how often they are called. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly limit: BucketLimit,
  ) {
    this.tokens = limit.burst;
    this.filledAt = clock.now();
  }

  /** Whether a token could be taken without taking it. */
  hasToken(): boolean {
    this.fill();
    // A token that is full but for a rounding error of the clock counts as full.
    return this.tokens >= 1 - 1e-9;
  }

  /** Takes a token if there is one. */
  take(): boolean {
    if (!this.hasToken()) return false;
    this.tokens -= 1;
    return true;
  }

  private fill(): void {
    const now = this.clock.now();
    const gained = ((now - this.filledAt) / 1000) * this.limit.ratePerSecond;
    this.tokens = Math.min(this.limit.burst, this.tokens + gained);
    this.filledAt = now;
  }
}
