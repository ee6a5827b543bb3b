import type { InventoryDocument, UnmanagedAssignment } from '../../lambda/domain/inventory';
import type { Controller } from '../../lambda/domain/lease';
import { type FullPassContext, type FullPassResult, fullPass } from '../../lambda/full-pass/full-pass';
import type { FullPassList } from '../../lambda/full-pass/managed-pairs';
import { postFullPass } from '../../lambda/full-pass/post-full-pass';
import { isDue } from '../../lambda/leadership/due';
import { Denied } from '../../lambda/ports/faults';
import { getRequest } from '../../lambda/query/get-request';
import { ControllerWorld } from '../support/controller-world';
import { InMemoryDocuments } from '../support/in-memory-documents';
import { account, linkWith } from '../support/links';
import { PlainInstance } from '../support/plain-instance';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';

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
  const instance = new PlainInstance();
  const rung: Controller[] = [];
  const inventoryDocuments = {
    lists: new InMemoryDocuments<readonly string[]>(),
    parts: new InMemoryDocuments<readonly UnmanagedAssignment[]>(),
    inventories: new InMemoryDocuments<InventoryDocument>(),
  };
  const lists = new InMemoryDocuments<FullPassList>();
  const context = (more: Partial<FullPassContext> = {}): FullPassContext => ({
    store: world.store,
    clock: world.clock,
    controller: 'full-pass',
    execution: 'a pass',
    deadline: world.clock.now() + FUNCTION_TIMEOUT_MS,
    bell: { ring: async (controller) => void rung.push(controller) },
    newId: world.uniqueId,
    identityCenter: world.reader,
    instance,
    lists,
    inventoryDocuments,
    driftMode: 'repair',
    log: silentLog,
    metrics: silentMetrics,
    ...more,
  });
  const marks = () =>
    world.store
      .all('control')
      .filter(({ pk }) => pk === 'MARK#reconcile')
      .map(({ sk }) => sk);
  /** The state machine. */
  const pass = async (more: Partial<FullPassContext> = {}, { inventory = false } = {}) => {
    const startedAt = new Date(world.clock.now()).toISOString();
    let result: FullPassResult = await fullPass(context(more), { action: 'begin' });
    let steps = 0;
    while (result.state === 'again') {
      const { list, next, counts } = result;
      result = await fullPass(context(more), { action: 'compare', list, next, counts });
      steps += 1;
    }
    if (result.state !== 'done') throw new Error(`The pass ended as ${result.state}.`);
    const { counts } = result;
    result = await fullPass(context(more), { action: 'conclude', counts, inventory });
    while (result.state === 'inventory') {
      result = await fullPass(context(more), { action: 'takeInventory', counts, startedAt });
    }
    if (result.state !== 'concluded') throw new Error(`The pass ended as ${result.state}.`);
    await fullPass(context(more), { action: 'end' });
    return { counts, steps, inventory: result.inventory };
  };
  /** `POST /full-pass`; answers what GET says of the request. */
  const ask = async (query: Readonly<Record<string, string>> = {}) => {
    const requestId = world.uniqueId();
    const api = { store: world.store, clock: world.clock, log: silentLog, bell: context().bell };
    const answer = await postFullPass(api, { requestId, submittedBy: 'alice', query, body: null });
    expect(answer.statusCode).toBe(200);
    return async () => (await getRequest(world.store, 'q', requestId)).body;
  };
  const isThere = async (id: string) => (await world.assignedAccounts('Billing-ps', group)).includes(id);
  return { world, arn, group, observed: observed as Set<string>, context, marks, pass, isThere, instance, rung, ask };
}

test('has everything looked at, and finds nothing where nothing differs', async () => {
  const { world, marks, pass } = await prepared();
  expect(await pass()).toMatchObject({ counts: { principals: 1, missing: 0, unmanaged: 0 }, steps: 1 });
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

test('measures at its end what it found, also when that is nothing', async () => {
  const { world, arn, group, observed, pass } = await prepared();
  const measured: object[] = [];
  const metrics = { ...silentMetrics, gauges: (values: object) => void measured.push(values) };
  await pass({ metrics });
  const [first = ''] = ACCOUNTS;
  await world.removeByHand(arn, first, group);
  observed.delete(first);
  observed.add('999999999999');
  await pass({ metrics });
  expect(measured).toEqual([
    { MissingAssignments: 0, UnmanagedAssignments: 0 },
    { MissingAssignments: 1, UnmanagedAssignments: 1 },
  ]);
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

describe('a request for a full pass', () => {
  test('is accepted, under way, and complete when everything was compared, with what was found', async () => {
    const { world, arn, group, observed, context, pass, ask, rung } = await prepared();
    const [first = ''] = ACCOUNTS;
    await world.removeByHand(arn, first, group);
    observed.delete(first);
    const request = await ask();
    expect(rung).toEqual(['full-pass']);
    expect(await request()).toMatchObject({ status: 'ACCEPTED', message: 'A full pass was started' });
    await fullPass(context(), { action: 'begin' });
    expect(await request()).toMatchObject({ status: 'APPLYING' });
    await pass();
    expect(await request()).toMatchObject({
      kind: 'fullPass',
      status: 'COMPLETED',
      counts: { principals: 1, missing: 1, unmanaged: 0 },
      message: expect.stringMatching(
        /^Compared 1 principal: 1 managed assignment missing, created again; 0 assignments not managed\. No inventory .*POST \/full-pass\?inventory=true/,
      ),
    });
    expect(world.store.count('control', 'ASKED#full-pass')).toBe(0);
    expect(rung.filter((name) => name === 'full-pass')).toHaveLength(1);
  });

  test('that wants an inventory is complete when that is taken; who did not want it is answered before', async () => {
    const { context, pass, ask, instance, rung } = await prepared();
    instance.assign('ByHand-ps', '200000000001', 'strangers');
    const [wanting, plain] = [await ask({ inventory: 'true' }), await ask()];
    const begun = await fullPass(context(), { action: 'begin' });
    if (begun.state !== 'again') throw new Error(begun.state);
    await fullPass(context(), { action: 'conclude', counts: begun.counts });
    expect([(await wanting()).status, (await plain()).status]).toEqual(['APPLYING', 'COMPLETED']);
    expect(await pass()).toMatchObject({ inventory: 'taken' });
    expect(await wanting()).toMatchObject({
      status: 'COMPLETED',
      message: expect.stringMatching(
        /The inventory .* lists 1 assignments and 1 permission sets: GET \/assignments\?managed=false, or inventory\/latest\.json in the artefacts bucket\.$/,
      ),
    });
    // The next pass tells of the inventory that there is.
    const next = await ask({ inventory: 'false' });
    expect(await pass()).toMatchObject({ inventory: 'none' });
    expect((await next()).message).toMatch(/GET \/assignments\?managed=false/);
    expect(rung.filter((name) => name === 'full-pass')).toHaveLength(3);
  });

  test('that arrives while a pass runs says so, and is answered by the next one, which the first one starts', async () => {
    const { context, pass, ask, rung } = await prepared();
    await fullPass(context(), { action: 'begin' });
    const request = await ask();
    expect(rung).not.toContain('full-pass');
    expect(await fullPass(context({ execution: 'another' }), { action: 'begin' })).toEqual({ state: 'anotherRuns' });
    const waits = 'A full pass or an import is running: another full pass begins when it has ended';
    expect(await request()).toMatchObject({ status: 'ACCEPTED', message: waits });
    await fullPass(context(), { action: 'end' });
    expect(rung).toContain('full-pass');
    expect((await request()).status).toBe('ACCEPTED');
    await pass({ execution: 'the next' });
    expect((await request()).status).toBe('COMPLETED');
  });

  test('comes before the rest of an inventory, which goes on where it was', async () => {
    const { world, pass, ask, context, instance } = await prepared();
    for (let index = 0; index < 10; index += 1) instance.assign('ByHand-ps', String(200000000000 + index), 'some');
    instance.beforeCall = () => world.clock.sleep(200_000);
    const inventory = await ask({ inventory: 'true' });
    const counts = { principals: 0, missing: 0, unmanaged: 0 };
    const startedAt = new Date(world.clock.now()).toISOString();
    await fullPass(context(), { action: 'begin' });
    const request = await ask();
    const step = fullPass(context(), { action: 'takeInventory', counts, startedAt });
    await world.clock.runUntil(step);
    expect(await step).toEqual({ state: 'concluded', inventory: 'open' });
    await fullPass(context(), { action: 'end' });
    expect([(await inventory()).status, (await request()).status]).toEqual(['APPLYING', 'ACCEPTED']);
    const rest = pass({ execution: 'the next' });
    await world.clock.runUntil(rest);
    expect(await rest).toMatchObject({ inventory: 'taken' });
    expect([(await inventory()).status, (await request()).status]).toEqual(['COMPLETED', 'COMPLETED']);
    expect(instance.calls).toBe(1 + 2 + 10);
  });

  test('fails with its pass, with the reason and what to do, and another one can be asked for', async () => {
    const { context, pass, ask } = await prepared();
    const request = await ask();
    await fullPass(context(), { action: 'begin' });
    const Cause = JSON.stringify({
      errorType: 'Denied',
      errorMessage: 'not allowed to sso:ListPermissionSets',
      trace: [],
    });
    await fullPass(context(), { action: 'end', failure: { Error: 'Denied', Cause } });
    expect(await request()).toMatchObject({
      status: 'COMPLETED_WITH_FAILURES',
      errors: [
        {
          path: 'fullPass',
          message: expect.stringMatching(/Denied: not allowed to sso:ListPermissionSets\..*Check .* POST \/full-pass/),
        },
      ],
    });
    const another = await ask();
    await pass({ execution: 'the next' });
    expect((await another()).status).toBe('COMPLETED');
    expect((await request()).status).toBe('COMPLETED_WITH_FAILURES');
  });

  test('whose pass died is taken up by the next one', async () => {
    const { world, context, pass, ask } = await prepared();
    const request = await ask();
    await fullPass(context(), { action: 'begin' });
    await world.clock.runUntil(world.clock.sleep(FUNCTION_TIMEOUT_MS + 60_000));
    expect(await isDue(world.store, 'full-pass')).toBe(true);
    await pass({ execution: 'the next' });
    expect((await request()).status).toBe('COMPLETED');
    expect(await isDue(world.store, 'full-pass')).toBe(false);
  });

  test.each([
    [{ inventory: 'yes' }, null, 'query.inventory'],
    [{ dryRun: 'true' }, null, 'query.dryRun'],
    [{}, '{"inventory":true}', 'body'],
  ])('is refused when it is %j %s', async (query, body, path) => {
    const { world, context, rung } = await prepared();
    const api = { store: world.store, clock: world.clock, log: silentLog, bell: context().bell };
    const answer = await postFullPass(api, { requestId: 'r', submittedBy: 'alice', query, body });
    expect(answer).toMatchObject({ statusCode: 400, body: { errors: [{ path }] } });
    expect([rung, world.store.count('control', 'ASKED#full-pass')]).toEqual([[], 0]);
  });
});

test('a pass that nobody asked for takes an inventory when there is none of this week, and goes on with one', async () => {
  const { world, pass, instance } = await prepared();
  instance.assign('ByHand-ps', '200000000001', 'strangers');
  expect((await pass()).inventory).toBe('taken');
  expect((await pass()).inventory).toBe('none');
  expect((await pass({}, { inventory: true })).inventory).toBe('taken');
  await world.clock.runUntil(world.clock.sleep(7 * 86_400_000));
  expect((await pass()).inventory).toBe('taken');
});

test('a step of the inventory that is tried again after its end takes no other one', async () => {
  const { context, ask, instance } = await prepared();
  const request = await ask({ inventory: 'true' });
  const startedAt = new Date(context().clock.now()).toISOString();
  await fullPass(context(), { action: 'begin' });
  const counts = { principals: 0, missing: 0, unmanaged: 0 };
  await fullPass(context(), { action: 'takeInventory', counts, startedAt });
  const { calls } = instance;
  expect(await fullPass(context(), { action: 'takeInventory', counts, startedAt })).toEqual({
    state: 'concluded',
    inventory: 'taken',
  });
  expect(instance.calls).toBe(calls);
  expect((await request()).status).toBe('COMPLETED');
});

test('an inventory that takes long is left to the next pass', async () => {
  const { world, context, instance } = await prepared();
  for (let index = 0; index < 10; index += 1) instance.assign('ByHand-ps', String(200000000000 + index), 'some');
  instance.beforeCall = () => world.clock.sleep(200_000);
  const counts = { principals: 0, missing: 0, unmanaged: 0 };
  const step = async (hours: number) => {
    const startedAt = new Date(world.clock.now() - hours * 3_600_000).toISOString();
    const stepping = fullPass(context(), { action: 'takeInventory', counts, startedAt });
    await world.clock.runUntil(stepping);
    return stepping;
  };
  expect(await step(1)).toEqual({ state: 'inventory', inventory: 'open' });
  expect(await step(12)).toEqual({ state: 'concluded', inventory: 'open' });
});
