import { type InFlight, type SettleSources, Settling } from '../../../local/contract/settle';

const QUIET: InFlight = { messages: 0, executions: 0, functions: 0, operations: 0, events: 0, records: 0 };

/** A local cloud whose every pause lasts a real and ten simulated seconds, and which gets work by the schedule. */
class FakeCloud implements SettleSources {
  pauses = 0;
  fired = 0;
  started = 0;
  failedAt: number | undefined;
  leasedUntil = 0;
  /** For each future firing of the schedule: how many pauses the execution that it starts takes; 0 starts none. */
  workPerFiring: number[] = [];
  busyPauses = 0;
  kind: keyof InFlight = 'executions';

  inFlight = (): InFlight => ({ ...QUIET, [this.kind]: this.busyPauses > 0 ? 1 : 0 });
  executionsStarted = () => this.started;
  lastFailureAt = () => this.failedAt;
  longestTimeoutMs = () => 300_000;
  skipped = 0;
  /** When something becomes due by itself. */
  dueAt: number[] = [];
  /** Times to which the clock went at once. */
  skips: number[] = [];
  now = () => this.pauses * 10_000 + this.skipped;
  realNow = () => this.pauses * 1_000 + this.turns;
  fireMinuteSchedules = () => {
    this.fired++;
    if (this.now() < this.leasedUntil) return;
    const work = this.workPerFiring.shift() ?? 0;
    if (work > 0) this.started++;
    this.busyPauses += work;
  };
  skip = (until: number) => {
    const [due] = this.dueAt.filter((time) => time > this.now()).sort((a, b) => a - b);
    this.skipped += Math.min(until, due ?? until) - this.now();
    this.skips.push(this.now());
    if (this.dueAt.includes(this.now())) this.busyPauses += 2;
  };
  turn = async () => {
    this.turns++;
  };
  turns = 0;
  speed = 10;
  /** Whether what is in flight is a function that runs. */
  runs = true;
  running = () => (this.runs && this.busyPauses > 0 ? 1 : 0);
  windowsEnded = 0;
  endBatchingWindows = () => {
    this.windowsEnded++;
  };
  pause = async () => {
    this.pauses++;
    this.busyPauses = Math.max(0, this.busyPauses - 1);
  };
}

describe('settling', () => {
  test('an idle cloud is settled after one firing of the minute schedule', async () => {
    const cloud = new FakeCloud();
    const settled = await new Settling(cloud).settle(60);
    expect(settled).toEqual({ settled: true, simulatedSeconds: cloud.pauses * 10 });
    expect(cloud.fired).toBe(1);
  });

  test.each(['messages', 'executions', 'functions', 'operations', 'events', 'records'] as const)(
    'waits for %s',
    async (kind) => {
      const cloud = new FakeCloud();
      cloud.kind = kind;
      cloud.busyPauses = 20;
      expect(await new Settling(cloud).settle(60)).toMatchObject({ settled: true });
      expect(cloud.pauses).toBeGreaterThan(20);
    },
  );

  test.each([
    ['records', true],
    ['messages', true],
    ['executions', false],
  ] as const)('while only %s are left, batches are not collected any longer: %s', async (kind, ends) => {
    const cloud = new FakeCloud();
    cloud.kind = kind;
    cloud.busyPauses = 3;
    await new Settling(cloud).settle(60);
    expect(cloud.windowsEnded > 0).toBe(ends);
  });

  test('fires again as long as the schedule finds work', async () => {
    const cloud = new FakeCloud();
    cloud.workPerFiring = [5, 1, 0];
    expect(await new Settling(cloud).settle(60)).toMatchObject({ settled: true });
    expect(cloud.fired).toBe(3);
  });

  test('a lease that a failed execution left behind does not hide what is due', async () => {
    const cloud = new FakeCloud();
    cloud.failedAt = cloud.now();
    cloud.leasedUntil = 330_000;
    cloud.workPerFiring = [3];
    expect(await new Settling(cloud).settle(600)).toMatchObject({ settled: true });
    expect(cloud.workPerFiring).toEqual([]);
  });

  test('what became due again is taken up as soon as the lease is over', async () => {
    const cloud = new FakeCloud();
    cloud.failedAt = cloud.now();
    cloud.leasedUntil = 30_000;
    cloud.workPerFiring = [1];
    const settled = new Settling(cloud).settle(600);
    while (cloud.workPerFiring.length > 0) await Promise.resolve();
    expect(cloud.now()).toBeLessThan(150_000);
    expect(await settled).toMatchObject({ settled: true });
  });

  test('waiting for a lease takes no time while nothing is in flight', async () => {
    const cloud = new FakeCloud();
    cloud.failedAt = cloud.now();
    expect(await new Settling(cloud).settle(600)).toMatchObject({ settled: true });
    expect(cloud.now()).toBeGreaterThan(330_000);
    expect(cloud.pauses).toBeLessThan(40);
  });

  test('what only waits for its time is waited for at once, but not for longer than the time-out means', async () => {
    const cloud = new FakeCloud();
    cloud.runs = false;
    cloud.busyPauses = 1_000;
    cloud.dueAt = [200_000, 250_000, 700_000];
    expect(await new Settling(cloud).settle(60)).toMatchObject({ settled: false, executions: expect.any(Number) });
    expect(cloud.skips).toEqual([200_000, 250_000, 600_000]);
  });

  test('a failure of long ago is not waited for', async () => {
    const cloud = new FakeCloud();
    cloud.failedAt = -400_000;
    expect(await new Settling(cloud).settle(600)).toMatchObject({ settled: true });
    expect(cloud.now()).toBeLessThan(100_000);
  });

  test('says what is in flight when time is up', async () => {
    const cloud = new FakeCloud();
    cloud.busyPauses = 1_000;
    expect(await new Settling(cloud).settle(30)).toEqual({ settled: false, ...QUIET, executions: 1 });
    expect(cloud.pauses).toBeLessThan(40);
  });

  test('work that never ends is not settled', async () => {
    const cloud = new FakeCloud();
    cloud.workPerFiring = Array.from({ length: 100 }, () => 2);
    expect(await new Settling(cloud).settle(60)).toMatchObject({ settled: false });
  });
});

describe('advancing', () => {
  test('goes from one thing that is due to the next, and waits for what each starts', async () => {
    const cloud = new FakeCloud();
    cloud.dueAt = [60_000, 500_000, 2_000_000];
    expect(await new Settling(cloud).advance(1_000, 60)).toBe(true);
    expect(cloud.skips).toEqual([60_000, 500_000, 1_000_000]);
    expect(cloud.pauses).toBe(4);
  });

  test('ends when the real time is over', async () => {
    const cloud = new FakeCloud();
    cloud.busyPauses = 1_000;
    expect(await new Settling(cloud).advance(10_000, 30)).toBe(false);
    expect(cloud.pauses).toBe(31);
  });
});
