import { seededRandom } from '../../local/clock';
import { DEFAULT_BEHAVIOUR } from '../../local/world/identity-center/settings';
import { logNormalLatency } from '../../local/world/latency';
import { AssignmentWorld } from '../support/assignment-world';
import { table } from './table';

const ACCOUNTS = 60;
const OPERATIONS_PER_ACCOUNT = 20;
const OPERATIONS = ACCOUNTS * OPERATIONS_PER_ACCOUNT;
const SEEDS = 10;
const OUTSTANDING = 15;

interface Run {
  readonly seconds: number;
  readonly callsPerAssignment: number;
  readonly throttledByOutstanding: number;
}

/** The worker as it is, over the simulated service in virtual time. */
async function ours(seed: number): Promise<Run> {
  const world = new AssignmentWorld(seed);
  const arns = [];
  for (let index = 0; index < OPERATIONS_PER_ACCOUNT; index += 1)
    arns.push(await world.createPermissionSet(`ps-${index}`));
  for (const [set, arn] of arns.entries()) {
    // Like the planner's: the first accounts of every link come first, and links begin with different accounts.
    for (let index = 0; index < ACCOUNTS; index += 1) {
      const rank = (index * 7 + set * 13) % ACCOUNTS;
      await world.want(world.newRow(arn, String(300000000000 + index), rank), true);
    }
  }
  const before = calls(world);
  const start = world.clock.now();
  await world.clock.runUntil(world.run('bench'));
  return {
    seconds: (world.clock.now() - start) / 1000,
    callsPerAssignment: (calls(world) - before) / OPERATIONS,
    throttledByOutstanding: world.identityCenter.metrics().throttled.outstanding,
  };
}

function calls(world: AssignmentWorld): number {
  return Object.values(world.identityCenter.metrics().operations).reduce((sum, operation) => sum + operation.calls, 0);
}

/** Draws the same latencies, never waits for anything but a free slot and account, and notices completion at once. */
function ideal(seed: number): number {
  const draw = logNormalLatency(seededRandom(seed), DEFAULT_BEHAVIOUR.latency);
  const left = Array.from({ length: ACCOUNTS }, () => OPERATIONS_PER_ACCOUNT);
  const running: { account: number; endsAt: number }[] = [];
  let now = 0;
  let started = 0;
  while (started < OPERATIONS || running.length > 0) {
    while (running.length < OUTSTANDING) {
      const account = freeAccount(left, running);
      if (account === undefined) break;
      left[account] = (left[account] ?? 0) - 1;
      started += 1;
      running.push({ account, endsAt: now + draw() });
    }
    running.sort((one, other) => one.endsAt - other.endsAt);
    now = running.shift()?.endsAt ?? now;
  }
  return now / 1000;
}

/** The account with most left among those that are not busy. */
function freeAccount(left: readonly number[], running: readonly { account: number }[]): number | undefined {
  const busy = new Set(running.map(({ account }) => account));
  let best: number | undefined;
  for (const [account, count] of left.entries()) {
    if (count > 0 && !busy.has(account) && (best === undefined || count > (left[best] ?? 0))) best = account;
  }
  return best;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rows 1 and 2: throughput of 1,200 assignment operations over 60 accounts, and calls per applied assignment. */
export async function benchApply(): Promise<void> {
  const runs: Run[] = [];
  const ideals: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    runs.push(await ours(seed));
    ideals.push(ideal(seed));
  }
  const perMinute = (seconds: number) => (OPERATIONS / seconds) * 60;
  const oursPerMinute = mean(runs.map(({ seconds }) => perMinute(seconds)));
  const idealPerMinute = mean(ideals.map(perMinute));
  table([
    [
      '1,200 operations over 60 accounts',
      `${oursPerMinute.toFixed(0)}/min`,
      `ideal ${idealPerMinute.toFixed(0)}/min`,
      `${(oursPerMinute / idealPerMinute).toFixed(3)} (bar ≥ 0.85)`,
    ],
    [
      'calls per applied assignment',
      mean(runs.map(({ callsPerAssignment }) => callsPerAssignment)).toFixed(2),
      'ideal 2',
      'bar ≤ 3.5',
    ],
    [
      'throttled by outstanding operations',
      String(runs.reduce((sum, run) => sum + run.throttledByOutstanding, 0)),
      'ideal 0',
      'bar 0',
    ],
  ]);
}
