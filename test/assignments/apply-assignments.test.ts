import { operationKey, pairPartition, rowKey } from '../../lambda/domain/ledger-row';
import { OutcomeUnknown, Unavailable } from '../../lambda/ports/faults';
import { AssignmentWorld, Stopped } from '../support/assignment-world';
import { ledgerLeftovers } from '../support/ledger-leftovers';

async function prepared(accounts: number, seed = 1) {
  const world = new AssignmentWorld(seed);
  const arn = await world.createPermissionSet('Billing-ps');
  const rows = Array.from({ length: accounts }, (_, index) => world.newRow(arn, String(300000000000 + index), index));
  return { world, rows };
}

describe('applying assignments', () => {
  test('rows become assignments, removed rows are dropped, and nothing is left on the lists', async () => {
    const { world, rows } = await prepared(30);
    for (const row of rows) await world.want(row, true);
    await world.clock.runUntil(world.run('first'));
    for (const row of rows) {
      expect(await world.isAssigned(row)).toBe(true);
      expect(await world.row(row)).toMatchObject({ applied: 1, generation: 1 });
    }
    for (const row of rows.slice(0, 10)) await world.want(row, false);
    await world.clock.runUntil(world.run('second'));
    for (const [index, row] of rows.entries()) {
      expect(await world.isAssigned(row)).toBe(index >= 10);
      expect((await world.row(row)) === undefined).toBe(index < 10);
    }
    expect(ledgerLeftovers(world.store)).toEqual([]);
    expect(world.outcomes).toEqual(Array(40).fill('AssignmentsApplied'));
    expect(world.identityCenter.metrics().outstanding.maximum).toBeLessThanOrEqual(15);
    expect(world.identityCenter.metrics().throttled).toEqual({ rate: 0, outstanding: 0 });
  });

  test('deleting what is already gone is done', async () => {
    const { world, rows } = await prepared(1);
    const [row] = rows;
    if (!row) throw new Error('no row');
    await world.want(row, true);
    await world.want(row, false);
    await world.clock.runUntil(world.run('only'));
    expect(await world.row(row)).toBeUndefined();
  });

  test('every stop after any single write or call, with a retry of the step, ends the same', async () => {
    const { world: counting, rows: counted } = await prepared(2);
    let effects = 0;
    const count = () => {
      effects += 1;
    };
    counting.store.afterTransact = count;
    counting.beforeCall = count;
    for (const row of counted) await counting.want(row, true);
    await counting.clock.runUntil(counting.run('count'));
    expect(effects).toBeGreaterThan(10);
    for (let stopAt = 1; stopAt <= effects; stopAt += 1) {
      for (const again of [false, true]) {
        const { world, rows } = await prepared(2);
        const [first, second] = rows;
        if (!first || !second) throw new Error('no rows');
        for (const row of rows) await world.want(row, true);
        let seen = 0;
        let isPlanning = false;
        const maybeStop = () => {
          if (isPlanning) return;
          seen += 1;
          if (seen >= stopAt && seen < stopAt + 3) throw new Stopped();
        };
        world.store.afterTransact = maybeStop;
        world.beforeCall = maybeStop;
        const running = world.run('stopped');
        // The planner changes its mind while the worker is down.
        const changeMind = async () => {
          isPlanning = true;
          await world.want(first, false);
          isPlanning = false;
        };
        if (again) world.clock.after(5_000, () => void changeMind());
        await world.clock.runUntil(running);
        await world.clock.runUntil(world.clock.sleep(10_000).then(() => world.run('later')));
        expect([stopAt, again, await world.isAssigned(first)]).toEqual([stopAt, again, !again]);
        expect(await world.isAssigned(second)).toBe(true);
        expect(ledgerLeftovers(world.store)).toEqual([]);
      }
    }
  });

  test('two runs at once: one leads, the other ends', async () => {
    const { world, rows } = await prepared(10);
    for (const row of rows) await world.want(row, true);
    await world.clock.runUntil(Promise.all([world.run('one'), world.run('two')]));
    for (const row of rows) expect(await world.isAssigned(row)).toBe(true);
    const { operations } = world.identityCenter.metrics();
    expect(operations.CreateAccountAssignment?.calls).toBe(10);
  });

  test('a lease that runs out under a live leader: both go on safely, the overtaken one ends', async () => {
    const { world, rows } = await prepared(20);
    for (const row of rows) await world.want(row, true);
    const first = world.step('slow');
    const second = world.clock.sleep(3_000).then(async () => {
      await world.store.transact([
        { at: { table: 'control', pk: 'LEADER#apply-assignments', sk: 'LEADER' }, update: { set: { until: 0 } } },
      ]);
      await world.run('fast');
    });
    await world.clock.runUntil(Promise.all([first, second]));
    // It ends either way; had it tried to claim another row, the fence would have told it.
    expect(['overtaken', 'idle']).toContain((await first).state);
    for (const row of rows) expect(await world.isAssigned(row)).toBe(true);
    expect(world.identityCenter.metrics().outstanding.maximum).toBeLessThanOrEqual(15);
  });

  test('a submit without an answer is taken over after its lease, whether or not it arrived', async () => {
    const { world, rows } = await prepared(1);
    const [row] = rows;
    if (!row) throw new Error('no row');
    await world.want(row, true);
    let broken = 1;
    world.beforeCall = (operation) => {
      if (operation === 'CreateAccountAssignment' && broken-- > 0) throw new OutcomeUnknown('socket hang up');
    };
    await world.clock.runUntil(world.run('only'));
    expect(await world.isAssigned(row)).toBe(true);
  });

  test('an accepted operation whose request id cannot be noted is not given back: no second one beside it', async () => {
    const { world, rows } = await prepared(1);
    const [row] = rows;
    if (!row) throw new Error('no row');
    await world.want(row, true);
    let broken = 1;
    world.store.beforeTransact = (writes) => {
      const isNote = writes.some((write) => JSON.stringify(write).includes('requestId'));
      if (isNote && broken-- > 0) throw new Unavailable('the table');
    };
    await expect(world.clock.runUntil(world.step('only'))).rejects.toThrow(Unavailable);
    expect(await world.row(row)).toMatchObject({ operation: { kind: 'create', generation: 1 } });
    await world.clock.runUntil(world.run('only'));
    expect(await world.isAssigned(row)).toBe(true);
    expect(world.identityCenter.metrics().outstanding.maximum).toBe(1);
  });

  test.each(['create', 'delete'] as const)(
    'a %s whose request id was lost and that still runs when its lease is over is not submitted a second time',
    async (kind) => {
      const { world, rows } = await prepared(2);
      const [row, other] = rows;
      if (!row || !other) throw new Error('no rows');
      await world.want(row, true);
      if (kind === 'delete') {
        await world.clock.runUntil(world.run('before'));
        await world.want(row, false);
      }
      const { generation } = (await world.row(row)) ?? { generation: 0 };
      const operation = { id: 'of a frozen step', kind, generation, leaseUntil: world.clock.now() - 1 };
      const marker = { rowPk: pairPartition(row), accountId: row.accountId };
      await world.plan([
        { at: rowKey(row), update: { set: { operation } } },
        { at: operationKey(row), put: marker },
      ]);
      // Somebody else's operation runs, too, and is none of ours.
      await world.service().submit(kind, other);
      const submitted = world.clock.now();
      await world.service().submit(kind, row);
      const calls: string[] = [];
      world.beforeCall = (call) => void calls.push(call);
      await world.clock.runUntil(world.run('next'));
      expect(world.clock.now()).toBeGreaterThan(submitted);
      expect(calls).not.toContain(kind === 'create' ? 'CreateAccountAssignment' : 'DeleteAccountAssignment');
      expect(await world.isAssigned(row)).toBe(kind === 'create');
      expect(ledgerLeftovers(world.store)).toEqual([]);
    },
  );

  test('an operation that seemed abandoned and was submitted after all is still counted', async () => {
    const { world, rows } = await prepared(1);
    const [row] = rows;
    if (!row) throw new Error('no row');
    const other = world.newRow(row.permissionSetArn, row.accountId, 1, 2);
    for (const each of [row, other]) await world.want(each, true);
    const operation = { id: 'of a frozen step', kind: 'create', generation: 1, leaseUntil: 0 } as const;
    const marker = { rowPk: pairPartition(row), accountId: row.accountId };
    await world.plan([
      { at: rowKey(row), update: { set: { operation } } },
      { at: operationKey(row), put: marker },
    ]);
    const calls: string[] = [];
    world.beforeCall = (operation) => void calls.push(operation);
    let frozen = true;
    const query = world.store.query.bind(world.store);
    world.store.query = async (asked) => {
      if (frozen && asked.pk.startsWith('WORK')) {
        frozen = false;
        const requestId = await world.service().submit('create', row);
        await world.plan([{ at: rowKey(row), update: { set: { operation: { ...operation, requestId } } } }]);
      }
      return query(asked);
    };
    await world.clock.runUntil(world.run('next'));
    for (const each of [row, other]) expect(await world.isAssigned(each)).toBe(true);
    // One at a time in one account: the other one begins after the first was asked for its outcome.
    const ended = calls.indexOf('DescribeAccountAssignmentCreationStatus');
    expect(calls.lastIndexOf('CreateAccountAssignment')).toBeGreaterThan(ended);
  });

  test('nothing is begun that nobody waits for: its fault would end the process', async () => {
    const { world, rows } = await prepared(2);
    for (const each of rows) await world.want(each, true);
    world.beforeCall = (operation) => {
      if (operation === 'CreateAccountAssignment') throw new OutcomeUnknown('socket hang up');
    };
    await world.clock.runUntil(world.step('first'));
    await world.clock.runUntil(world.clock.sleep(120_000));
    world.beforeCall = () => undefined;
    let reading = 0;
    const begunMeanwhile: string[] = [];
    const query = world.store.query.bind(world.store);
    world.store.query = async (asked) => {
      reading += 1;
      await world.clock.sleep(5);
      reading -= 1;
      return query(asked);
    };
    world.store.beforeTransact = (writes) => {
      if (reading > 0) begunMeanwhile.push(JSON.stringify(writes));
    };
    await world.clock.runUntil(world.run('second'));
    expect(begunMeanwhile).toEqual([]);
    for (const row of rows) expect(await world.isAssigned(row)).toBe(true);
  });

  test('a failing assignment is tried again, then parked with the reason of the service; others proceed', async () => {
    const { world, rows } = await prepared(3);
    const [bad, ...good] = rows;
    if (!bad) throw new Error('no row');
    const missing = {
      ...bad,
      permissionSetArn: bad.permissionSetArn.replace(/.{4}$/, 'zzzz') as typeof bad.permissionSetArn,
    };
    for (const row of [missing, ...good]) await world.want(row, true);
    await world.clock.runUntil(world.run('only'));
    for (const row of good) expect(await world.isAssigned(row)).toBe(true);
    expect(await world.row(missing)).toMatchObject({
      applied: 0,
      attempts: 6,
      parked: { generation: 1, reason: expect.stringContaining('Could not find PermissionSet') },
    });
  });

  test('of many that fail for the same reason people are told once, with what to do', async () => {
    const { world, rows } = await prepared(40);
    const [first] = rows;
    const permissionSetArn = `${first?.permissionSetArn.slice(0, -4)}zzzz` as NonNullable<
      typeof first
    >['permissionSetArn'];
    for (const row of rows) await world.want({ ...row, permissionSetArn }, true);
    await world.clock.runUntil(world.run('only'));
    const accounts = rows.map(({ accountId }) => accountId).sort();
    expect(world.notifications).toEqual([
      {
        subject: 'Account assignments of Billing-ps could not be created',
        details: {
          what: expect.stringContaining('set aside'),
          permissionSet: 'Billing-ps',
          accounts: [...accounts.slice(0, 20), 'and 20 more'],
          principals: ['GROUP group 1'],
          why: expect.stringContaining('Could not find PermissionSet'),
          next: expect.stringContaining('GET /assignments?permissionSet=Billing-ps'),
        },
      },
    ]);
  });
});
