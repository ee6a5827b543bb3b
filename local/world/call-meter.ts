/** Counts what a service was asked, for `/_local/metrics` and the benchmarks. */

export interface OperationCount {
  calls: number;
  throttled: number;
}

export class CallMeter {
  private readonly counts = new Map<string, OperationCount>();

  called(operation: string): void {
    this.countOf(operation).calls += 1;
  }

  throttled(operation: string): void {
    this.countOf(operation).throttled += 1;
  }

  /** Calls by operation; a throttled call is counted in both numbers. */
  byOperation(): Record<string, OperationCount> {
    return Object.fromEntries([...this.counts].map(([operation, count]) => [operation, { ...count }]));
  }

  totals(): OperationCount {
    const total = { calls: 0, throttled: 0 };
    for (const count of this.counts.values()) {
      total.calls += count.calls;
      total.throttled += count.throttled;
    }
    return total;
  }

  private countOf(operation: string): OperationCount {
    const known = this.counts.get(operation);
    if (known) return known;
    const count = { calls: 0, throttled: 0 };
    this.counts.set(operation, count);
    return count;
  }
}
