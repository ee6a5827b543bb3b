import { type Convergence, convergenceKey } from '../../lambda/domain/convergence';
import type { AccountId, PermissionSetArn, PermissionSetName, RequestId } from '../../lambda/domain/ids';
import { markWrite } from '../../lambda/domain/slice';
import { submitPermissionSet } from '../../lambda/intake/submit-permission-set';
import { lookAgain } from '../../lambda/permission-sets/look-again';
import { getRequest } from '../../lambda/query/get-request';
import { ControllerWorld } from '../support/controller-world';
import { ledgerLeftovers } from '../support/ledger-leftovers';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';
import { sendAll } from '../support/told-in';

const NAME = 'Billing-ps' as PermissionSetName;
const root = linkWith({ type: 'root' });
const ACCOUNTS = ['200000000001', '200000000002', '200000000003'] as AccountId[];

async function prepared() {
  const world = new ControllerWorld();
  const arn = await world.addPermissionSet(NAME);
  const group = world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [account('111111111111'), ...ACCOUNTS.map((id) => account(id))];
  return { world, arn, group };
}

const settled = async (world: ControllerWorld) => world.clock.runUntil(world.reconcile());

async function declare(world: ControllerWorld, state: 'present' | 'deleted', generation = 0): Promise<void> {
  const submission = {
    action: state === 'present' ? 'create' : 'delete',
    ...(state === 'present' ? { document: { permissionSetName: NAME } } : {}),
    requestId: `request-${generation}` as RequestId,
    submittedBy: 'a test',
    source: 'api',
    now: world.clock.now(),
  } as const;
  const read = generation === 0 ? undefined : ({ generation, document: '{}' } as never);
  await submitPermissionSet({ store: world.store, newId: world.uniqueId }, NAME, read, submission);
}

/** What the controller of permission sets notes. */
async function noted(world: ControllerWorld, convergence: Partial<Convergence>): Promise<void> {
  await world.store.transact([{ at: convergenceKey(NAME), put: { permissionSetName: NAME, ...convergence } }]);
}

async function lookedAtAgain(world: ControllerWorld): Promise<void> {
  const slice = { kind: 'permissionSet', permissionSetName: NAME } as const;
  await world.store.transact([markWrite(slice, world.uniqueId(), '2026-01-01T00:00:00.000Z')]);
}

async function status(world: ControllerWorld, request: RequestId) {
  return (await getRequest(world.store, 'asked', request)).body;
}

describe('a declared permission set', () => {
  const cases: [what: string, Partial<Convergence>, expected: string][] = [
    ['is not begun', {}, 'permissionSet: Billing-ps is not complete yet'],
    ['is half changed', { incomplete: true, defined: 1 }, 'permissionSet: Billing-ps is not complete yet'],
    [
      'could not be made so',
      { incomplete: true, defined: 0, parked: { generation: 1, reason: 'Policy does not exist' } },
      'permissionSet: Billing-ps is not complete yet: Policy does not exist',
    ],
  ];

  test.each(cases)('that %s is waited for, and its link goes on by itself', async (_, convergence, expected) => {
    const { world, arn, group } = await prepared();
    await declare(world, 'present');
    await noted(world, { permissionSetArn: arn, ...convergence });
    const request = await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual([]);
    expect(await status(world, request)).toMatchObject({ status: 'WAITING', waitingFor: [expected] });
    await noted(world, { permissionSetArn: arn, defined: 1, applied: 1 });
    await lookedAtAgain(world);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual(ACCOUNTS);
    expect(await status(world, request)).toMatchObject({ status: 'COMPLETED', planned: { create: 3 } });
  });

  test('that is being changed keeps what is assigned, and removals go on', async () => {
    const { world, arn, group } = await prepared();
    await declare(world, 'present');
    await noted(world, { permissionSetArn: arn, defined: 1, applied: 1 });
    await world.submit(root);
    await settled(world);
    await noted(world, { permissionSetArn: arn, defined: 1, applied: 1, incomplete: true });
    await lookedAtAgain(world);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual(ACCOUNTS);
    await world.submit(root, 'deleted');
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual([]);
  });

  test('that is being deleted is assigned no more', async () => {
    const { world, arn, group } = await prepared();
    await declare(world, 'present');
    await noted(world, { permissionSetArn: arn, defined: 1, applied: 1 });
    await declare(world, 'deleted', 1);
    const request = await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual([]);
    expect(await status(world, request)).toMatchObject({
      waitingFor: ['permissionSet: Billing-ps is being deleted'],
    });
  });

  test('with the ARN of one that is gone is waited for', async () => {
    const { world } = await prepared();
    await declare(world, 'present');
    await noted(world, { permissionSetArn: 'arn:gone' as PermissionSetArn, defined: 1, applied: 1 });
    const request = await world.submit(root);
    await settled(world);
    expect(await status(world, request)).toMatchObject({ status: 'WAITING' });
  });
});

describe('an account that lacks a policy', () => {
  const [lacking = '' as AccountId, ...others] = ACCOUNTS;

  async function withPolicy() {
    const prepared_ = await prepared();
    const { world, arn } = prepared_;
    await world.requirePolicy(arn, '/one/', 'needed');
    for (const id of others) world.accountPolicies.add(id, '/one/needed');
    return prepared_;
  }

  const held = {
    status: 'WAITING',
    completed: 2,
    failed: 0,
    waitingFor: [`policy: /one/needed is not in account ${lacking}`],
    errors: [{ accountId: lacking, message: `policy /one/needed is not in account ${lacking}` }],
  };

  test('is held at once with the reason, others proceed, and it goes on when it is looked at again', async () => {
    const { world, group } = await withPolicy();
    const request = await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual(others);
    expect(await status(world, request)).toMatchObject(held);
    expect(ledgerLeftovers(world.store)).toEqual([expect.stringMatching(/^HELD /)]);
    world.accountPolicies.add(lacking, '/one/needed');
    const bell = { ring: async () => undefined };
    const again = { store: world.store, clock: world.clock, bell, newId: world.uniqueId, log: silentLog };
    expect(await lookAgain(again, 'setAside')).toEqual({ permissionSets: 0, held: 1 });
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual(ACCOUNTS);
    expect(await status(world, request)).toMatchObject({ status: 'COMPLETED', completed: 3, waitingFor: [] });
    expect(ledgerLeftovers(world.store)).toEqual([]);
  });

  test('is held again while it still lacks it, and people are told once', async () => {
    const { world, group } = await withPolicy();
    const request = await world.submit(root);
    await settled(world);
    const subject = `Account assignments of ${NAME} wait for a policy`;
    expect(world.notifications).toMatchObject([{ subject, details: { accounts: [lacking] } }]);
    await sendAll(world.store);
    await lookedAtAgain(world);
    await settled(world);
    expect(world.notifications).toEqual([]);
    expect(await world.assignedAccounts(NAME, group)).toEqual(others);
    expect(await status(world, request)).toMatchObject(held);
  });

  test('has nothing left behind when its link is deleted', async () => {
    const { world } = await withPolicy();
    await world.submit(root);
    await settled(world);
    await world.submit(root, 'deleted');
    await settled(world);
    expect(world.rows()).toEqual([]);
    await world.store.transact([markWrite({ kind: 'everything' }, 'the next full pass', '2026-01-02T00:00:00.000Z')]);
    await settled(world);
    expect(world.store.all('ledger')).toEqual([]);
  });

  test('is asked first where policies can be read: nothing is submitted there', async () => {
    const { world, arn, group } = await withPolicy();
    await declare(world, 'present');
    const document = { permissionSetName: NAME, customerManagedPoliciesList: [{ Name: 'needed', Path: '/one/' }] };
    await world.store.transact([
      {
        at: { table: 'permission-sets', pk: `SET#${NAME}`, sk: 'DOCUMENT' },
        update: { set: { document: JSON.stringify(document) } },
      },
    ]);
    await noted(world, { permissionSetArn: arn, defined: 1, applied: 1 });
    world.policies = {
      missing: async (id, policies) => policies.filter((policy) => !world.accountPolicies.has(id, policy)),
    };
    const request = await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual(others);
    expect(await status(world, request)).toMatchObject(held);
    expect(world.identityCenter.metrics().operations.CreateAccountAssignment?.calls).toBe(2);
  });

  test('proceeds by the service’s word when its policies cannot be read', async () => {
    const { world, arn, group } = await withPolicy();
    await declare(world, 'present');
    await noted(world, { permissionSetArn: arn, defined: 1, applied: 1 });
    world.policies = { missing: () => Promise.reject(new Error('no such role')) };
    await world.submit(root);
    await settled(world);
    expect(await world.assignedAccounts(NAME, group)).toEqual(others);
  });
});
