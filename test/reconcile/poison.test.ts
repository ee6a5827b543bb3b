import { PARK_AFTER_ATTEMPTS } from '../../lambda/domain/slice';
import { getRequest } from '../../lambda/query/get-request';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';

const good = linkWith({ type: 'root' });
const poison = { ...good, principal: { type: 'GROUP' as const, name: 'a name that breaks the lookup' } };

/** The state machine ends with a failure whenever a step throws, after giving the lead up; the bell starts it again. */
async function failingRuns(world: ControllerWorld, runs: number): Promise<void> {
  for (let run = 0; run < runs; run += 1) {
    const execution = `run-${run}`;
    await world.clock.runUntil(
      world.reconcile(execution).catch(async () => {
        await world.store.transact([
          {
            at: { table: 'control', pk: 'LEADER#reconcile', sk: 'LEADER' },
            update: { remove: ['holder', 'until'] },
            when: [{ holder: { equals: execution } }],
          },
        ]);
      }),
    );
  }
}

test('a slice that no pass comes to an end with is planned alone, then parked; others proceed, and its request says so', async () => {
  const world = new ControllerWorld();
  await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [account('200000000001')];
  const find = world.reader.findPrincipal;
  world.reader.findPrincipal = async (type, name) => {
    if (name.includes('breaks')) throw new Error('the directory chokes on this name');
    return find(type, name);
  };
  await world.submit(good);
  const request = await world.submit(poison);
  await failingRuns(world, PARK_AFTER_ATTEMPTS + 2);
  await world.clock.runUntil(world.run('worker'));
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual(['200000000001']);
  expect(world.store.all('control').filter(({ pk }) => pk.startsWith('MARK'))).toEqual([]);
  expect(world.store.all('control').filter(({ pk }) => pk.startsWith('PARKED'))).toHaveLength(1);
  const status = async () => (await getRequest(world.store, 'a query', request)).body;
  expect(await status()).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', errors: [{ path: 'link' }] });

  world.reader.findPrincipal = find;
  const again = await world.submit(poison);
  await world.clock.runUntil(world.reconcile('after the cause is gone'));
  expect(world.store.all('control').filter(({ pk }) => pk.startsWith('PARKED'))).toEqual([]);
  const { body } = await getRequest(world.store, 'a query', again);
  expect(body).toMatchObject({ status: 'WAITING' });
});
