import { ringBells } from '../../lambda/bells/ring-bells';
import { askedPassWrite, failedWrites } from '../../lambda/domain/full-pass-request';
import type { LinkId, PairId, RequestId } from '../../lambda/domain/ids';
import { lastImportKey } from '../../lambda/domain/import-report';
import { LINK_TIMES, linkTimeWrites } from '../../lambda/domain/link-times';
import { notificationWrite } from '../../lambda/domain/notification';
import { MARKS } from '../../lambda/domain/slice';
import { Unavailable } from '../../lambda/ports/faults';
import { VirtualClock } from '../../local/clock';
import { InMemoryStore } from '../support/in-memory-store';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';
import { Topic } from '../support/topic';

const NOON = Date.UTC(2026, 5, 1, 12);
const iso = (time: number) => new Date(time).toISOString();

class BellTestWorld {
  readonly store = new InMemoryStore();
  readonly rung: string[] = [];
  readonly notifier = new Topic();
  readonly log = silentLog;
  readonly metrics = silentMetrics;
  readonly bell = { ring: async (controller: string) => void this.rung.push(controller) };
  private ids = 0;
  readonly newId = () => `id-${++this.ids}`;
  clock = new VirtualClock(NOON);

  async note(linkId: string, limits: { notBefore?: string; expiresAt?: string }) {
    await this.store.transact(linkTimeWrites({ linkId: linkId as LinkId, pairId: 'p' as PairId }, {}, limits, 0));
  }
  at(time: number) {
    this.clock = new VirtualClock(time);
    return ringBells(this);
  }
  keys(pk: string) {
    return this.store.all('control').flatMap((item) => (item.pk === pk ? item.sk : []));
  }
}

test('a time that has passed marks its link, is gone in the same transaction, and reconcile is rung', async () => {
  const world = new BellTestWorld();
  await world.note('later', { expiresAt: iso(NOON + 60_000) });
  await world.note('now', { notBefore: iso(NOON) });
  expect(await world.at(NOON)).toEqual([]);
  expect(world.keys(LINK_TIMES)).toHaveLength(2);
  const before = world.store.transactions;
  // Not at once: the planner's clock may be behind.
  expect(await world.at(NOON + 5_000)).toEqual(['reconcile']);
  // One for the time that has passed, one that notes since when something is due.
  expect(world.store.transactions).toBe(before + 2);
  expect(world.keys(MARKS)).toEqual(['link#now']);
  expect(world.keys(LINK_TIMES)).toEqual([`00${NOON + 60_000}#later`]);
  expect(world.rung).toEqual(['reconcile']);
});

test('a link both of whose times have passed is marked once', async () => {
  const world = new BellTestWorld();
  await world.note('both', { notBefore: iso(NOON - 2_000_000), expiresAt: iso(NOON - 1_000_000) });
  await world.at(NOON);
  expect(world.keys(MARKS)).toEqual(['link#both']);
  expect(world.keys(LINK_TIMES)).toEqual([]);
});

test('many are taken over several runs, the oldest first', async () => {
  const world = new BellTestWorld();
  for (let link = 0; link < 1_030; link += 1) {
    await world.note(`link-${link}`, { expiresAt: iso(NOON - 1_000_000 + link * 10) });
  }
  await world.at(NOON);
  expect(world.keys(MARKS)).toHaveLength(1_000);
  expect(world.keys(LINK_TIMES).map((key) => key.split('#')[1])).toEqual(
    Array.from({ length: 30 }, (_, index) => `link-${1_000 + index}`),
  );
  await world.at(NOON);
  expect(world.keys(MARKS)).toHaveLength(1_030);
  expect(world.keys(LINK_TIMES)).toEqual([]);
});

test('bells are rung and messages are sent although marking failed, and the failure is not hidden', async () => {
  const world = new BellTestWorld();
  await world.note('one', { expiresAt: iso(NOON - 60_000) });
  await world.store.transact([{ at: { table: 'control', pk: MARKS, sk: 'everything' }, put: {} }]);
  await world.store.transact([notificationWrite({ subject: 'News', details: {} })]);
  world.store.beforeTransact = () => Promise.reject(new Unavailable('not now'));
  await expect(world.at(NOON)).rejects.toThrow('not now');
  expect(world.rung).toEqual(['reconcile']);
  expect(world.notifier.sent).toEqual([{ subject: 'News', details: {} }]);
});

test('a full pass that somebody asked for is rung for until a pass has answered, unless one runs', async () => {
  const world = new BellTestWorld();
  const asked = { requestId: 'r' as RequestId, inventory: false };
  await world.store.transact([askedPassWrite(asked)]);
  expect(await world.at(NOON)).toEqual(['full-pass']);
  const leader = { table: 'control', pk: 'LEADER#full-pass', sk: 'LEADER' } as const;
  await world.store.transact([{ at: leader, put: { holder: 'a pass', until: NOON + 60_000, epoch: 1 } }]);
  expect(await world.at(NOON)).toEqual([]);
  await world.store.transact(failedWrites(asked, 'no matter why'));
  expect(await world.at(NOON + 61_000)).toEqual([]);
});

test('an import that the configuration asks for is started once, and each hour again until one has ended', async () => {
  const world = new BellTestWorld();
  const starts: number[] = [];
  await world.at(NOON);
  expect(world.store.all('control')).toEqual([]);
  const importStarter = { start: async () => void starts.push(world.clock.now()) };
  const at = (time: number) => ringBells(Object.assign(world, { clock: new VirtualClock(time), importStarter }));
  const lost = { start: () => Promise.reject(new Unavailable('not now')) };
  await expect(ringBells(Object.assign(world, { importStarter: lost }))).rejects.toThrow('not now');
  await at(NOON);
  await at(NOON + 60_000);
  expect(starts).toHaveLength(1);
  await at(NOON + 3_600_000);
  expect(starts).toHaveLength(2);
  await world.store.transact([{ at: lastImportKey, put: {} }]);
  await at(NOON + 7_200_000);
  expect(starts).toHaveLength(2);
});
