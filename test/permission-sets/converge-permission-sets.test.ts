import type { PermissionSet } from '../../lambda/domain/permission-set';
import { definitionOf } from '../../lambda/domain/permission-set-definition';
import { lookAgain } from '../../lambda/permission-sets/look-again';
import { OutcomeUnknown, Throttled, Unavailable } from '../../lambda/ports/faults';
import { Stopped } from '../support/assignment-world';
import { linkWith } from '../support/links';
import { accountIds, PermissionSetWorld } from '../support/permission-set-world';
import { silentLog } from '../support/silent-log';
import { ledgerRow, rowWrite } from '../support/stored-row';
import { sendAll } from '../support/told-in';

const NAME = 'Billing-ps';
const ALLOW = { Effect: 'Allow', Action: ['iam:Get*'], Resource: '*' } as const;

const full: PermissionSet = {
  permissionSetName: NAME,
  description: 'Pays bills',
  sessionDurationInMinutes: '240',
  relayState: 'https://console.aws.amazon.com/billing',
  tags: [
    { Key: 'team', Value: 'Finance' },
    { Key: 'stage', Value: '' },
  ],
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/job-function/Billing'],
  customerManagedPoliciesList: [{ Name: 'cmp', Path: '/one/' }, { Name: 'cmp' }],
  inlinePolicyDocument: { Version: '2012-10-17', Statement: [ALLOW] },
  permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'boundary', Path: '/one/' } },
};

const other: PermissionSet = {
  permissionSetName: NAME,
  sessionDurationInMinutes: 90,
  tags: [{ Key: 'team', Value: 'Accounting' }],
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/job-function/Billing', 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'],
  customerManagedPoliciesList: [{ Name: 'cmp', Path: '/two/' }],
  permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
};

const bare: PermissionSet = { permissionSetName: NAME };

async function expectLive(world: PermissionSetWorld, document: PermissionSet): Promise<void> {
  const live = await world.live(document.permissionSetName);
  const desired = definitionOf(document);
  const sorted = (policies: readonly object[]) => policies.map((policy) => JSON.stringify(policy)).sort();
  expect({ ...live, customerManagedPolicies: sorted(live?.customerManagedPolicies ?? []) }).toEqual({
    ...desired,
    customerManagedPolicies: sorted(desired.customerManagedPolicies),
  });
}

/** Policies that the documents above refer to, in every account. */
function withPolicies(world: PermissionSetWorld, accounts: readonly string[]): void {
  for (const account of accounts) {
    for (const policy of ['/one/cmp', '/cmp', '/one/boundary', '/two/cmp']) world.accountPolicies.add(account, policy);
  }
}

/** A permission set that some accounts have. */
async function provisioned(document: PermissionSet, count: number, seed = 1): Promise<PermissionSetWorld> {
  const world = new PermissionSetWorld(seed);
  withPolicies(world, accountIds(count));
  await world.submit(document);
  await world.settle();
  world.assign(document.permissionSetName, accountIds(count));
  return world;
}

/** The next hour: what is set aside is looked at again. */
async function lookAgainAtWhatIsSetAside(world: PermissionSetWorld): Promise<void> {
  const { store, clock } = world;
  const bell = { ring: async () => undefined };
  await lookAgain({ store, clock, bell, newId: world.uniqueId, log: silentLog }, 'setAside');
  await world.settle();
}

describe('a permission set becomes like its document', () => {
  test.each([
    ['all', full],
    ['other', other],
    ['no', bare],
  ])('when it is new, with %s parts', async (_, document) => {
    const world = new PermissionSetWorld();
    await world.submit(document);
    await world.settle();
    await expectLive(world, document);
    expect(await world.status(NAME)).toBe('COMPLETED');
    expect(await world.convergence(NAME)).toMatchObject({ ownership: 'created', defined: 1, applied: 1 });
    expect(world.rung).toContain('reconcile');
  });

  test.each([
    ['all parts to others', full, other],
    ['no part to all', bare, full],
    ['all parts to none', full, bare],
    ['others to none', other, bare],
  ])('when it changes from %s, in every account that has it', async (_, before, after) => {
    const world = await provisioned(before, 12);
    await world.submit(after);
    await world.settle();
    await expectLive(world, after);
    expect(world.staleAccounts(NAME)).toEqual([]);
    expect(await world.status(NAME)).toBe('COMPLETED');
    expect(world.calls('ProvisionPermissionSet')).toBe(1);
  });

  test('when only tags or the description change, no account is provisioned', async () => {
    const world = await provisioned(full, 3);
    await world.submit({ ...full, description: 'Other words', tags: [{ Key: 'only', Value: 'one' }] });
    await world.settle();
    expect(world.calls('ProvisionPermissionSet')).toBe(0);
    expect(await world.status(NAME)).toBe('COMPLETED');
  });

  test('when nothing differs, nothing is written: seven reads', async () => {
    const world = await provisioned(full, 3);
    const writes = world.writeCalls();
    const before = Object.values(world.identityCenter.metrics().operations).reduce((sum, { calls }) => sum + calls, 0);
    await world.submit(full);
    await world.settle();
    expect(world.writeCalls()).toBe(writes);
    const after = Object.values(world.identityCenter.metrics().operations).reduce((sum, { calls }) => sum + calls, 0);
    expect(after - before).toBe(7);
    expect(await world.convergence(NAME)).toMatchObject({ defined: 2, applied: 2 });
  });

  test('when somebody changed it outside, at the next look', async () => {
    const world = await provisioned(full, 3);
    const administrator = world.serviceAs('administrator');
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error('no permission set');
    await administrator.write(arn, { part: 'inlinePolicy', to: undefined });
    await administrator.write(arn, { part: 'managedPolicies', attach: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await world.submit(full);
    await world.settle();
    await expectLive(world, full);
    expect(world.staleAccounts(NAME)).toEqual([]);
  });

  test('when somebody deleted it, as a new one', async () => {
    const world = new PermissionSetWorld();
    await world.submit(full);
    await world.settle();
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error('no permission set');
    await world.serviceAs('administrator').remove(arn);
    await world.submit(full);
    await world.settle();
    await expectLive(world, full);
    expect(world.arnOf(NAME)).not.toBe(arn);
    expect((await world.convergence(NAME)).permissionSetArn).toBe(world.arnOf(NAME));
  });

  test('when it existed already: it is adopted', async () => {
    const world = new PermissionSetWorld();
    await world.serviceAs('administrator').create(NAME as never, definitionOf(other));
    await world.submit(full);
    await world.settle();
    await expectLive(world, full);
    expect(await world.convergence(NAME)).toMatchObject({ ownership: 'adopted' });
    expect(world.notifications).toMatchObject([{ subject: `Permission set ${NAME} was adopted` }]);
    expect(world.calls('CreatePermissionSet')).toBe(1);
  });

  test('unless it is protected by a tag: then nothing is touched', async () => {
    const world = new PermissionSetWorld();
    world.protection = { namePrefixes: [], tags: [{ Key: 'team', Value: 'Accounting' }] };
    await world.serviceAs('administrator').create(NAME as never, definitionOf(other));
    const writes = world.writeCalls();
    await world.submit(full);
    await world.settle();
    expect(world.writeCalls()).toBe(writes);
    expect(await world.status(NAME)).toBe('FAILED');
    expect((await world.convergence(NAME)).parked?.reason).toContain('protected');
  });

  test('the last of many documents counts, and accounts are provisioned at most three times', async () => {
    const world = await provisioned(bare, 60);
    const running = world.run();
    const submitting = (async () => {
      for (let minutes = 60; minutes < 80; minutes += 1) {
        await world.submit({ ...full, sessionDurationInMinutes: minutes });
        await world.clock.sleep(50);
      }
      await world.run();
    })();
    await world.clock.runUntil(Promise.all([running, submitting]));
    await world.settle();
    await expectLive(world, { ...full, sessionDurationInMinutes: 79 });
    expect(world.staleAccounts(NAME)).toEqual([]);
    expect(world.calls('ProvisionPermissionSet')).toBeLessThanOrEqual(3);
  });
});

describe('accounts that do not take it', () => {
  test('are named with the policy they lack; the others have it; they take it once the policy is there', async () => {
    const world = await provisioned(bare, 8);
    const [lacking = '', alsoLacking = ''] = accountIds(8);
    for (const account of [lacking, alsoLacking]) world.accountPolicies.remove(account, '/two/cmp');
    await world.submit(other);
    await world.settle();
    expect(world.staleAccounts(NAME).sort()).toEqual([lacking, alsoLacking].sort());
    expect(await world.status(NAME)).toBe('COMPLETED_WITH_FAILURES');
    const { unprovisioned = [] } = await world.convergence(NAME);
    expect([...unprovisioned].sort((one, two) => (one.accountId < two.accountId ? -1 : 1))).toEqual(
      [lacking, alsoLacking].map((accountId) => ({
        accountId,
        message: `policy /two/cmp is not in account ${accountId}`,
        missingPolicy: '/two/cmp',
      })),
    );
    world.accountPolicies.add(lacking, '/two/cmp');
    await world.submit(other);
    await world.settle();
    expect(world.staleAccounts(NAME)).toEqual([alsoLacking]);
    expect((await world.convergence(NAME)).unprovisioned).toMatchObject([{ accountId: alsoLacking }]);
  });

  test('are told to people once, until it is as declared', async () => {
    const world = await provisioned(bare, 8);
    const [lacking = ''] = accountIds(8);
    world.accountPolicies.remove(lacking, '/two/cmp');
    await world.submit(other);
    await world.settle();
    const message = {
      subject: `Permission set ${NAME} did not reach all accounts`,
      details: { accounts: [`${lacking}: policy /two/cmp is not in account ${lacking}`] },
    };
    expect(world.notifications).toMatchObject([message]);
    await sendAll(world.store);
    await lookAgainAtWhatIsSetAside(world);
    expect((await world.convergence(NAME)).unprovisioned).toHaveLength(1);
    expect(world.notifications).toEqual([]);
    world.accountPolicies.add(lacking, '/two/cmp');
    await lookAgainAtWhatIsSetAside(world);
    expect((await world.convergence(NAME)).told).toBeUndefined();
    expect(world.notifications).toEqual([]);
  });

  test('are not even asked when a reader of policies knows', async () => {
    const world = await provisioned(bare, 3);
    const [lacking = ''] = accountIds(3);
    world.accountPolicies.remove(lacking, '/two/cmp');
    world.policies = {
      missing: async (accountId, policies) =>
        policies.filter((policy) => !world.accountPolicies.has(accountId, policy)),
    };
    await world.submit(other);
    await world.settle();
    expect(world.calls('ProvisionPermissionSet')).toBe(1);
    expect((await world.convergence(NAME)).unprovisioned).toMatchObject([{ accountId: lacking }]);
  });
});

describe('accounts whose policies cannot be read', () => {
  test('are provisioned all the same', async () => {
    const world = await provisioned(full, 2);
    world.policies = { missing: () => Promise.reject(new Error('not allowed')) };
    await world.submit(other);
    await world.settle();
    expect(await world.status(NAME)).toBe('COMPLETED');
    expect(world.staleAccounts(NAME)).toEqual([]);
  });

  test('are named when they lack one, in the words of the service', async () => {
    const world = await provisioned(full, 2);
    world.policies = { missing: () => Promise.reject(new Error('not allowed')) };
    await world.submit({ ...other, customerManagedPoliciesList: [{ Name: 'nowhere' }] });
    await world.settle();
    expect(await world.status(NAME)).toBe('COMPLETED_WITH_FAILURES');
    expect((await world.convergence(NAME)).unprovisionedCount).toBe(2);
  });
});

describe('accounts in which nobody is assigned any more', () => {
  test.each([0, 2_000, 10_000, 30_000])(
    'do not count while their roles are still there, %d ms after they were left',
    async (pause) => {
      const world = await provisioned(full, 4, pause + 1);
      await world.unassign(NAME, accountIds(2));
      await world.clock.runUntil(world.clock.sleep(pause));
      await world.submit(other);
      await world.settle();
      await expectLive(world, other);
      expect(await world.status(NAME)).toBe('COMPLETED');
      expect(await world.convergence(NAME)).toMatchObject({ unprovisioned: [], unprovisionedCount: 0, applied: 2 });
      expect(world.staleAccounts(NAME).filter((id) => !accountIds(2).includes(id as never))).toEqual([]);
    },
  );
});

describe('a refusal of the service', () => {
  const wrong = { ...full, managedPoliciesArnList: ['arn:aws:iam::aws:policy/MissingPolicy'] };

  test('is told and keeps the permission set from being used, until another document is submitted', async () => {
    const world = new PermissionSetWorld();
    await world.submit(wrong);
    await world.settle();
    expect(await world.status(NAME)).toBe('FAILED');
    expect(await world.convergence(NAME)).toMatchObject({
      incomplete: true,
      parked: { generation: 1, reason: expect.stringContaining('Policy does not exist') },
    });
    expect(world.rung).not.toContain('reconcile');
    await world.submit(full);
    await world.settle();
    await expectLive(world, full);
    expect(await world.status(NAME)).toBe('COMPLETED');
  });

  test('is told to people once for each document, however often it is tried again', async () => {
    const world = new PermissionSetWorld();
    const subject = `Permission set ${NAME} could not be applied`;
    await world.submit(wrong);
    await world.settle();
    const details = { permissionSet: NAME, generation: 1, why: expect.stringContaining('Policy does not exist') };
    expect(world.notifications).toMatchObject([{ subject, details }]);
    await sendAll(world.store);
    await lookAgainAtWhatIsSetAside(world);
    expect(await world.status(NAME)).toBe('FAILED');
    expect(world.notifications).toEqual([]);
    await world.submit({ ...wrong, description: 'Tried once more' });
    await world.settle();
    expect(world.notifications).toMatchObject([{ subject, details: { generation: 2 } }]);
  });

  test('does not keep others waiting', async () => {
    const world = new PermissionSetWorld();
    await world.submit(wrong);
    await world.submit({ ...full, permissionSetName: 'Another-ps' });
    await world.settle();
    await expectLive(world, { ...full, permissionSetName: 'Another-ps' });
  });
});

describe('deleting', () => {
  test('a permission set that nobody uses: it is gone, and can be declared again', async () => {
    const world = new PermissionSetWorld();
    await world.submit(full);
    await world.settle();
    await world.submit(NAME);
    await world.settle();
    expect(world.arnOf(NAME)).toBeUndefined();
    expect(await world.convergence(NAME)).toMatchObject({ applied: 2, defined: 0 });
    await world.submit(other);
    await world.settle();
    await expectLive(world, other);
  });

  test('waits for what others assigned, and touches nothing', async () => {
    const world = await provisioned(full, 2);
    await world.submit(NAME);
    await world.settle();
    expect(world.arnOf(NAME)).toBeDefined();
    expect(await world.status(NAME)).toBe('DELETING');
    expect((await world.convergence(NAME)).waitingFor).toEqual(
      accountIds(2).map((id) => expect.stringMatching(`^account: GROUP .* is assigned in ${id}, not by this solution`)),
    );
  });

  test("does not take for others' what this solution assigned and has not removed yet", async () => {
    const world = await provisioned(full, 2);
    const link = linkWith({ type: 'root' });
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error(`There is no ${NAME}.`);
    const rows = accountIds(2).map((id) => ledgerRow(link, id, { permissionSetArn: arn }));
    await world.store.transact(rows.map(rowWrite));
    await world.submit(NAME);
    await world.settle();
    expect(await world.status(NAME)).toBe('DELETING');
    expect((await world.convergence(NAME)).waitingFor).toEqual([
      `account: assignments of this solution are left in ${accountIds(2).join(', ')}`,
    ]);
  });

  test.each([
    [{ heldBy: 'plan-1' }, 'held: plan plan-1 would remove it, until somebody approves or rejects it'],
    [
      { keptBy: 'plan-1', claims: [], reason: 'kept: plan plan-1 was rejected by bob' },
      'kept: plan plan-1 was rejected by bob',
    ],
  ])('waits for a person, without looking again, while rows stay because of a plan: %p', async (changed, reason) => {
    const world = await provisioned(full, 2);
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error(`There is no ${NAME}.`);
    const rows = accountIds(2).map((id) =>
      ledgerRow(linkWith({ type: 'root' }), id, { permissionSetArn: arn, ...changed }),
    );
    await world.store.transact(rows.map(rowWrite));
    const begun = world.clock.now();
    await world.submit(NAME);
    await world.settle();
    // Less than the pause after which it would have looked again.
    expect(world.clock.now() - begun).toBeLessThan(5_000);
    expect(await world.status(NAME)).toBe('DELETING');
    expect((await world.convergence(NAME)).waitingFor).toEqual(accountIds(2).map((id) => `account: ${id}: ${reason}`));
    await expectAtRest(world);
  });

  test('one that never became ours leaves what only has the same name', async () => {
    const world = new PermissionSetWorld();
    world.protection = { namePrefixes: [], tags: [{ Key: 'team' }] };
    await world.serviceAs('administrator').create(NAME as never, definitionOf(other));
    await world.submit(full);
    await world.settle();
    await world.submit(NAME);
    await world.settle();
    expect(world.arnOf(NAME)).toBeDefined();
  });
});

/** Nothing is left under way, and nothing reserved. */
async function expectAtRest(world: PermissionSetWorld, name = NAME): Promise<void> {
  const items = world.store.all('permission-sets');
  expect(items.filter(({ pk }) => pk === 'WORK')).toEqual([]);
  const { operation, provisioning, incomplete, mustProvision } = await world.convergence(name);
  expect({ operation, provisioning, incomplete, mustProvision }).toEqual({});
}

describe('whatever happens on the way', () => {
  const scenarios: [name: string, before: PermissionSet | undefined, after: PermissionSet | undefined][] = [
    ['creating', undefined, full],
    ['changing everything', full, other],
    ['deleting', full, undefined],
  ];

  /** What happened before, then the submission; answers a world whose next effects can be disturbed. */
  async function prepared(before: PermissionSet | undefined, after: PermissionSet | undefined, seed = 1) {
    const world = before && after ? await provisioned(before, 3, seed) : new PermissionSetWorld(seed);
    if (before && !after) {
      await world.submit(before);
      await world.settle();
    }
    if (after) await world.submit(after);
    else await world.submit(NAME);
    return world;
  }

  async function expectEnd(world: PermissionSetWorld, after: PermissionSet | undefined): Promise<void> {
    if (after) await expectLive(world, after);
    else expect(world.arnOf(NAME)).toBeUndefined();
    // However often creating was interrupted, nobody is told that something was taken over.
    expect((await world.convergence(NAME)).ownership).toBe(after ? 'created' : undefined);
    expect(world.staleAccounts(NAME)).toEqual([]);
    await expectAtRest(world);
  }

  test.each(scenarios)('%s survives a stop before or after any single write and call', async (_, before, after) => {
    const counting = await prepared(before, after);
    let effects = 0;
    const count = () => {
      effects += 1;
    };
    counting.store.afterTransact = count;
    counting.beforeCall = count;
    counting.afterCall = count;
    await counting.settle();
    await expectEnd(counting, after);
    expect(effects).toBeGreaterThanOrEqual(before && !after ? 8 : 25);
    for (let stopAt = 1; stopAt <= effects; stopAt += 1) {
      const world = await prepared(before, after);
      let seen = 0;
      const maybeStop = () => {
        seen += 1;
        if (seen === stopAt) throw new Stopped();
      };
      world.store.afterTransact = maybeStop;
      world.beforeCall = maybeStop;
      world.afterCall = maybeStop;
      await world.settle();
      await expectEnd(world, after);
    }
  });

  test.each(scenarios)('%s goes through throttling, failures and lost answers', async (_, before, after) => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const world = await prepared(before, after, seed);
      let faults = 60;
      const maybeFail = () => {
        if (faults <= 0 || world.random() > 0.35) return;
        faults -= 1;
        const Fault = [Throttled, Unavailable, OutcomeUnknown][Math.floor(world.random() * 3)] ?? Throttled;
        throw new Fault('a disturbance');
      };
      world.beforeCall = maybeFail;
      world.afterCall = () => {
        if (faults > 0 && world.random() < 0.1) throw new OutcomeUnknown('socket hang up');
      };
      const running = world.settle();
      await running;
      world.beforeCall = () => undefined;
      world.afterCall = () => undefined;
      await world.settle();
      await expectEnd(world, after);
    }
  });

  test('two runs at once: one leads, and nothing is done twice', async () => {
    const world = await prepared(undefined, full);
    await world.clock.runUntil(Promise.all([world.run('one'), world.run('two')]));
    await expectEnd(world, full);
    expect(world.calls('CreatePermissionSet')).toBe(1);
  });

  test('a step that is retried while its first attempt still runs waits until that cannot write any more', async () => {
    const world = await prepared(undefined, full);
    let isSlow = true;
    world.beforeCall = async (operation) => {
      if (operation !== 'PutInlinePolicyToPermissionSet' || !isSlow) return;
      isSlow = false;
      await world.clock.sleep(20_000);
    };
    const first = world.step('only');
    const second = world.clock
      .sleep(5_000)
      .then(() => world.submit(other))
      .then(() => world.run('only'));
    await world.clock.runUntil(Promise.all([first, second]));
    await world.settle();
    await expectEnd(world, other);
  });

  test('at most three provisionings run at once, one per permission set', async () => {
    const world = new PermissionSetWorld();
    const names = Array.from({ length: 8 }, (_, index) => `Set-${index}`);
    withPolicies(world, accountIds(10));
    for (const name of names) await world.submit({ ...bare, permissionSetName: name });
    await world.settle();
    for (const name of names) world.assign(name, accountIds(10));
    let most = 0;
    world.afterCall = () => {
      most = Math.max(most, world.identityCenter.instance.provisioningRequests.inProgress.size);
    };
    for (const name of names) await world.submit({ ...full, permissionSetName: name });
    await world.settle();
    for (const name of names) expect([name, world.staleAccounts(name)]).toEqual([name, []]);
    expect(most).toBe(3);
    expect(world.identityCenter.metrics().throttled.outstanding).toBe(0);
  });
});
