import { type InFlight, type SettleSources, Settling } from '../../../local/contract/settle';

const QUIET: InFlight = { messages: 0, executions: 0, functions: 0, operations: 0, events: 0 };

/** A local cloud whose every pause lasts a real and ten simulated seconds, and which gets work by the schedule. */
class FakeCloud implements SettleSources {
  pauses = 0;
  fired = 0;
  started = 0;
  failed = 0;
  /** For each future firing of the schedule: how many pauses the execution that it starts takes; 0 starts none. */
  workPerFiring: number[] = [];
  busyPauses = 0;
  kind: keyof InFlight = 'executions';

  inFlight = (): InFlight => ({ ...QUIET, [this.kind]: this.busyPauses > 0 ? 1 : 0 });
  executionsStarted = () => this.started;
  executionsFailed = () => this.failed;
  now = () => this.pauses * 10_000;
  realNow = () => this.pauses * 1_000;
  fireMinuteSchedules = () => {
    this.fired++;
    const work = this.workPerFiring.shift() ?? 0;
    if (work > 0) this.started++;
    this.busyPauses += work;
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

  test.each(['messages', 'executions', 'functions', 'operations', 'events'] as const)('waits for %s', async (kind) => {
    const cloud = new FakeCloud();
    cloud.kind = kind;
    cloud.busyPauses = 20;
    expect(await new Settling(cloud).settle(60)).toMatchObject({ settled: true });
    expect(cloud.pauses).toBeGreaterThan(20);
  });

  test('fires again as long as the schedule finds work', async () => {
    const cloud = new FakeCloud();
    cloud.workPerFiring = [5, 1, 0];
    expect(await new Settling(cloud).settle(60)).toMatchObject({ settled: true });
    expect(cloud.fired).toBe(3);
  });

  test('after a failed execution it waits until its lease is over before it believes the schedule', async () => {
    const cloud = new FakeCloud();
    cloud.failed = 1;
    const settling = new Settling(cloud);
    expect(await settling.settle(600)).toMatchObject({ settled: true });
    expect(cloud.now()).toBeGreaterThan(100_000);
    const before = cloud.now();
    expect(await settling.settle(600)).toMatchObject({ settled: true });
    expect(cloud.now() - before).toBeLessThan(100_000);
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
