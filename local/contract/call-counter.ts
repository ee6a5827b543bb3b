import type { ObservedCall } from '../gateway/gateway';

/** Counts the API calls that the gateway served, for `/_local/metrics`. */
export class CallCounter {
  private readonly counts = new Map<string, number>();
  private readonly throttled = new Map<string, number>();
  private readonly roles = new Map<string, Map<string, number>>();

  observe(call: ObservedCall): void {
    const name = `${call.service}:${call.operation}`;
    increment(this.counts, name);
    if (call.throttled) increment(this.throttled, name);
    const caller = call.principal.roleArn ?? call.principal.arn;
    const ofRole = this.roles.get(caller) ?? new Map<string, number>();
    this.roles.set(caller, ofRole);
    increment(ofRole, name);
  }

  /** Calls by `service:Operation`, throttled ones included. */
  calls(): Readonly<Record<string, number>> {
    return sorted(this.counts);
  }

  throttledCalls(): Readonly<Record<string, number>> {
    return sorted(this.throttled);
  }

  /** Role ARN, or the ARN of an account key, → calls by `service:Operation`. */
  callsByRole(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    const entries = [...this.roles].sort(byName).map(([role, counts]) => [role, sorted(counts)] as const);
    return Object.fromEntries(entries);
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(byName));
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
