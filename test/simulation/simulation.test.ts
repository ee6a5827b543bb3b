import { FAULT_KINDS } from './faults';
import { KEPT_SEEDS } from './kept-seeds';
import { mutatedFiles } from './mutant';
import { MUTATIONS } from './mutations';
import { runSeeds } from './seeds';
import { simulate } from './simulation';

const SEEDS = 200;

test(`${SEEDS} seeds are never unsafe, and come to rest as declared`, async () => {
  const { failures, steps, checks, faults } = await runSeeds(1, SEEDS);
  expect(failures.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
  expect(steps).toBeGreaterThan(100_000);
  expect(checks).toBeGreaterThan(50_000);
  expect(FAULT_KINDS.filter((kind) => (faults.get(kind) ?? 0) === 0)).toEqual([]);
});

test('the same seed gives the same run, another one another', async () => {
  const [first, again, other] = [await simulate(7), await simulate(7), await simulate(8)];
  expect(first.trace).toBe(again.trace);
  expect(first.lastLines).toEqual(again.lastLines);
  expect(first.trace).not.toBe(other.trace);
});

test.each(KEPT_SEEDS)('seed $seed, which showed that $showed', async ({ seed }) => {
  expect((await simulate(seed)).violations).toEqual([]);
});

test('every mutation finds its text exactly once', () => {
  expect(MUTATIONS.length).toBeGreaterThan(40);
  for (const mutation of MUTATIONS) expect(mutatedFiles(mutation).size).toBeGreaterThan(0);
});
