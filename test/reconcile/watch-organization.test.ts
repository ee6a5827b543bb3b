import type { AccountId } from '../../lambda/domain/ids';
import { OrganizationSnapshot } from '../../lambda/reconcile/organization-snapshot';
import { watchOrganization } from '../../lambda/reconcile/watch-organization';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';

const [FIRST, SECOND, THIRD] = ['200000000001', '200000000002', '200000000003'] as const;

async function prepared() {
  const world = new ControllerWorld();
  await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [account(FIRST), account(SECOND)];
  const snapshot = new OrganizationSnapshot(world.store, '111111111111' as AccountId);
  const rung: string[] = [];
  const bell = { ring: async (controller: string) => void rung.push(controller) };
  const watch = () => {
    const { store, clock, organization, uniqueId: newId } = world;
    return watchOrganization({ store, clock, organization, snapshot, newId, bell, log: silentLog });
  };
  const marks = () =>
    world.store
      .all('control')
      .filter(({ pk }) => pk === 'MARK#reconcile')
      .map(({ sk }) => sk);
  return { world, group, watch, marks, rung };
}

test('nothing is compared before anything is known, and nothing is marked while nothing differs', async () => {
  const { world, watch, marks, rung } = await prepared();
  expect(await watch()).toEqual({ differing: 0 });
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  expect(await watch()).toEqual({ differing: 0 });
  expect([marks(), rung]).toEqual([[], []]);
});

test('accounts that came, went or changed without an event are marked, and access follows', async () => {
  const { world, group, watch, marks, rung } = await prepared();
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  expect(await world.assignedAccounts('Billing-ps', group)).toEqual([FIRST, SECOND]);
  world.accounts = [{ ...account(FIRST), state: 'SUSPENDED' }, account(THIRD)];
  expect(await watch()).toEqual({ differing: 3 });
  expect(marks()).toEqual([FIRST, SECOND, THIRD].map((id) => `account#${id}`));
  expect(rung).toEqual(['reconcile']);
  await world.clock.runUntil(world.reconcile());
  expect(marks()).toEqual([]);
  expect(world.rows().map(({ accountId, unreachable }) => [accountId, unreachable])).toEqual([
    [FIRST, `${FIRST} is SUSPENDED, not ACTIVE`],
    [SECOND, `${SECOND} is not in the organization`],
    [THIRD, undefined],
  ]);
  world.accounts = [account(FIRST), account(SECOND), account(THIRD)];
  await world.clock.runUntil(world.clock.sleep(60_000).then(() => watch()));
  await world.clock.runUntil(world.reconcile());
  expect(world.rows().map(({ unreachable }) => unreachable)).toEqual([undefined, undefined, undefined]);
});

test('when very many differ, everything is looked at', async () => {
  const { world, watch, marks } = await prepared();
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  world.accounts = Array.from({ length: 150 }, (_, index) => account(String(300000000000 + index)));
  expect(await watch()).toEqual({ differing: 152 });
  expect(marks()).toEqual(['everything']);
});
