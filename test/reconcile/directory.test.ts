import type { PrincipalId } from '../../lambda/domain/ids';
import { OUTBOX } from '../../lambda/domain/notification';
import { Stopped } from '../support/assignment-world';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';

const ACCOUNTS = ['200000000001', '200000000002'];
const OTHER_ID = '00000000-0000-4000-8000-00000000000f' as PrincipalId;
const [TYPE, NAME] = ['GROUP', 'team-Accountants'] as const;

/** A link that is applied; looking at everything again is what a full pass does. */
async function applied() {
  const world = new ControllerWorld();
  await world.addPermissionSet('Billing-ps');
  const group = world.addPrincipal(TYPE, NAME);
  world.accounts = ACCOUNTS.map((id) => account(id));
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  const look = async () => {
    const version = world.uniqueId();
    const at = { table: 'control', pk: 'MARK#reconcile', sk: 'everything' } as const;
    await world.store.transact([{ at, put: { slice: { kind: 'everything' }, version } }]);
    await world.clock.runUntil(world.reconcile());
  };
  const holders = (id: PrincipalId = group) => world.assignedAccounts('Billing-ps', id);
  return { world, group, look, holders };
}

test('a directory that finds no name removes nothing', async () => {
  const { world, look, holders } = await applied();
  const find = world.reader.findPrincipal;
  world.reader.findPrincipal = async () => undefined;
  await look();
  expect(await holders()).toEqual(ACCOUNTS);
  // Nor does it keep from what is known: the id still has the name.
  world.accounts = [...world.accounts, account('200000000003')];
  await look();
  expect(await holders()).toEqual([...ACCOUNTS, '200000000003']);
  world.reader.findPrincipal = find;
});

test('nor does one that seems empty', async () => {
  const { world, look, holders } = await applied();
  world.principals.clear();
  await look();
  expect(await holders()).toEqual(ACCOUNTS);
  world.addPrincipal('USER', 'somebody');
  await look();
  expect(await holders()).toEqual([]);
});

test('a lookup that finds somebody else removes nothing by itself', async () => {
  const { world, group, look, holders } = await applied();
  world.reader.findPrincipal = async () => OTHER_ID;
  await look();
  expect([await holders(), await holders(OTHER_ID)]).toEqual([ACCOUNTS, ACCOUNTS]);
  world.principals.set(`${TYPE}%${NAME}`, OTHER_ID);
  await look();
  expect([await holders(group), await holders(OTHER_ID)]).toEqual([[], ACCOUNTS]);
});

test('who is called otherwise loses it, with the reason, and gets it back with the name', async () => {
  const { world, group, look, holders } = await applied();
  world.principals.clear();
  world.principals.set(`${TYPE}%team-Bookkeepers`, group);
  const plans = world.plans.size;
  await look();
  expect(await holders()).toEqual([]);
  const [plan] = [...world.plans.values()].slice(plans);
  const reason = `no link claims it since ${TYPE} ${NAME} is now called team-Bookkeepers`;
  expect(JSON.stringify(plan)).toContain(reason);
  expect(world.notifications).toMatchObject([
    { subject: expect.stringContaining('Billing-ps'), details: { accounts: ACCOUNTS, why: [reason] } },
  ]);
  world.principals.clear();
  world.principals.set(`${TYPE}%${NAME}`, group);
  await look();
  expect(await holders()).toEqual(ACCOUNTS);
});

test('what existed before its link is adopted, and that is told', async () => {
  const world = new ControllerWorld();
  const arn = await world.addPermissionSet('Billing-ps');
  world.addPrincipal(TYPE, NAME);
  world.accounts = ACCOUNTS.map((id) => account(id));
  world.existing.set(arn, new Set([account(ACCOUNTS[0] ?? '').id]));
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  expect(world.notifications).toMatchObject([
    { subject: 'Account assignments of Billing-ps were adopted: 1', details: { accounts: [ACCOUNTS[0]] } },
  ]);
});

test('a pass that dies after people were told tells them once', async () => {
  const { world, look, holders } = await applied();
  let dies = true;
  world.store.afterTransact = (writes) => {
    if (!dies || !writes.some(({ at }) => at.pk === OUTBOX)) return;
    dies = false;
    throw new Stopped('died');
  };
  world.principals.set(`${TYPE}%${NAME}`, OTHER_ID);
  await look();
  expect(dies).toBe(false);
  expect([await holders(), await holders(OTHER_ID)]).toEqual([[], ACCOUNTS]);
  expect(world.notifications).toHaveLength(1);
});

test('who is deleted loses it, and a new one of the same name gets it', async () => {
  const { world, group, look, holders } = await applied();
  world.principals.clear();
  world.principals.set(`${TYPE}%${NAME}`, OTHER_ID);
  await look();
  expect([await holders(group), await holders(OTHER_ID)]).toEqual([[], ACCOUNTS]);
  expect(world.rows().map(({ principalId }) => principalId)).toEqual([OTHER_ID, OTHER_ID]);
});
