import { measure } from '../../lambda/bells/measure';
import { readUnfinished, unconvergedKey } from '../../lambda/bells/unfinished';
import { guardPairWrites, holdPlanWrite } from '../../lambda/domain/held-plan';
import type { PairId, PermissionSetName } from '../../lambda/domain/ids';
import { leaderKey } from '../../lambda/domain/lease';
import { HELD_ROWS, OPERATIONS, WORK_PARTITIONS } from '../../lambda/domain/ledger-row';
import { OUTBOX } from '../../lambda/domain/notification';
import { MARKS, PARKED_MARKS } from '../../lambda/domain/slice';
import { WAITING_LINKS } from '../../lambda/domain/waiting-link';
import type { Write } from '../../lambda/domain/write';
import { InMemoryStore } from '../support/in-memory-store';
import { silentMetrics } from '../support/silent-metrics';

const NOON = Date.UTC(2026, 5, 1, 12);

const NOTHING = {
  DirtySlices: 0,
  OldestDirtySeconds: 0,
  ParkedSlices: 0,
  PendingRevocations: 0,
  PendingGrants: 0,
  OutstandingOperations: 0,
  WaitingLinks: 0,
  HeldAssignments: 0,
  HeldPlans: 0,
  UnsentNotifications: 0,
  UnconvergedSeconds: 0,
};

async function measured(store: InMemoryStore, now: number) {
  const seen: Readonly<Record<string, number>>[] = [];
  const metrics = { ...silentMetrics, gauges: (values: Readonly<Record<string, number>>) => seen.push(values) };
  await measure({ store, clock: { now: () => now }, metrics }, await readUnfinished(store));
  expect(seen).toHaveLength(1);
  return seen[0];
}

const put = (table: 'control' | 'ledger', pk: string, sk: string, item = {}): Write => ({
  at: { table, pk, sk },
  put: item,
});

const mark = (seconds: number) => ({ markedAt: new Date(NOON - seconds * 1_000).toISOString() });

test('an installation at rest measures nothing and writes nothing', async () => {
  const store = new InMemoryStore();
  expect(await measured(store, NOON)).toEqual(NOTHING);
  expect(store.transactions).toBe(0);
});

test('each gauge counts the partition of its name, and the oldest mark gives the age', async () => {
  const store = new InMemoryStore();
  await store.transact([
    put('control', MARKS, 'a', mark(30)),
    put('control', MARKS, 'b', mark(90)),
    put('control', PARKED_MARKS, 'c'),
    put('ledger', WORK_PARTITIONS.delete, 'a'),
    ...['a', 'b', 'c'].map((sk) => put('ledger', WORK_PARTITIONS.create, sk)),
    ...['a', 'b', 'c', 'd'].map((sk) => put('ledger', OPERATIONS, sk)),
    ...['a', 'b', 'c', 'd', 'e'].map((sk) => put('ledger', HELD_ROWS, sk)),
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((sk) => put('control', OUTBOX, sk)),
    ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((sk) => put('control', WAITING_LINKS, sk)),
  ]);
  expect(await measured(store, NOON)).toEqual({
    ...NOTHING,
    DirtySlices: 2,
    OldestDirtySeconds: 90,
    ParkedSlices: 1,
    PendingRevocations: 1,
    PendingGrants: 3,
    OutstandingOperations: 4,
    WaitingLinks: 7,
    HeldAssignments: 5,
    UnsentNotifications: 6,
  });
});

test('a head of more than 500 items is counted as 500', async () => {
  const store = new InMemoryStore();
  for (let item = 0; item < 510; item += 1) await store.transact([put('ledger', WORK_PARTITIONS.create, `${item}`)]);
  expect(await measured(store, NOON)).toMatchObject({ PendingGrants: 500 });
});

test('unconverged lasts from the first minute with something due until the first without, while a leader works too', async () => {
  const store = new InMemoryStore();
  const at = async (seconds: number) => (await measured(store, NOON + seconds * 1_000))?.UnconvergedSeconds;
  const work = put('ledger', WORK_PARTITIONS.create, 'a');
  await store.transact([work]);
  expect([await at(0), await at(60), await at(120)]).toEqual([0, 60, 120]);
  await store.transact([
    { at: work.at, delete: true },
    { at: leaderKey('reconcile'), put: { holder: 'x', until: NOON + 200_000, epoch: 1 } },
  ]);
  const before = store.transactions;
  expect(await at(180)).toBe(180);
  expect(store.transactions).toBe(before);
  expect(await at(240)).toBe(0);
  expect(await store.get(unconvergedKey)).toBeUndefined();
});

test('a plan is held until somebody decides, however many pairs it has', async () => {
  const store = new InMemoryStore();
  const held = async (planId: string, status: 'HELD' | 'REJECTED') => {
    const plan = { planId, status, hold: 1, heldAt: '', reason: '', causedBy: [], documents: [], openPairs: 2 };
    const pairs = [`${planId}-a`, `${planId}-b`].flatMap((pairId) =>
      guardPairWrites(planId, {
        pairId: pairId as PairId,
        permissionSetName: 'P' as PermissionSetName,
        principalType: 'GROUP',
        principalName: 'g',
        removals: 1,
      }),
    );
    await store.transact([...pairs, holdPlanWrite(plan as unknown as Parameters<typeof holdPlanWrite>[0])]);
  };
  await held('one', 'HELD');
  await held('two', 'REJECTED');
  await held('three', 'HELD');
  expect(await measured(store, NOON)).toMatchObject({ HeldPlans: 2 });
});
