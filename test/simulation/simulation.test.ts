import { CIRCUMSTANCES, type CircumstancesName } from './circumstances';
import { FAULT_KINDS } from './faults';
import { KEPT_SEEDS } from './kept-seeds';
import { mutatedFiles } from './mutant';
import { MUTATIONS } from './mutations';
import { runSeeds, type Totals } from './seeds';
import { simulate } from './simulation';

const SEEDS = 200;
/** Seeds in each circumstances; more are in `npm run prove`. */
const SEEDS_IN_CIRCUMSTANCES = 5;
/** Seeds of one test: a machine with a lot to do has time for these. */
const SEEDS_AT_ONCE = 25;

describe(`${SEEDS} seeds`, () => {
  const all: Totals[] = [];

  test.each(firstSeeds())('from %i on are never unsafe, and come to rest as declared', async (first) => {
    const totals = await runSeeds(first, SEEDS_AT_ONCE);
    all.push(totals);
    expect(totals.failures.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
  });

  test('make many steps and checks, and meet every kind of fault', () => {
    expect(sum(all.map(({ seeds }) => seeds))).toBe(SEEDS);
    expect(sum(all.map(({ steps }) => steps))).toBeGreaterThan(100_000);
    expect(sum(all.map(({ checks }) => checks))).toBeGreaterThan(50_000);
    expect(FAULT_KINDS.filter((kind) => all.every(({ faults }) => !faults.get(kind)))).toEqual([]);
  });
});

test.each(Object.keys(CIRCUMSTANCES) as CircumstancesName[])('some seeds in which %s', async (name) => {
  const totals = await runSeeds(1, SEEDS_IN_CIRCUMSTANCES, { circumstances: CIRCUMSTANCES[name] });
  expect(totals.failures.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
});

test('the same seed gives the same run, another one another', async () => {
  const [first, again, other] = [await simulate(7), await simulate(7), await simulate(8)];
  expect(first.trace).toBe(again.trace);
  expect(first.lastLines).toEqual(again.lastLines);
  expect(first.trace).not.toBe(other.trace);
});

test.each(KEPT_SEEDS)('seed $seed, which showed that $showed', async ({ seed, circumstances = 'usual' }) => {
  expect((await simulate(seed, CIRCUMSTANCES[circumstances])).violations).toEqual([]);
});

test('every mutation finds its text exactly once', () => {
  expect(MUTATIONS.length).toBeGreaterThan(40);
  for (const mutation of MUTATIONS) expect(mutatedFiles(mutation).size).toBeGreaterThan(0);
});

function firstSeeds(): number[] {
  return Array.from({ length: SEEDS / SEEDS_AT_ONCE }, (_, position) => 1 + position * SEEDS_AT_ONCE);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
