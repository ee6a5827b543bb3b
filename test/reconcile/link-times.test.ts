import { ringBells } from '../../lambda/bells/ring-bells';
import type { AccountId, PrincipalId, RequestId } from '../../lambda/domain/ids';
import { linkIdOf } from '../../lambda/domain/link';
import type { LinkLimits } from '../../lambda/domain/link-limits';
import { getRequest } from '../../lambda/query/get-request';
import { getLink } from '../../lambda/query/list-links';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';
import { Topic } from '../support/topic';

const root = linkWith({ type: 'root' });
const single = linkWith({ type: 'account', accountId: '200000000001' as AccountId });
const ALL = ['200000000001', '200000000002', '200000000003'];
const HOUR_MS = 3_600_000;

async function prepared(): Promise<{ world: ControllerWorld; group: PrincipalId }> {
  const world = new ControllerWorld(1);
  await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [
    account('111111111111'),
    account('200000000001', [], { stage: 'prod' }),
    account('200000000002', ['ou-ab12-workloads']),
    account('200000000003', ['ou-ab12-workloads'], { frozen: 'yes' }),
  ];
  return { world, group };
}

const inHours = (world: ControllerWorld, hours: number) => new Date(world.clock.now() + hours * HOUR_MS).toISOString();
const settled = (world: ControllerWorld) => world.clock.runUntil(world.reconcile());
const status = async (world: ControllerWorld, id: RequestId) => (await getRequest(world.store, 'q', id)).body;
const shown = async (world: ControllerWorld, link = root) => (await getLink(world.store, 'q', linkIdOf(link))).body;

/** Time passes, then the minute's function comes by; answers what it rang for. */
async function later(world: ControllerWorld, hours: number): Promise<string[]> {
  await world.clock.runUntil(world.clock.sleep(hours * HOUR_MS));
  const rung: string[] = [];
  const bell = { ring: async (controller: string) => void rung.push(controller) };
  const telling = { notifier: new Topic(), log: silentLog, metrics: silentMetrics };
  await ringBells({ store: world.store, clock: world.clock, bell, newId: world.uniqueId, ...telling });
  if (rung.includes('reconcile')) await settled(world);
  return rung;
}

test('a link begins and expires as time passes, and its request stays true', async () => {
  const { world, group } = await prepared();
  const limits = { notBefore: inHours(world, 1), expiresAt: inHours(world, 3) };
  const request = await world.submit(root, 'present', { limits });
  await settled(world);
  const waiting = { status: 'WAITING', waitingFor: [`time: begins at ${limits.notBefore}`] };
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
  expect(await shown(world)).toMatchObject(waiting);
  expect(await status(world, request)).toMatchObject({ ...waiting, planned: { create: 0, delete: 0 } });
  expect(await later(world, 0.5)).toEqual([]);

  expect(await later(world, 0.6)).toEqual(['reconcile']);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(ALL);
  expect(await shown(world)).toMatchObject({ status: 'COMPLETED', waitingFor: [], assignments: { provisioned: 3 } });
  expect(await status(world, request)).toMatchObject({ status: 'COMPLETED', planned: { create: 3 }, completed: 3 });
  expect(await later(world, 1)).toEqual([]);

  expect(await later(world, 1)).toEqual(['reconcile']);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
  expect(world.rows()).toEqual([]);
  expect(await shown(world)).toMatchObject({ status: 'EXPIRED', waitingFor: [], assignments: { desired: 0 } });
  expect(await status(world, request)).toMatchObject({ status: 'COMPLETED', planned: { create: 3 }, waitingFor: [] });
  const [removal] = [...world.plans.values()].at(-1)?.pairs[0]?.changes ?? [];
  expect(removal?.change).toMatchObject({
    desired: false,
    reason: expect.stringMatching(/^no link claims it since link root%all%.* expired at 20/),
  });
  expect(removal?.change).toMatchObject({ reason: expect.stringContaining(limits.expiresAt) });
});

test('another link of the pair keeps what an expired one lets go', async () => {
  const { world, group } = await prepared();
  await world.submit(root, 'present', { limits: { expiresAt: inHours(world, 1) } });
  await world.submit(single);
  await settled(world);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(ALL);
  await later(world, 1.1);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
  expect(await shown(world, single)).toMatchObject({ status: 'COMPLETED' });
});

test('exceptions narrow a present link, and the reason of a removal is that it stopped covering', async () => {
  const { world, group } = await prepared();
  await world.submit(root, 'present', { limits: {} });
  await settled(world);
  const except = { organizationalUnits: ['ou-ab12-workloads'] } as unknown as LinkLimits['except'] & object;
  await world.submit(root, 'present', { limits: { except } });
  await settled(world);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
  const reasons = [...world.plans.values()].at(-1)?.pairs[0]?.changes.map(({ change }) => JSON.stringify(change));
  expect(reasons).toHaveLength(2);
  for (const reason of reasons ?? []) expect(reason).toMatch(/stopped covering 20000000000[23]/);
  // The text form does not widen it; a deletion and another create do.
  await world.submit(root);
  await settled(world);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
  await world.submit(root, 'deleted');
  await world.submit(root);
  await settled(world);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(ALL);
});

test('a time that is out of date does no harm', async () => {
  const { world, group } = await prepared();
  const expiresAt = inHours(world, 1);
  await world.submit(root, 'present', { limits: { expiresAt } });
  const stale = world.store.all('control').filter(({ pk }) => pk === 'TIMES#links');
  expect(stale).toHaveLength(1);
  await world.submit(root, 'present', { limits: { expiresAt: inHours(world, 2) } });
  await world.store.transact(stale.map(({ pk, sk, ...put }) => ({ at: { table: 'control', pk, sk }, put })));
  await settled(world);
  expect(await later(world, 1.1)).toEqual(['reconcile']);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(ALL);
  expect(await later(world, 1)).toEqual(['reconcile']);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual([]);
});

test('an expired link whose assignment is in an account that cannot be worked in says so', async () => {
  const { world } = await prepared();
  await world.submit(single, 'present', { limits: { expiresAt: inHours(world, 1) } });
  await settled(world);
  world.accounts = world.accounts.map((one) => (one.id === '200000000001' ? { ...one, state: 'SUSPENDED' } : one));
  await later(world, 1.1);
  expect(await shown(world, single)).toMatchObject({
    status: 'EXPIRED',
    waitingFor: ['account: 200000000001 is SUSPENDED, not ACTIVE'],
  });
});
