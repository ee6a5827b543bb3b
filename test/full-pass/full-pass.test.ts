import { type FullPassContext, type FullPassResult, fullPass } from '../../lambda/full-pass/full-pass';
import type { FullPassList } from '../../lambda/full-pass/managed-pairs';
import { Denied } from '../../lambda/ports/faults';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';

const ACCOUNTS = ['200000000001', '200000000002', '200000000003'];
const FUNCTION_TIMEOUT_MS = 900_000;

async function prepared(accounts = ACCOUNTS) {
  const world = new ControllerWorld();
  const arn = await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = accounts.map((id) => account(id));
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  const observed = new Set(accounts) as Set<never>;
  world.existing.set(arn, observed);
  const lists = new Map<string, FullPassList>();
  const context = (more: Partial<FullPassContext> = {}): FullPassContext => ({
    store: world.store,
    clock: world.clock,
    controller: 'full-pass',
    execution: 'a pass',
    deadline: world.clock.now() + FUNCTION_TIMEOUT_MS,
    bell: { ring: async () => undefined },
    newId: world.uniqueId,
    identityCenter: world.reader,
    lists: {
      save: async (key, list) => void lists.set(key, list),
      load: async (key) => lists.get(key) ?? Promise.reject(new Error(`No list ${key}`)),
    },
    driftMode: 'repair',
    log: silentLog,
    ...more,
  });
  const marks = () =>
    world.store
      .all('control')
      .filter(({ pk }) => pk === 'MARK#reconcile')
      .map(({ sk }) => sk);
  /** The state machine. */
  const pass = async (more: Partial<FullPassContext> = {}) => {
    let result: FullPassResult = await fullPass(context(more), { action: 'begin' });
    let steps = 0;
    while (result.state === 'again') {
      const { list, next, counts } = result;
      result = await fullPass(context(more), { action: 'compare', list, next, counts });
      steps += 1;
    }
    if (result.state !== 'done') throw new Error(`The pass ended as ${result.state}.`);
    await fullPass(context(more), { action: 'end', counts: result.counts });
    return { counts: result.counts, steps };
  };
  const isThere = async (id: string) => (await world.assignedAccounts('Billing-ps', group)).includes(id);
  return { world, arn, group, observed: observed as Set<string>, context, marks, pass, isThere };
}

test('has everything looked at, and finds nothing where nothing differs', async () => {
  const { world, marks, pass } = await prepared();
  expect(await pass()).toEqual({ counts: { principals: 1, missing: 0, unmanaged: 0 }, steps: 1 });
  expect(marks()).toEqual(['everything']);
  expect(world.notifications).toEqual([]);
  await world.clock.runUntil(world.reconcile());
  expect(marks()).toEqual([]);
});

test('marks an assignment that is missing, tells, and the planner creates it again', async () => {
  const { world, arn, group, observed, marks, pass, isThere } = await prepared();
  const [first = ''] = ACCOUNTS;
  await world.removeByHand(arn, first, group);
  observed.delete(first);
  expect(await isThere(first)).toBe(false);
  expect((await pass()).counts).toMatchObject({ missing: 1 });
  expect(marks()).toEqual([`assignment#${arn}|GROUP|${group}#${first}`, 'everything']);
  expect(world.notifications).toMatchObject([{ subject: '1 managed account assignment was missing' }]);
  await world.clock.runUntil(world.reconcile());
  expect(await isThere(first)).toBe(true);
  expect(world.rows()[0]).toMatchObject({
    applied: 2,
    reason: expect.stringMatching(/created again, since it was missing$/),
  });
});

test('only tells where drift is to be reported', async () => {
  const { world, arn, group, observed, marks, pass, isThere } = await prepared();
  const [first = ''] = ACCOUNTS;
  await world.removeByHand(arn, first, group);
  observed.delete(first);
  await pass({ driftMode: 'report' });
  expect(marks()).toEqual(['everything']);
  expect(world.notifications).toMatchObject([{ details: { missing: 1, next: expect.stringContaining('report') } }]);
  await world.clock.runUntil(world.reconcile());
  expect(await isThere(first)).toBe(false);
});

test('marks a pair once when much of it is missing', async () => {
  const many = Array.from({ length: 25 }, (_, index) => String(300000000000 + index));
  const { arn, group, observed, marks, pass } = await prepared(many);
  observed.clear();
  expect((await pass()).counts).toMatchObject({ missing: 25 });
  expect(marks()).toEqual([`assignment#${arn}|GROUP|${group}`, 'everything']);
});

test('counts what is not managed, and never touches it', async () => {
  const { world, observed, marks, pass } = await prepared();
  observed.add('999999999999');
  expect((await pass()).counts).toEqual({ principals: 1, missing: 0, unmanaged: 1 });
  expect(marks()).toEqual(['everything']);
  expect(world.notifications).toEqual([]);
});

test('asks each account where the list by principal is denied', async () => {
  const { world, arn, group, pass } = await prepared();
  const [first = ''] = ACCOUNTS;
  await world.removeByHand(arn, first, group);
  const identityCenter = { ...world.reader, assignmentsOf: async () => Promise.reject(new Denied('not from here')) };
  expect((await pass({ identityCenter })).counts).toMatchObject({ missing: 1 });
});

test('goes on in another step when the time of one is over, and only one pass runs at a time', async () => {
  const { world, context } = await prepared();
  const begun = await fullPass(context(), { action: 'begin' });
  if (begun.state !== 'again') throw new Error(begun.state);
  const { list, next, counts } = begun;
  const late = context({ deadline: world.clock.now() + 1_000 });
  expect(await fullPass(late, { action: 'compare', list, next, counts })).toMatchObject({ state: 'again', next: 0 });
  expect(await fullPass(context({ execution: 'another' }), { action: 'begin' })).toEqual({ state: 'anotherRuns' });
});
