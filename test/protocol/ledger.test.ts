import type { Fence } from '../../lambda/domain/lease';
import { type LedgerRow, type Operation, operationKey, rowKey, workKey } from '../../lambda/domain/ledger-row';
import { insertRow, reviseRow, setUnreachable } from '../../lambda/domain/planner-writes';
import {
  claim,
  fail,
  hold,
  noteRequest,
  PARK_AFTER_FAILURES,
  release,
  succeed,
  takeOver,
} from '../../lambda/domain/worker-writes';
import type { Attempts } from '../../lambda/domain/write';
import { attempt } from '../../lambda/leadership/attempt';
import { AssignmentWorld } from '../support/assignment-world';
import { InMemoryStore } from '../support/in-memory-store';
import { ledgerLeftovers } from '../support/ledger-leftovers';
import { sendAll, toldIn } from '../support/told-in';

/** The mistakes that the bounded models found; here the real writes are shown not to make them. */
describe('the protocol of a ledger row', () => {
  const fence: Fence = { controller: 'apply-assignments', epoch: 1 };
  const store = () => world.store;
  let world: { store: InMemoryStore };
  let row: LedgerRow;

  beforeEach(async () => {
    world = { store: new InMemoryStore() };
    await lead(1);
    const fresh = new AssignmentWorld().newRow('arn:aws:sso:::permissionSet/ssoins-1/ps-1' as never, '444444444444');
    await store().transact(insertRow(fresh));
    row = await read();
  });

  const lead = (epoch: number) =>
    store().transact([{ at: { table: 'control', pk: 'LEADER#apply-assignments', sk: 'LEADER' }, put: { epoch } }]);
  const read = async () => {
    const [found] = store()
      .all('ledger')
      .filter(({ pk }) => pk.startsWith('arn:'));
    return found as unknown as LedgerRow;
  };
  const did = async (attempts: Attempts) => (await attempt(store(), attempts)) !== undefined;
  const want = (seen: LedgerRow, desired: boolean) =>
    store().transact(reviseRow(seen, { desired, claims: [], reason: 'test' }));
  const operation = (seen: LedgerRow, id = 'one'): Operation => ({
    id,
    kind: seen.desired ? 'create' : 'delete',
    generation: seen.generation,
    leaseUntil: 1_000,
  });

  test('a row and its work item come and go together', async () => {
    expect(await store().get(workKey(row))).toMatchObject({ generation: 1, accountId: '444444444444' });
    expect(await did(claim(row, operation(row), fence))).toBe(true);
    expect(await store().get(operationKey(row))).toBeDefined();
    expect(await did(succeed(row, operation(row)))).toBe(true);
    expect(await read()).toMatchObject({ applied: 1 });
    expect(store().all('ledger')).toHaveLength(2);
    expect(ledgerLeftovers(store())).toEqual([]);
  });

  test('only one claims, only the generation it saw, and only with the fence', async () => {
    expect(await did(claim(row, operation(row), { ...fence, epoch: 0 }))).toBe(false);
    await want(row, false);
    expect(await did(claim(row, operation(row), fence))).toBe(false);
    const current = await read();
    expect(await did(claim(current, operation(current, 'two'), fence))).toBe(true);
    expect(await did(claim(current, operation(current, 'three'), fence))).toBe(false);
  });

  test('applied is the generation of the operation, not the one that is wanted now', async () => {
    const running = operation(row);
    await did(claim(row, running, fence));
    await want(await read(), false);
    expect(await did(succeed(row, running))).toBe(true);
    const current = await read();
    expect(current).toMatchObject({ applied: 1, generation: 2, desired: false });
    expect(await store().get(workKey(current))).toMatchObject({ generation: 2 });
  });

  test('finishing needs only to be the operation: a newer generation does not keep an older one from ending', async () => {
    await want(row, false);
    await want(await read(), true);
    const current = await read();
    const running = operation(current);
    await did(claim(current, running, fence));
    await want(await read(), false);
    expect(await did(succeed(current, { ...running, id: 'somebody else' }))).toBe(false);
    expect(await did(succeed(current, running))).toBe(true);
  });

  test('a failure never parks a newer generation', async () => {
    const running = operation(row);
    await did(claim(row, running, fence));
    const failing = { ...(await read()), attempts: PARK_AFTER_FAILURES - 1 };
    await want(await read(), false);
    expect(await did(fail(failing, running, 'no', 0))).toBe(true);
    const current = await read();
    expect(current.parked).toBeUndefined();
    expect(current.operation).toBeUndefined();
    expect(await store().get(workKey(current))).toMatchObject({ generation: 2 });
  });

  test('a row that failed often enough is parked, off the list, and comes back with a new generation', async () => {
    const running = operation(row);
    await did(claim(row, running, fence));
    await did(fail({ ...row, attempts: PARK_AFTER_FAILURES - 1 }, running, 'Not supported policy', 0));
    const parked = await read();
    expect(parked).toMatchObject({ parked: { generation: 1, reason: 'Not supported policy' } });
    expect(await store().get(workKey(parked))).toBeUndefined();
    await want(parked, true);
    const again = await read();
    expect(again).toMatchObject({ generation: 2, desired: true });
    expect(again.parked).toBeUndefined();
    expect(again.attempts).toBeUndefined();
    expect(await store().get(workKey(again))).toBeDefined();
  });

  describe('people are told of a row that is set aside', () => {
    const told = () => toldIn(store()).map(({ subject }) => subject);
    /** A run claims the row, and it fails for the last time, or lacks a policy. */
    const setAside = async (how: 'fail' | 'hold', reason: string) => {
      const seen = await read();
      await did(claim(seen, operation(seen), fence));
      const failing = { ...(await read()), attempts: PARK_AFTER_FAILURES - 1 };
      const missing = { reason, missingPolicy: reason };
      await did(
        how === 'fail' ? fail(failing, operation(seen), reason, 0) : hold(failing, operation(seen), missing, fence),
      );
    };

    test.each([
      ['fail', 'Account assignments of Billing-ps could not be created'],
      ['hold', 'Account assignments of Billing-ps wait for a policy'],
    ] as const)('in the same transaction, and not again for the same reason (%s)', async (how, subject) => {
      await setAside(how, 'Not supported policy');
      expect(told()).toEqual([subject]);
      await sendAll(store());
      await want(await read(), true);
      await setAside(how, 'Not supported policy');
      expect(told()).toEqual([]);
      await want(await read(), true);
      await setAside(how, 'another reason');
      expect(told()).toEqual([subject]);
    });

    test('again after it had been as desired', async () => {
      await setAside('fail', 'no');
      await sendAll(store());
      await want(await read(), true);
      const seen = await read();
      await did(claim(seen, operation(seen), fence));
      await did(succeed(seen, operation(seen)));
      await want(await read(), true);
      await setAside('fail', 'no');
      expect(told()).toEqual(['Account assignments of Billing-ps could not be created']);
    });

    test('not while it is tried, nor of what a newer generation made pointless', async () => {
      await did(claim(row, operation(row), fence));
      await did(fail(row, operation(row), 'no', 0));
      expect(told()).toEqual([]);
      const seen = await read();
      await did(claim(seen, operation(seen), fence));
      const failing = { ...(await read()), attempts: PARK_AFTER_FAILURES - 1 };
      await want(await read(), false);
      expect(await did(fail(failing, operation(seen), 'no', 0))).toBe(true);
      expect(told()).toEqual([]);
    });

    test('before anything was submitted, too', async () => {
      const missing = { reason: 'policy /p is not in account 444444444444', missingPolicy: '/p' };
      expect(await did(hold(row, undefined, missing, { ...fence, epoch: 0 }))).toBe(false);
      expect(told()).toEqual([]);
      expect(await did(hold(row, undefined, missing, fence))).toBe(true);
      expect(told()).toEqual(['Account assignments of Billing-ps wait for a policy']);
    });
  });

  test('giving back counts no failure and postpones', async () => {
    const running = operation(row);
    await did(claim(row, running, fence));
    await did(release(row, running, 5_000));
    expect(await read()).toMatchObject({ nextAttemptAt: 5_000 });
    expect((await read()).attempts).toBeUndefined();
    expect(await store().get(workKey(row))).toMatchObject({ notBefore: 5_000 });
    expect(await store().get(operationKey(row))).toBeUndefined();
  });

  test('taking over needs that nobody recorded a request, and takes the kind that is wanted now', async () => {
    const stale = operation(row);
    await did(claim(row, stale, fence));
    await want(await read(), false);
    const current = await read();
    expect(await did(takeOver(row, stale, operation(row, 'old kind'), fence))).toBe(false);
    expect(await did(takeOver(current, stale, operation(current, 'new kind'), { ...fence, epoch: 0 }))).toBe(false);
    expect(await did(takeOver(current, stale, operation(current, 'new kind'), fence))).toBe(true);
    expect(await read()).toMatchObject({ operation: { id: 'new kind', kind: 'delete', generation: 2 } });
    expect(await did(noteRequest(current, stale, 'too late'))).toBe(false);
    expect(await did(noteRequest(current, operation(current, 'new kind'), 'in time'))).toBe(true);
    expect(await did(takeOver(current, operation(current, 'new kind'), operation(current, 'third'), fence))).toBe(
      false,
    );
  });

  test('a planner that did not see the latest row changes nothing', async () => {
    await want(row, false);
    expect((await want(row, true)).applied).toBe(false);
    expect((await store().transact(setUnreachable(row, [], 'gone'))).applied).toBe(false);
    await store().transact([{ at: rowKey(row), delete: true }]);
    expect((await want(row, true)).applied).toBe(false);
  });

  test('a row that was dropped and inserted again is another row for whoever held the old one', async () => {
    await store().transact([{ at: rowKey(row), delete: true }]);
    const { generation, revision, applied, ...fresh } = row;
    await store().transact(insertRow({ ...fresh, born: 'again' }));
    expect((await want(row, false)).applied).toBe(false);
    expect(await did(claim(row, operation(row), fence))).toBe(false);
  });

  test('a removal that took effect drops the row, unless it is wanted again', async () => {
    await want(row, false);
    const unwanted = await read();
    const removal = operation(unwanted);
    await did(claim(unwanted, removal, fence));
    await want(await read(), true);
    expect(await did(succeed(unwanted, removal))).toBe(true);
    expect(await read()).toMatchObject({ desired: true, generation: 3, applied: 2 });
    const wantedAgain = await read();
    await want(wantedAgain, false);
    const last = await read();
    await did(claim(last, operation(last, 'last'), fence));
    expect(await did(succeed(last, operation(last, 'last')))).toBe(true);
    expect(store().all('ledger')).toEqual([]);
  });
});
