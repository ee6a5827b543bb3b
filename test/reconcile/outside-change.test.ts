import type { AccountId } from '../../lambda/domain/ids';
import { MARKS } from '../../lambda/domain/slice';
import { noteOutsideChange, type OutsideContext } from '../../lambda/reconcile/note-outside-change';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';

const ACCOUNTS = Array.from({ length: 30 }, (_, index) => String(200000000000 + index) as AccountId);
const CHANGE = { action: 'DeleteAccountAssignment', who: 'mallory', at: '2026-06-01T12:00:00Z', from: '192.0.2.1' };

async function applied(driftMode: OutsideContext['driftMode'] = 'repair') {
  const world = new ControllerWorld();
  const permissionSetArn = await world.addPermissionSet('Billing-ps');
  const principalId = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = ACCOUNTS.map((id) => account(id));
  await world.submit(linkWith({ type: 'root' }));
  await world.clock.runUntil(world.reconcile());
  const { store, clock } = world;
  const bell = { ring: async () => undefined };
  const context = { store, clock, newId: world.uniqueId, bell, driftMode, log: silentLog, metrics: silentMetrics };
  const removed = (accountId: AccountId, change = CHANGE) => {
    const pair = { permissionSetArn, principalType: 'GROUP', principalId } as const;
    return noteOutsideChange(context, [{ kind: 'assignment', ...pair, accountId }], change);
  };
  return { world, removed, marks: () => store.count('control', MARKS) };
}

test('much that one person removes is one message, and each assignment is looked at again', async () => {
  const { world, removed, marks } = await applied();
  for (const [index, accountId] of ACCOUNTS.entries()) {
    await removed(accountId, { ...CHANGE, at: `2026-06-01T12:00:${10 + index}Z` });
  }
  expect(marks()).toBe(30);
  expect(world.notifications).toMatchObject([
    {
      subject: 'Changed by somebody else: assignments of Billing-ps',
      details: {
        what: 'DeleteAccountAssignment',
        who: 'mallory',
        from: '192.0.2.1',
        accounts: [...ACCOUNTS.slice(0, 20), 'and 10 more'],
        principals: ['GROUP team-Accountants'],
        next: expect.stringContaining('made equal'),
      },
    },
  ]);
});

test('an event that comes twice is told once, and what two people do twice', async () => {
  const { world, removed } = await applied('report');
  await removed(ACCOUNTS[0] as AccountId);
  await removed(ACCOUNTS[0] as AccountId);
  expect(world.notifications).toHaveLength(1);
  expect(world.notifications[0]?.details.next).toContain('DriftMode is report');
  await removed(ACCOUNTS[0] as AccountId, { ...CHANGE, who: 'eve' });
  expect(world.notifications).toHaveLength(2);
});

test('what is not managed is nobody’s business', async () => {
  const { world, removed, marks } = await applied();
  await removed('999999999999' as AccountId);
  expect([world.notifications, marks()]).toEqual([[], 0]);
});
