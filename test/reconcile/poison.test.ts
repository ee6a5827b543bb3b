import { PARK_AFTER_ATTEMPTS } from '../../lambda/domain/slice';
import { endLead } from '../../lambda/leadership/step-down';
import { getRequest } from '../../lambda/query/get-request';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';

const good = linkWith({ type: 'root' });
const poison = { ...good, principal: { type: 'GROUP' as const, name: 'a name that breaks the lookup' } };

async function prepared() {
  const world = new ControllerWorld();
  await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [account('200000000001')];
  return { world, group, find: world.reader.findPrincipal };
}

/** The bell of a minute: a run that may fail; the state machine gives the lead up then. */
async function minute(world: ControllerWorld): Promise<void> {
  const execution = world.uniqueId();
  const bell = { ring: async () => undefined };
  const ending = { controller: 'reconcile', execution, failure: 'Error' } as const;
  const run = world.clock.sleep(60_000).then(() => world.reconcile({}, execution));
  await world.clock.runUntil(run.catch(() => endLead({ store: world.store, bell }, ending)));
}

const items = (world: ControllerWorld, beginning: string) =>
  world.store.all('control').filter(({ pk }) => pk.startsWith(beginning));

test('a slice that fails while others succeed is parked; they proceed, its request says so, and submitting again tries again', async () => {
  const { world, group, find } = await prepared();
  world.reader.findPrincipal = async (type, name) => {
    if (name.includes('breaks')) throw new Error('the directory chokes on this name');
    return find(type, name);
  };
  const request = await world.submit(poison);
  for (let round = 0; round < 3 * PARK_AFTER_ATTEMPTS; round += 1) {
    await world.submit(good);
    await minute(world);
  }
  await world.clock.runUntil(world.run('worker'));
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
  expect(items(world, 'MARK')).toEqual([]);
  expect(items(world, 'PARKED')).toHaveLength(1);
  const status = async (id: typeof request) => (await getRequest(world.store, 'a query', id)).body;
  expect(await status(request)).toMatchObject({
    status: 'COMPLETED_WITH_FAILURES',
    errors: [{ path: 'link', message: expect.stringContaining('given up') }],
  });

  world.reader.findPrincipal = find;
  const again = await world.submit(poison);
  await minute(world);
  expect(items(world, 'PARKED')).toEqual([]);
  expect(await status(again)).toMatchObject({ status: 'WAITING' });
});

test('an outage parks nothing, however long: requests are told, and all goes on when it is over', async () => {
  const { world, group, find } = await prepared();
  world.reader.findPrincipal = async () => {
    throw new Error('everything is broken');
  };
  const request = await world.submit(good);
  await world.submit(poison);
  for (let round = 0; round < 3 * PARK_AFTER_ATTEMPTS; round += 1) await minute(world);
  expect(items(world, 'PARKED')).toEqual([]);
  expect((await getRequest(world.store, 'a query', request)).body).toMatchObject({
    errors: [{ path: 'link', message: expect.stringContaining('tried again every minute') }],
  });
  world.reader.findPrincipal = find;
  await minute(world);
  await world.clock.runUntil(world.run('worker'));
  expect(items(world, 'MARK')).toEqual([]);
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
  expect((await getRequest(world.store, 'a query', request)).body).toMatchObject({ status: 'COMPLETED', errors: [] });
});
