import { isLed, leaderKey, mayBegin } from '../../lambda/domain/lease';
import { chooseMarks, clearMarkWrites, type Mark, markKey, markWrite } from '../../lambda/domain/slice';
import { begin, renew } from '../../lambda/leadership/lead';
import { endLead } from '../../lambda/leadership/step-down';
import { commitFenced } from '../../lambda/reconcile/commit-fenced';
import { InMemoryStore } from '../support/in-memory-store';

const LEADER = leaderKey('reconcile');

describe('one run leads at a time', () => {
  let store: InMemoryStore;
  let now = 0;
  const clock = { now: () => now, sleep: async () => undefined };
  const bell = { ring: async (controller: string) => void rung.push(controller) };
  const rung: string[] = [];
  const asks = (execution: string, deadline = now + 60_000) =>
    begin({ store, clock, controller: 'reconcile', execution, deadline });
  const slice = { kind: 'everything' } as const;
  const mark = async (version: string) => store.transact([markWrite(slice, version, 'now')]);

  beforeEach(() => {
    store = new InMemoryStore();
    now = 1_000_000;
    rung.length = 0;
  });

  test('nobody leads: the first who asks does, others end', async () => {
    expect((await asks('one'))?.fence.epoch).toBe(1);
    expect(await asks('two')).toBeUndefined();
  });

  test('every begin raises the epoch, also of the run that leads: a retried step overtakes its first attempt', async () => {
    const first = await asks('one');
    const retried = await asks('one');
    expect(retried?.fence.epoch).toBe(2);
    if (!first) throw new Error('the first leads');
    expect(await renew(store, first.fence, now)).toBe(false);
    expect(await commitFenced(store, first.fence, [{ at: markKey(slice), put: {} }])).toBe('overtaken');
    expect(store.all('control').map(({ pk }) => pk)).toEqual(['LEADER#reconcile']);
  });

  test('a commit step keeps the epoch of its plan and extends the lease', async () => {
    const begun = await asks('one', now + 1_000);
    if (!begun) throw new Error('the first leads');
    now += 25_000;
    expect(await renew(store, begun.fence, now + 60_000)).toBe(true);
    now += 60_000;
    expect(await asks('two')).toBeUndefined();
    expect(await store.get(LEADER)).toMatchObject({ epoch: 1, holder: 'one' });
  });

  test('a lease outlives the invocation by 30 seconds, then another run begins and the old one is refused', async () => {
    const old = await asks('one', now + 10_000);
    now += 40_000;
    expect(await asks('two')).toBeUndefined();
    now += 1;
    expect((await asks('two'))?.fence.epoch).toBe(2);
    if (!old) throw new Error('the first leads');
    expect(await renew(store, old.fence, now)).toBe(false);
    await endLead({ store, bell }, { controller: 'reconcile', execution: 'one' });
    expect(await store.get(LEADER)).toMatchObject({ holder: 'two' });
  });

  test('who steps down looks once more, and rings if something was marked while it led', async () => {
    await asks('one');
    await endLead({ store, bell }, { controller: 'reconcile', execution: 'one' });
    expect(rung).toEqual([]);
    await asks('two');
    await mark('a');
    await endLead({ store, bell }, { controller: 'reconcile', execution: 'two' });
    expect(rung).toEqual(['reconcile']);
    expect(isLed((await store.get(LEADER)) as never, now)).toBe(false);
  });

  test('a run that failed rings nobody; after a fault that passes by itself its slices are not blamed', async () => {
    const attempting = { at: LEADER, update: { set: { attempting: ['everything'] } } };
    await mark('a');
    await asks('one');
    await store.transact([attempting]);
    await endLead({ store, bell }, { controller: 'reconcile', execution: 'one', failure: 'TypeError' });
    expect(await store.get(LEADER)).toMatchObject({ attempting: ['everything'] });
    await asks('two');
    await endLead({ store, bell }, { controller: 'reconcile', execution: 'two', failure: 'Unavailable' });
    expect(await store.get(LEADER)).not.toHaveProperty('attempting');
    expect(rung).toEqual([]);
  });

  test('a mark that was set again since it was read is not deleted', async () => {
    await mark('first');
    const read = { slice, version: 'first' };
    await mark('second');
    expect((await store.transact(clearMarkWrites(read))).applied).toBe(false);
    expect((await store.transact(clearMarkWrites({ slice, version: 'second' }))).applied).toBe(true);
    expect(await store.get(markKey(slice))).toBeUndefined();
  });

  test('slices that failed with others before are looked at one by one, after the young ones', () => {
    const marks = (attempts: number[]) =>
      attempts.map((count): Mark => ({ slice, version: `${count}`, attempts: count }));
    expect(chooseMarks(marks([0, 3, 2, 4])).map(({ attempts }) => attempts)).toEqual([0, 2]);
    expect(chooseMarks(marks([4, 3])).map(({ attempts }) => attempts)).toEqual([3]);
    expect(chooseMarks([])).toEqual([]);
  });

  test.each([
    [{ epoch: 0 }, true],
    [{ epoch: 3, holder: 'me', until: 2_000_000 }, true],
    [{ epoch: 3, holder: 'other', until: 2_000_000 }, false],
    [{ epoch: 3, holder: 'other', until: 999_999 }, true],
    [{ epoch: 3, holder: 'other' }, true],
  ])('%j lets me begin: %s', (leader, expected) => {
    expect(mayBegin(leader, 'me', 1_000_000)).toBe(expected);
  });
});
