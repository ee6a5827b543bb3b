import type { LocalCloud } from './local-cloud';

/** Calls that roles made to Identity Center and the Identity Store, by `service:Operation`, at a moment. */
export interface ServiceCalls {
  readonly counts: Readonly<Record<string, number>>;
  /** Of the cloud's clock, epoch milliseconds. */
  readonly at: number;
}

const IDENTITY_CENTER = 'sso:';
const IDENTITY_STORE = 'identitystore:';
const WRITES = /^sso:(Create|Update|Put|Delete|Attach|Detach|Tag|Untag|Provision)/;
/** Between two looks, real milliseconds. */
const LOOK_MS = 250;
/** Simulated seconds that a rate is told of: clock and counts are asked for one after the other, which takes a few of them. */
const RATE_SECONDS = 60;

export async function serviceCalls(cloud: LocalCloud): Promise<ServiceCalls> {
  const { body: health } = await cloud.local('GET', 'health');
  const { body } = await cloud.local('GET', 'metrics');
  const counts: Record<string, number> = {};
  for (const [caller, calls] of Object.entries<Record<string, number>>(body.callsByRole)) {
    if (!caller.includes(':role/')) continue;
    for (const [name, count] of Object.entries(calls)) {
      if (name.startsWith(IDENTITY_CENTER) || name.startsWith(IDENTITY_STORE))
        counts[name] = (counts[name] ?? 0) + count;
    }
  }
  return { counts, at: Date.parse(health.now) };
}

/** What was called between two moments. */
export function callsBetween(before: ServiceCalls, after: ServiceCalls): Readonly<Record<string, number>> {
  const counted = Object.entries(after.counts).map(
    ([name, count]) => [name, count - (before.counts[name] ?? 0)] as const,
  );
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}

export function sumOf(counts: Readonly<Record<string, number>>, name: RegExp = /^/): number {
  return Object.entries(counts).reduce((sum, [operation, count]) => sum + (name.test(operation) ? count : 0), 0);
}

/** Calls that change something in Identity Center. */
export function writesOf(counts: Readonly<Record<string, number>>): number {
  return sumOf(counts, WRITES);
}

/** Runs it, and answers the most calls to Identity Center per second, in any minute of the cloud's clock meanwhile. */
export async function highestRate(cloud: LocalCloud, run: () => Promise<unknown>): Promise<number> {
  let hasEnded = false;
  let highest = 0;
  const running = run().finally(() => {
    hasEnded = true;
  });
  let last = await serviceCalls(cloud);
  while (!hasEnded) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const next = await serviceCalls(cloud);
    const seconds = (next.at - last.at) / 1000;
    if (seconds < RATE_SECONDS) continue;
    highest = Math.max(highest, sumOf(callsBetween(last, next), /^sso:/) / seconds);
    last = next;
  }
  await running;
  return highest;
}
