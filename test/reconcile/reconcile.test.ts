import type { AccountId, PermissionSetName, PrincipalId, RequestId } from '../../lambda/domain/ids';
import { type Link, linkIdOf } from '../../lambda/domain/link';
import { MARKS } from '../../lambda/domain/slice';
import { begin } from '../../lambda/leadership/lead';
import { getRequest } from '../../lambda/query/get-request';
import { OrganizationSnapshot } from '../../lambda/reconcile/organization-snapshot';
import { refreshOrganization } from '../../lambda/reconcile/refresh-organization';
import { Stopped } from '../support/assignment-world';
import { ControllerWorld } from '../support/controller-world';
import { ledgerLeftovers } from '../support/ledger-leftovers';
import { account, linkWith } from '../support/links';
import { moveAccount } from '../support/organization-events';

const root = linkWith({ type: 'root' });
const workloads = linkWith({ type: 'ou_id', organizationalUnitId: 'ou-ab12-workloads' as never });
const single = linkWith({ type: 'account', accountId: '200000000001' as AccountId });

async function prepared(seed = 1): Promise<{ world: ControllerWorld; group: PrincipalId }> {
  const world = new ControllerWorld(seed);
  await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [
    account('111111111111'),
    account('200000000001', ['ou-ab12-workloads']),
    account('200000000002', ['ou-ab12-workloads']),
    account('200000000003', ['ou-ab12-sandboxes']),
  ];
  return { world, group };
}

/** A group was renamed, and the link of its old name deleted; the one of its new name was not planned itself. */
async function renamedBeforePlanned() {
  const { world, group } = await prepared();
  await world.submit(root);
  await settled(world);
  const byNewName = { ...root, principal: { type: 'GROUP', name: 'team-Renamed' } } as const;
  world.principals.clear();
  world.principals.set('GROUP%team-Renamed', group);
  await world.submit(byNewName);
  await world.store.transact([
    { at: { table: 'control', pk: MARKS, sk: `link#${linkIdOf(byNewName)}` }, delete: true },
  ]);
  await world.submit(root, 'deleted');
  await settled(world);
  expect(await world.assignedAccounts('Billing-ps', group)).toHaveLength(3);
  return { world, group, byNewName };
}

const settled = async (world: ControllerWorld) => world.clock.runUntil(world.reconcile());

describe('links become assignments', () => {
  test('an overlap is kept until the last link that claims it is gone', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await world.submit(workloads);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001', '200000000002', '200000000003']);
    await world.submit(root, 'deleted');
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001', '200000000002']);
    await world.submit(workloads, 'deleted');
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
    expect(world.rows()).toEqual([]);
  });

  test('create, delete, create ends assigned; the reverse ends unassigned', async () => {
    const { world, group } = await prepared();
    for (const state of ['present', 'deleted', 'present'] as const) await world.submit(single, state);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
    for (const state of ['deleted', 'present', 'deleted'] as const) await world.submit(single, state);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
  });

  test('a link is removed by id although its names no longer resolve', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await settled(world);
    world.principals.clear();
    await world.submit(root, 'deleted');
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
  });

  test('a lookup that finds nothing removes nothing, and says what it waits for', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await settled(world);
    world.principals.clear();
    const request = await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toHaveLength(3);
    expect(await status(world, request)).toMatchObject({
      status: 'WAITING',
      waitingFor: ['principal: GROUP team-Accountants does not exist in the directory'],
    });
  });

  test('a group that was recreated: the old assignments go, the new ones come', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await settled(world);
    const recreated = '00000000-0000-4000-8000-00000000beef' as PrincipalId;
    world.principals.set('GROUP%team-Accountants', recreated);
    await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
    expect(await world.assignedAccounts('Billing-ps', recreated)).toHaveLength(3);
  });

  test('a group that was recreated while an account was suspended: its old assignment there goes when it is back', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await settled(world);
    const reopened = world.accounts;
    world.accounts = reopened.map((each) => (each.id === '200000000003' ? { ...each, state: 'SUSPENDED' } : each));
    world.principals.set('GROUP%team-Accountants', '00000000-0000-4000-8000-00000000beef' as PrincipalId);
    for (let times = 0; times < 3; times += 1) {
      await world.clock.runUntil(world.clock.sleep(60_000));
      await world.submit(root);
      await settled(world);
    }
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000003']);
    world.accounts = reopened;
    await world.clock.runUntil(world.clock.sleep(60_000));
    await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
  });

  test('a group that was recreated while its first plan was being committed: no assignment of the old one is left', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    world.store.afterTransact = (writes) => {
      if (!writes.some(({ at }) => at.pk.startsWith('arn:'))) return;
      world.store.afterTransact = () => undefined;
      world.principals.set('GROUP%team-Accountants', '00000000-0000-4000-8000-00000000beef' as PrincipalId);
      throw new Stopped();
    };
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
  });

  test('a renamed group keeps what a link by its new name claims, when the one by its old name is planned first', async () => {
    const { world, byNewName } = await renamedBeforePlanned();
    expect(world.rows().flatMap(({ claims }) => claims.map(({ linkId }) => linkId))).toEqual(
      Array.from({ length: 3 }, () => linkIdOf(byNewName)),
    );
  });

  test('a group that is renamed twice loses what a link claimed that was never planned for it', async () => {
    const { world, group, byNewName } = await renamedBeforePlanned();
    const another = '00000000-0000-4000-8000-00000000beef' as PrincipalId;
    world.principals.clear();
    world.principals.set('GROUP%team-Renamed', another);
    world.principals.set('GROUP%team-RenamedAgain', group);
    await world.submit(byNewName);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
    expect(await world.assignedAccounts('Billing-ps', another)).toHaveLength(3);
  });

  test('a group that is renamed while a link of its new name claims its rows: that claim goes, too', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await settled(world);
    const byNewName = { ...root, principal: { type: 'GROUP', name: 'team-Renamed' } } as const;
    const another = '00000000-0000-4000-8000-00000000beef' as PrincipalId;
    world.principals.clear();
    world.principals.set('GROUP%team-Renamed', group);
    await world.submit(byNewName);
    world.store.afterTransact = (writes) => {
      if (!writes.some(({ at }) => at.pk.startsWith('arn:'))) return;
      world.store.afterTransact = () => undefined;
      world.principals.set('GROUP%team-Renamed', another);
      world.principals.set('GROUP%team-RenamedAgain', group);
      throw new Stopped();
    };
    await settled(world);
    await world.submit(root, 'deleted');
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
    expect(await world.assignedAccounts('Billing-ps', another)).toHaveLength(3);
  });

  test('a run whose reading of the organization was overtaken does not plan with what was known before', async () => {
    const { world } = await prepared();
    await world.submit(root);
    const snapshot = new OrganizationSnapshot(world.store, '111111111111' as AccountId);
    const lead = () => ({
      store: world.store,
      clock: world.clock,
      controller: 'reconcile' as const,
      execution: 'one',
      deadline: world.clock.now() + 300_000,
    });
    const readAccounts = async () => {
      // Another attempt of the same step, which nobody waits for any more.
      await begin(lead());
      return world.accounts;
    };
    const organization = { ...world.organization, readAccounts };
    expect(await refreshOrganization({ ...lead(), organization, snapshot })).toEqual({ overtaken: true });
    const undisturbed = await refreshOrganization({ ...lead(), organization: world.organization, snapshot });
    expect(undisturbed).toMatchObject({ overtaken: false, marks: [{ slice: { kind: 'link' } }] });
  });

  test('an account that moves loses what a link by the present name of a renamed group claimed there', async () => {
    const { world, group } = await prepared();
    await world.submit(root);
    await settled(world);
    world.principals.clear();
    world.principals.set('GROUP%team-Renamed', group);
    await world.submit({ ...workloads, principal: { type: 'GROUP', name: 'team-Renamed' } });
    await settled(world);
    await world.submit(root, 'deleted');
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001', '200000000002']);
    world.accounts = world.accounts.map((known) =>
      known.id === '200000000001' ? account(known.id, ['ou-ab12-sandboxes']) : known,
    );
    await world.clock.runUntil(world.reconcile(moveAccount('200000000001')));
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000002']);
    expect(ledgerLeftovers(world.store)).toEqual([]);
  });

  test('a waiting link goes on with its request when it can be resolved', async () => {
    const { world } = await prepared();
    const arn = world.permissionSets.get('Billing-ps' as PermissionSetName);
    world.permissionSets.clear();
    const request = await world.submit(root);
    await settled(world);
    expect(await status(world, request)).toMatchObject({ status: 'WAITING' });
    if (arn) world.permissionSets.set('Billing-ps' as PermissionSetName, arn);
    await world.submit(root);
    await settled(world);
    expect(await status(world, request)).toMatchObject({
      status: 'COMPLETED',
      planned: { create: 3, delete: 0 },
      completed: 3,
    });
  });

  test('two requests for the same assignments each count what they claimed', async () => {
    const { world } = await prepared();
    const first = await world.submit(root);
    const second = await world.submit(workloads);
    await settled(world);
    expect(await status(world, first)).toMatchObject({
      status: 'COMPLETED',
      planned: { create: 3, delete: 0 },
      completed: 3,
    });
    expect(await status(world, second)).toMatchObject({
      status: 'COMPLETED',
      planned: { create: 2, delete: 0 },
      completed: 2,
    });
    const third = await world.submit(single);
    await settled(world);
    expect(await status(world, third)).toMatchObject({ status: 'COMPLETED', planned: { create: 0, delete: 0 } });
  });

  test('an account that is not ACTIVE gets no operation, and the answer says why', async () => {
    const { world, group } = await prepared();
    world.accounts = [account('111111111111'), account('200000000001', [], {}, 'SUSPENDED'), account('200000000002')];
    const one = await world.submit(single);
    const management = await world.submit(linkWith({ type: 'account', accountId: '111111111111' as AccountId }));
    const all = await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000002']);
    expect(await status(world, one)).toMatchObject({
      status: 'WAITING',
      waitingFor: ['account: 200000000001 is SUSPENDED, not ACTIVE'],
    });
    expect(await status(world, management)).toMatchObject({
      status: 'WAITING',
      waitingFor: [expect.stringContaining('management account')],
    });
    expect(await status(world, all)).toMatchObject({
      status: 'COMPLETED',
      planned: { create: 1, delete: 0 },
      skippedCount: 2,
    });
  });
});

describe('whatever happens on the way', () => {
  test('every stop after any single write of planner or worker, with a retry of the step, ends the same', async () => {
    const counting = (await prepared()).world;
    let effects = 0;
    const count = () => {
      effects += 1;
    };
    await counting.submit(root);
    counting.store.afterTransact = count;
    counting.beforeCall = count;
    await settled(counting);
    expect(effects).toBeGreaterThan(15);
    for (let stopAt = 1; stopAt <= effects; stopAt += 1) {
      const { world, group } = await prepared();
      const request = await world.submit(root);
      await world.submit(workloads);
      let seen = 0;
      const maybeStop = () => {
        seen += 1;
        if (seen === stopAt) throw new Stopped();
      };
      world.store.afterTransact = maybeStop;
      world.beforeCall = maybeStop;
      await settled(world);
      world.store.afterTransact = () => undefined;
      world.beforeCall = () => undefined;
      await world.clock.runUntil(world.run('swept up by the bell of the minute'));
      expect([stopAt, await world.assignedAccounts('Billing-ps', group)]).toEqual([
        stopAt,
        ['200000000001', '200000000002', '200000000003'],
      ]);
      expect(await status(world, request)).toMatchObject({ status: 'COMPLETED', planned: { create: 3, delete: 0 } });
      expect(world.store.all('control').filter(({ pk }) => pk.startsWith('MARK'))).toEqual([]);
    }
  });

  test('overlapping planners, one of them with a lease that ran out, end the same', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { world, group } = await prepared(seed);
      const wanted: [Link, boolean][] = [root, workloads, single].map((link) => [link, world.random() < 0.5]);
      for (const [link] of wanted) await world.submit(link);
      world.store.beforeTransact = async () => {
        if (world.random() < 0.3) await world.clock.sleep(world.random() * 2_000);
        if (world.random() < 0.05) await expireLease(world);
      };
      const runs = [world.reconcile(), world.clock.sleep(500).then(() => world.reconcile())];
      const changes = world.clock.sleep(700).then(async () => {
        for (const [link, isWanted] of wanted) await world.submit(link, isWanted ? 'present' : 'deleted');
      });
      await world.clock.runUntil(Promise.all([...runs, changes]));
      world.store.beforeTransact = () => undefined;
      await expireLease(world);
      await world.clock.runUntil(world.clock.sleep(200_000).then(() => world.reconcile()));
      await world.clock.runUntil(world.run('swept up by the bell of the minute'));
      const expected = new Set<string>();
      for (const [link, isWanted] of wanted) {
        if (!isWanted) continue;
        if (link === root) expected.add('200000000003');
        if (link !== single) expected.add('200000000002');
        expected.add('200000000001');
      }
      expect([seed, await world.assignedAccounts('Billing-ps', group)]).toEqual([seed, [...expected].sort()]);
    }
  });
});

async function expireLease(world: ControllerWorld): Promise<void> {
  const at = { table: 'control', pk: 'LEADER#reconcile', sk: 'LEADER' } as const;
  if (!(await world.store.get(at))) return;
  const { beforeTransact } = world.store;
  world.store.beforeTransact = () => undefined;
  await world.store.transact([{ at, update: { set: { until: 0 } }, when: [{ holder: { present: true } }] }]);
  world.store.beforeTransact = beforeTransact;
}

async function status(world: ControllerWorld, requestId: RequestId): Promise<unknown> {
  return (await getRequest(world.store, 'a query', requestId)).body;
}
