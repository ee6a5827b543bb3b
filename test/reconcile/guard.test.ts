import { ringBells } from '../../lambda/bells/ring-bells';
import type { RequestId } from '../../lambda/domain/ids';
import type { Link } from '../../lambda/domain/link';
import { linkIdOf } from '../../lambda/domain/link';
import type { Write } from '../../lambda/domain/write';
import { isDue } from '../../lambda/leadership/due';
import { type DecisionPost, decidePlan } from '../../lambda/plans/decide-plan';
import { getPlan } from '../../lambda/query/get-plan';
import { getRequest } from '../../lambda/query/get-request';
import { listAssignments } from '../../lambda/query/list-assignments';
import { getLink } from '../../lambda/query/list-links';
import { Stopped } from '../support/assignment-world';
import { ControllerWorld } from '../support/controller-world';
import { InMemoryDocuments } from '../support/in-memory-documents';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';
import { Topic } from '../support/topic';

const ACCOUNTS = Array.from({ length: 20 }, (_, index) => String(200000000000 + index));
const GROUPS = ['a', 'b', 'c', 'd', 'e'];

const linkOf = (group: string): Link => ({
  ...linkWith({ type: 'root' }),
  principal: { type: 'GROUP', name: group },
});

/** 100 assignments of 5 groups in 20 accounts; more than 10 removals that are more than 25 % are held. */
async function prepared(seed = 1) {
  const world = new ControllerWorld(seed);
  world.limits = { maxRemovals: 10, maxRemovalPercent: 25 };
  await world.addPermissionSet('Billing-ps');
  for (const group of GROUPS) world.addPrincipal('GROUP', group);
  world.accounts = ACCOUNTS.map((id) => account(id));
  for (const group of GROUPS) await world.submit(linkOf(group));
  await settled(world);
  expect(world.rows()).toHaveLength(100);
  return world;
}

const settled = async (world: ControllerWorld) => world.clock.runUntil(world.reconcile());
const removeLinks = async (world: ControllerWorld, groups: readonly string[], by = 'alice') => {
  const requests: RequestId[] = [];
  for (const group of groups) requests.push(await world.submit(linkOf(group), 'deleted', { submittedBy: by }));
  return requests;
};

function planIds(world: ControllerWorld): string[] {
  const plans = world.store.all('control').filter(({ pk, sk }) => pk.startsWith('PLAN#') && sk === 'PLAN');
  return plans.map(({ planId }) => String(planId));
}

function onlyPlan(world: ControllerWorld): string {
  const [planId = '', ...others] = planIds(world);
  expect(planId).not.toBe('');
  expect(others).toEqual([]);
  return planId;
}

const body = async (answer: Promise<{ body: Readonly<Record<string, unknown>> }>) => (await answer).body;
const plan = (world: ControllerWorld, planId = onlyPlan(world)) => body(getPlan(world.store, 'q', planId, {}));
const request = (world: ControllerWorld, id: RequestId | undefined) => body(getRequest(world.store, 'q', `${id}`));
const link = (world: ControllerWorld, group: string) => body(getLink(world.store, 'q', linkIdOf(linkOf(group))));

function decide(world: ControllerWorld, decision: DecisionPost['decision'], by = 'bob', planId = onlyPlan(world)) {
  const { store, clock, uniqueId: newId } = world;
  const bell = { ring: async () => undefined };
  const post = { requestId: world.uniqueId(), planId, decision, caller: { arn: by }, query: {}, body: null };
  return decidePlan({ store, clock, newId, bell, log: silentLog }, post);
}

/** A pass over every pair, with the organization read anew. */
async function lookAtEverything(world: ControllerWorld): Promise<void> {
  const put = { slice: { kind: 'everything' }, version: world.uniqueId() };
  await world.store.transact([{ at: { table: 'control', pk: 'MARK#reconcile', sk: 'everything' }, put }]);
  await world.clock.runUntil(world.clock.sleep(60_000).then(() => world.reconcile()));
}

const assigned = (world: ControllerWorld, group: string) =>
  world.rows().filter(({ principalName }) => principalName === group).length;

describe('a bulk change over both limits', () => {
  test('is held, and stays held when single events touch its pairs', async () => {
    const world = await prepared();
    const [first] = await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    expect(world.rows()).toHaveLength(100);
    expect(await plan(world)).toMatchObject({
      status: 'HELD',
      removals: 60,
      percent: 60,
      managedAssignments: 100,
      causedBy: ['alice'],
      reason:
        '60 removals are 60 % of 100 managed assignments: over Guard.MaxRemovals (10) and Guard.MaxRemovalPercent (25)',
    });
    const waitsFor = `plan: ${onlyPlan(world)} is held until somebody approves or rejects it`;
    expect(await request(world, first)).toMatchObject({
      status: 'HELD',
      planned: { delete: 20 },
      waitingFor: [waitsFor],
      heldBy: [onlyPlan(world)],
    });
    expect(await link(world, 'a')).toMatchObject({ status: 'HELD', waitingFor: [waitsFor] });
    expect(await isDue(world.store, 'reconcile')).toBe(false);
    expect(await isDue(world.store, 'apply-assignments')).toBe(false);

    for (const [index, group] of ['a', 'b', 'c'].entries()) {
      const single = { ...linkOf(group), scope: { type: 'account', accountId: ACCOUNTS[index] } } as Link;
      await world.submit(single);
      await settled(world);
      await world.submit(single, 'deleted', { submittedBy: 'carol' });
      await settled(world);
    }
    expect(world.rows()).toHaveLength(100);
    expect(await plan(world)).toMatchObject({ status: 'HELD', removals: 60, causedBy: ['alice', 'carol'] });
    expect(world.notifications).toHaveLength(1);
  });

  test('is told to people once, with what to do and no more', async () => {
    const world = await prepared();
    await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    const planId = onlyPlan(world);
    expect(world.notifications).toEqual([
      {
        subject: '60 removals of account assignments are held',
        details: {
          planId,
          why: expect.stringContaining('60 %'),
          removals: 60,
          causedBy: ['alice'],
          permissionSets: ['Billing-ps'],
          principals: ['GROUP a', 'GROUP b', 'GROUP c'],
          toSee: `GET /plans/${planId}`,
          toRemoveThem: expect.stringContaining(`POST /plans/${planId}/approve`),
          toKeepThem: `POST /plans/${planId}/reject`,
        },
      },
    ]);
  });

  test('a topic that is out of reach holds nothing up, and the message is sent later, once', async () => {
    const world = await prepared();
    const topic = new Topic();
    const minute = {
      ...world,
      bell: { ring: async () => undefined },
      newId: world.uniqueId,
      log: silentLog,
      metrics: silentMetrics,
    };
    topic.isOut = true;
    await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    expect(await plan(world)).toMatchObject({ status: 'HELD' });
    await expect(ringBells({ ...minute, notifier: topic })).rejects.toThrow('out of reach');
    await world.submit(linkOf('e'));
    await settled(world);
    topic.isOut = false;
    await ringBells({ ...minute, notifier: topic });
    await ringBells({ ...minute, notifier: topic });
    expect(topic.sent).toMatchObject([{ details: { planId: onlyPlan(world) } }]);
    await world.submit(linkOf('e'));
    await settled(world);
    expect(world.notifications).toEqual([]);
  });

  test('its creates go on', async () => {
    const world = await prepared();
    world.addPrincipal('GROUP', 'f');
    await removeLinks(world, ['a', 'b', 'c']);
    await world.submit(linkOf('f'));
    await settled(world);
    expect(assigned(world, 'f')).toBe(20);
    expect(assigned(world, 'a')).toBe(20);
  });

  test('that the organization causes is nobody’s; anybody may approve it', async () => {
    const world = await prepared();
    world.accounts = ACCOUNTS.map((id) => account(id, [], { team: 'Finance' }));
    const tagged = { ...linkOf('f'), scope: { type: 'account_tag', key: 'team', value: 'Finance' } } as Link;
    world.addPrincipal('GROUP', 'f');
    await world.submit(tagged);
    await world.clock.runUntil(world.clock.sleep(60_000).then(() => world.reconcile()));
    world.limits = { maxRemovals: 10, maxRemovalPercent: 10 };
    world.accounts = ACCOUNTS.map((id) => account(id));
    await lookAtEverything(world);
    expect(await plan(world)).toMatchObject({ status: 'HELD', removals: 20, causedBy: ['organization'] });
    expect((await decide(world, 'approve', 'a test')).statusCode).toBe(200);
    await settled(world);
    expect(assigned(world, 'f')).toBe(0);
  });
});

describe('within the limits', () => {
  test.each([
    ['few', { maxRemovals: 60, maxRemovalPercent: 25 }],
    ['a small part', { maxRemovals: 10, maxRemovalPercent: 60 }],
  ])('%s: removed at once', async (_, limits) => {
    const world = await prepared();
    world.limits = limits;
    await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    expect(world.rows()).toHaveLength(40);
    expect(planIds(world)).toEqual([]);
  });

  test('many small plans of one hour are as one; of another hour they are not', async () => {
    const world = await prepared();
    world.limits = { maxRemovals: 30, maxRemovalPercent: 25 };
    for (const group of ['a', 'b']) {
      await removeLinks(world, [group]);
      await settled(world);
    }
    expect(world.rows()).toHaveLength(80);
    expect(await plan(world)).toMatchObject({
      removals: 20,
      removalsOfTheHourBefore: 20,
      managedAssignments: 100,
      percent: 40,
    });
    const other = await prepared(2);
    other.limits = { maxRemovals: 30, maxRemovalPercent: 25 };
    for (const group of ['a', 'b']) {
      await removeLinks(other, [group]);
      await settled(other);
      await other.clock.runUntil(other.clock.sleep(61 * 60_000));
    }
    expect(other.rows()).toHaveLength(60);
  });
});

test('what is held stays held while its accounts cannot be worked in', async () => {
  const world = await prepared();
  await removeLinks(world, ['a', 'b', 'c']);
  await settled(world);
  world.limits = { maxRemovals: 1000, maxRemovalPercent: 100 };
  const open = world.accounts;
  world.accounts = ACCOUNTS.map((id) => account(id, [], {}, 'SUSPENDED'));
  await lookAtEverything(world);
  expect(await plan(world)).toMatchObject({ status: 'HELD', removals: 60 });
  world.accounts = open;
  await lookAtEverything(world);
  expect(world.rows().filter(({ desired }) => desired)).toHaveLength(100);
  expect(await plan(world)).toMatchObject({ status: 'HELD', removals: 60 });
});

describe('an approval', () => {
  test('by somebody else applies it; its requests are done', async () => {
    const world = await prepared();
    const [first] = await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    const planId = onlyPlan(world);
    expect(await decide(world, 'approve', 'alice')).toMatchObject({
      statusCode: 403,
      body: { message: expect.stringContaining('somebody else has to approve it') },
    });
    const { statusCode, body: answered } = await decide(world, 'approve');
    expect(statusCode).toBe(200);
    expect(await plan(world)).toMatchObject({ status: 'APPROVED', approvedBy: 'bob' });
    await settled(world);
    expect(world.rows()).toHaveLength(40);
    expect(await plan(world)).toMatchObject({ status: 'APPLIED', removals: 60, changes: expect.anything() });
    expect(await request(world, first)).toMatchObject({ status: 'COMPLETED', completed: 20 });
    expect(await request(world, answered.requestId as RequestId)).toMatchObject({
      kind: 'plan',
      action: 'approve',
      subject: planId,
      status: 'COMPLETED',
      submittedBy: 'bob',
    });
    for (const decision of ['approve', 'reject'] as const) {
      expect((await decide(world, decision)).statusCode).toBe(409);
    }
    // What a person looked at does not use up what may go unseen.
    await removeLinks(world, ['d'], 'bob');
    world.limits = { maxRemovals: 20, maxRemovalPercent: 25 };
    await settled(world);
    expect(world.rows()).toHaveLength(20);
  });

  test('of what has grown since is withdrawn: held again, told again', async () => {
    const world = await prepared();
    await removeLinks(world, ['a', 'b']);
    const partly = { ...linkOf('a'), scope: { type: 'account', accountId: ACCOUNTS[0] } } as Link;
    await world.submit(partly, 'present', { submittedBy: 'alice' });
    await settled(world);
    expect(await plan(world)).toMatchObject({ removals: 39 });
    const approved = await decide(world, 'approve');
    await world.submit(partly, 'deleted', { submittedBy: 'carol' });
    await settled(world);
    expect(world.rows()).toHaveLength(100);
    const held = await plan(world);
    expect(held).toMatchObject({
      status: 'HELD',
      removals: 40,
      causedBy: ['alice', 'carol'],
      withdrawn: '1 removal was added after bob had approved it',
    });
    expect(held).not.toHaveProperty('approvedBy');
    expect(world.notifications).toHaveLength(2);
    expect(await request(world, approved.body.requestId as RequestId)).toMatchObject({ status: 'HELD' });
    expect((await decide(world, 'approve', 'carol')).statusCode).toBe(403);
    expect((await decide(world, 'approve')).statusCode).toBe(200);
    await settled(world);
    expect(world.rows()).toHaveLength(60);
  });

  test('of what has shrunk since removes what is left', async () => {
    const world = await prepared();
    await removeLinks(world, ['a', 'b']);
    await settled(world);
    await world.submit(linkOf('a'));
    await decide(world, 'approve');
    await settled(world);
    expect([assigned(world, 'a'), assigned(world, 'b')]).toEqual([20, 0]);
    expect(await plan(world)).toMatchObject({ status: 'APPLIED' });
  });

  test('is not needed any more when links claim all of it again', async () => {
    const world = await prepared();
    const [deletion] = await removeLinks(world, ['a', 'b']);
    await settled(world);
    for (const group of ['a', 'b']) await world.submit(linkOf(group));
    await settled(world);
    expect(await plan(world)).toMatchObject({ status: 'APPLIED', removals: 0, changes: [] });
    expect(await request(world, deletion)).toMatchObject({ status: 'COMPLETED' });
    expect(world.rows().filter(({ heldBy }) => heldBy)).toEqual([]);
    // The pair is free: a small removal goes on.
    world.limits = { maxRemovals: 20, maxRemovalPercent: 25 };
    await removeLinks(world, ['a']);
    await settled(world);
    expect(assigned(world, 'a')).toBe(0);
  });
});

describe('a rejection', () => {
  test('keeps what is, whatever touches the pairs, until a link claims it again', async () => {
    const world = await prepared();
    const [deletion] = await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    const planId = onlyPlan(world);
    expect((await decide(world, 'reject', 'alice')).statusCode).toBe(200);
    await settled(world);
    for (const group of ['a', 'b', 'c']) {
      const single = { ...linkOf(group), scope: { type: 'account', accountId: ACCOUNTS[0] } } as Link;
      await world.submit(linkOf(group), 'deleted', { submittedBy: 'carol' });
      await world.submit({ ...linkOf(group), scope: { type: 'account', accountId: ACCOUNTS[1] } } as Link, 'deleted');
      await settled(world);
      expect(single).toBeDefined();
    }
    expect(world.rows()).toHaveLength(100);
    expect(await plan(world)).toMatchObject({ status: 'REJECTED', removals: 60, rejectedBy: 'alice' });
    const reason = `kept: plan ${planId} was rejected by alice`;
    const shown = await body(
      listAssignments({ store: world.store, inventoryParts: new InMemoryDocuments() }, 'q', { principalName: ['a'] }),
    );
    const assignments = shown.assignments as Record<string, unknown>[];
    expect(assignments).toHaveLength(20);
    for (const one of assignments) expect(one).toMatchObject({ state: 'PROVISIONED', claims: [], reason });
    expect(await request(world, deletion)).toMatchObject({
      status: 'COMPLETED_WITH_FAILURES',
      failed: 20,
      errors: expect.arrayContaining([{ accountId: ACCOUNTS[0], message: reason }]),
    });

    await world.submit(linkOf('a'));
    await settled(world);
    expect(world.rows().filter(({ principalName, keptBy }) => principalName === 'a' && keptBy)).toEqual([]);
    world.limits = { maxRemovals: 20, maxRemovalPercent: 25 };
    await removeLinks(world, ['a']);
    await settled(world);
    expect([assigned(world, 'a'), assigned(world, 'b')]).toEqual([0, 20]);
  });

  test('also keeps what was in accounts that could not be worked in then', async () => {
    const world = await prepared();
    await removeLinks(world, ['a', 'b', 'c']);
    await settled(world);
    const closed = ACCOUNTS.map((id, index) => account(id, [], {}, index === 0 ? 'SUSPENDED' : 'ACTIVE'));
    const reopened = world.accounts;
    const look = async (accounts: typeof reopened) => {
      world.accounts = accounts;
      await lookAtEverything(world);
    };
    await look(closed);
    await decide(world, 'reject');
    await settled(world);
    await look(reopened);
    await settled(world);
    expect(world.rows()).toHaveLength(100);
    expect(world.rows().filter(({ keptBy }) => keptBy)).toHaveLength(60);
  });
});

describe('runs that die or are overtaken', () => {
  /** Writes of the planner; those of the worker have tests of their own. */
  const isFenced = (writes: readonly Write[]) => writes.some(({ at }) => at.pk === 'LEADER#reconcile');

  /** Lets every write in turn be the last one of its step, or of its run; answers how many there were. */
  async function killAtEveryWrite(
    begun: () => Promise<ControllerWorld>,
    check: (world: ControllerWorld) => Promise<void>,
  ) {
    const counted = await begun();
    counted.run = async () => undefined;
    let transactions = 0;
    counted.store.afterTransact = (writes) => {
      if (isFenced(writes)) transactions += 1;
    };
    await settled(counted);
    for (let deadly = 1; deadly <= transactions; deadly += 1) {
      for (const fault of [new Stopped('the step died'), new Error('the run died')]) {
        const world = await begun();
        world.run = async () => undefined;
        let left = deadly;
        world.store.afterTransact = (writes) => {
          if (isFenced(writes)) left -= 1;
          if (left === 0) throw fault;
        };
        await world.clock.runUntil(world.reconcile().catch(() => undefined));
        world.store.afterTransact = () => undefined;
        // Nobody gives up the lead of a run that died; another one takes it when the lease is over.
        await world.clock.runUntil(world.clock.sleep(600_000).then(() => world.reconcile()));
        await check(world);
      }
    }
    return transactions;
  }

  const toBeHeld = async () => {
    const world = await prepared();
    await removeLinks(world, ['a', 'b', 'c']);
    return world;
  };
  const decided = (decision: DecisionPost['decision']) => async () => {
    const world = await toBeHeld();
    await settled(world);
    expect((await decide(world, decision)).statusCode).toBe(200);
    return world;
  };

  test('while a plan is held: it is the same plan, nothing is removed, and it can be decided', async () => {
    const looked = await killAtEveryWrite(toBeHeld, async (world) => {
      expect(world.rows().filter(({ desired, heldBy }) => desired && heldBy === onlyPlan(world))).toHaveLength(60);
      expect(world.rows().filter(({ desired }) => desired)).toHaveLength(100);
      expect(await plan(world)).toMatchObject({ status: 'HELD', removals: 60, pairCount: 3 });
      expect(world.notifications.length).toBeGreaterThan(0);
      expect((await decide(world, 'approve')).statusCode).toBe(200);
      await settled(world);
      expect(world.rows().filter(({ desired }) => desired)).toHaveLength(40);
      expect(await plan(world)).toMatchObject({ status: 'APPLIED' });
    });
    expect(looked).toBeGreaterThan(15);
  });

  test('while an approved plan is carried out: it is carried out', async () => {
    const looked = await killAtEveryWrite(decided('approve'), async (world) => {
      expect(world.rows().filter(({ desired }) => desired)).toHaveLength(40);
      expect(await plan(world)).toMatchObject({ status: 'APPLIED', removals: 60 });
      expect(await isDue(world.store, 'reconcile')).toBe(false);
    });
    expect(looked).toBeGreaterThan(15);
  });

  test('while a rejected plan is noted: what is stays', async () => {
    const looked = await killAtEveryWrite(decided('reject'), async (world) => {
      for (const group of ['a', 'b', 'c']) await world.submit(linkOf(group), 'deleted');
      await settled(world);
      expect(world.rows().filter(({ keptBy }) => keptBy === onlyPlan(world))).toHaveLength(60);
      expect(world.rows()).toHaveLength(100);
    });
    expect(looked).toBeGreaterThan(10);
  });

  test.each(['approve', 'reject'] as const)(
    '%s while one more removal joins: it counts for what was held, or for all',
    async (decision) => {
      const outcomes = new Set<string>();
      for (let at = 1; at <= 20; at += 1) {
        const world = await prepared();
        await removeLinks(world, ['a', 'b']);
        const partly = { ...linkOf('a'), scope: { type: 'account', accountId: ACCOUNTS[0] } } as Link;
        await world.submit(partly);
        await settled(world);
        await world.submit(partly, 'deleted', { submittedBy: 'carol' });
        let left = at;
        let answered = 0;
        world.store.afterTransact = async () => {
          left -= 1;
          if (left === 0) answered = (await decide(world, decision)).statusCode;
        };
        await settled(world);
        world.store.afterTransact = () => undefined;
        await settled(world);
        if (answered !== 200) continue;
        const { status, removals } = await plan(world);
        outcomes.add(`${status} ${removals}: ${assigned(world, 'a') + assigned(world, 'b')} left`);
      }
      const all = {
        approve: ['APPLIED 40: 0 left', 'HELD 40: 40 left'],
        reject: ['REJECTED 39: 39 left', 'REJECTED 40: 40 left'],
      };
      expect([...outcomes].sort()).toEqual(all[decision]);
    },
  );
});
