import { SimulatedClock, seededRandom, VirtualClock } from '../../local/clock';

describe('the simulated clock', () => {
  test('lets waiting pass faster, and computing in real time', async () => {
    const clock = new SimulatedClock(100, 0);
    try {
      await clock.sleep(1_000);
      const before = clock.now();
      const unwatch = clock.watch(() => 1);
      const realStart = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const computed = clock.now() - before;
      unwatch();
      // A thread that computes all the time holds the clock at real time, give or take a tick.
      expect(computed).toBeLessThanOrEqual(performance.now() - realStart + 25);
    } finally {
      clock.stop();
    }
  });

  test('fires timers in order and not when cancelled', async () => {
    const clock = new SimulatedClock(1_000, 0);
    try {
      const fired: string[] = [];
      clock.after(300, () => fired.push('later'));
      clock.after(100, () => fired.push('sooner'));
      clock.after(200, () => fired.push('never'))();
      await clock.sleep(400);
      expect(fired).toEqual(['sooner', 'later']);
    } finally {
      clock.stop();
    }
  });
});

test('the simulated clock skips to the next timer, and not beyond what is asked for', () => {
  const clock = new SimulatedClock(1, 0);
  try {
    const fired: string[] = [];
    clock.after(60_000, () => fired.push('sooner'));
    clock.after(90_000, () => fired.push('later'));
    clock.skip(3_600_000);
    expect([clock.now() >= 60_000 && clock.now() < 61_000, fired]).toEqual([true, ['sooner']]);
    clock.skip(80_000);
    expect([clock.now() >= 80_000 && clock.now() < 81_000, fired]).toEqual([true, ['sooner']]);
    clock.skip(70_000);
    expect(clock.now()).toBeGreaterThanOrEqual(80_000);
  } finally {
    clock.stop();
  }
});

test('virtual time jumps from timer to timer', async () => {
  const clock = new VirtualClock(0);
  const order: number[] = [];
  const work = async () => {
    await Promise.all([30_000, 10_000, 20_000].map((delay) => clock.sleep(delay).then(() => order.push(clock.now()))));
  };
  await clock.runUntil(work());
  expect(order).toEqual([10_000, 20_000, 30_000]);
});

test('seeded numbers repeat, and are between 0 and 1', () => {
  const [one, other] = [seededRandom(7), seededRandom(7)];
  const drawn = Array.from({ length: 1_000 }, () => one());
  expect(drawn).toEqual(drawn.map(() => other()));
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1);
});
