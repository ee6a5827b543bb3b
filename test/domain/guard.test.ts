import fc from 'fast-check';
import {
  countRemovals,
  excessOf,
  isRemoval,
  MINUTES_THAT_COUNT,
  reasonOf,
  recentRemovals,
  rowsThatSuffice,
} from '../../lambda/domain/guard';
import type { Change } from '../../lambda/domain/plan';
import { InMemoryStore } from '../support/in-memory-store';
import { linkWith } from '../support/links';
import { ledgerRow } from '../support/stored-row';

const LIMITS = { maxRemovals: 100, maxRemovalPercent: 25 };

describe('a plan is over the limits', () => {
  test.each([
    ['60 % of 400', { removals: 240, recent: 0 }, 400, 60],
    ['101 of 400: 25.3 %', { removals: 101, recent: 0 }, 400, 25.3],
    ['with those of the hour before', { removals: 61, recent: 60 }, 340, 30.3],
    ['one more, when the hour is over its limits', { removals: 1, recent: 200 }, 200, 50.3],
  ])('%s', (_, judged, desired, percent) => {
    expect(excessOf(judged, desired, LIMITS)).toEqual({ ...judged, managed: desired + judged.recent, percent });
  });

  test('says how it is over them', () => {
    const excess = excessOf({ removals: 61, recent: 60 }, 340, LIMITS);
    expect(excess && reasonOf(excess, LIMITS)).toBe(
      '61 removals and 60 of the hour before are 30.3 % of 400 managed assignments: over Guard.MaxRemovals (100) and Guard.MaxRemovalPercent (25)',
    );
  });
});

describe('a plan is within the limits', () => {
  test.each([
    ['100 of 100, since they are no more than MaxRemovals', { removals: 100, recent: 0 }, 100, LIMITS],
    ['100 of 400 and no more than MaxRemovalPercent', { removals: 101, recent: 0 }, 404, LIMITS],
    ['nothing, whatever went before', { removals: 0, recent: 1000 }, 10, LIMITS],
    ['everything, when 100 % may go', { removals: 400, recent: 0 }, 400, { maxRemovals: 0, maxRemovalPercent: 100 }],
  ])('%s', (_, judged, desired, limits) => {
    expect(excessOf(judged, desired, limits)).toBeUndefined();
  });

  test('never with limits of 0, if it removes anything', () => {
    expect(excessOf({ removals: 1, recent: 0 }, 1_000_000, { maxRemovals: 0, maxRemovalPercent: 0 })).toBeDefined();
  });
});

test('counting may stop early: so many rows decide as all of them would', () => {
  const count = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(
      count,
      count,
      count,
      fc.integer({ min: 0, max: 100 }),
      (removals, recent, desired, maxRemovalPercent) => {
        const limits = { maxRemovals: 20, maxRemovalPercent };
        const judged = { removals, recent };
        const seen = Math.min(desired, rowsThatSuffice(judged, limits));
        const isOver =
          removals > 0 && removals + recent > 20 && (removals + recent) * 100 > maxRemovalPercent * (desired + recent);
        expect(excessOf(judged, seen, limits) !== undefined).toBe(isOver);
      },
    ),
  );
});

test('a removal is a change that takes away what was desired; trying one again is none', () => {
  const row = ledgerRow(linkWith({ type: 'root' }), '200000000001');
  const revised = { type: 'revise', claims: [], reason: '' } as const;
  expect(isRemoval({ ...revised, row, desired: false })).toBe(true);
  expect(isRemoval({ ...revised, row: { ...row, desired: false }, desired: false })).toBe(false);
  expect(isRemoval({ ...revised, row, desired: true })).toBe(false);
  const others: Change[] = [
    { type: 'claims', row, claims: [] },
    { type: 'follow', row },
    { type: 'insert', row },
  ];
  expect(others.filter(isRemoval)).toEqual([]);
});

describe('removals of the last hour', () => {
  const MINUTE = 60_000;
  const NOW = Date.UTC(2026, 0, 31, 12, 30, 30);

  async function counted(...at: readonly [minutesAgo: number, removals: number][]) {
    const store = new InMemoryStore();
    for (const [minutesAgo, removals] of at) await store.transact([countRemovals(removals, NOW - minutesAgo * MINUTE)]);
    const query = { table: 'control', pk: 'REMOVALS', descending: true, limit: MINUTES_THAT_COUNT } as const;
    return { store, items: (await store.query(query)).items };
  }

  test('are counted together, an item a minute, which goes by itself', async () => {
    const { store, items } = await counted([0, 3], [0, 4], [59, 10]);
    expect(recentRemovals(items, NOW)).toBe(17);
    expect(store.all('control')).toHaveLength(2);
    for (const { expiresAt, minute } of items) expect(expiresAt).toBe(Number(minute) / 1000 + 7200);
  });

  test('are never too few, and end', async () => {
    expect(recentRemovals((await counted([60, 5])).items, NOW)).toBe(5);
    expect(recentRemovals((await counted([61, 5], [1, 2])).items, NOW)).toBe(2);
  });

  test('are all read, however many minutes were counted before', async () => {
    const everyMinute = Array.from({ length: 200 }, (_, minutesAgo) => [minutesAgo, 1] as [number, number]);
    expect(recentRemovals((await counted(...everyMinute)).items, NOW)).toBe(61);
  });
});
