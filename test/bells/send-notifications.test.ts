import { sendNotifications } from '../../lambda/bells/send-notifications';
import { type Notification, notificationWrite, OUTBOX } from '../../lambda/domain/notification';
import { VirtualClock } from '../../local/clock';
import { InMemoryStore } from '../support/in-memory-store';
import { silentLog } from '../support/silent-log';
import { Topic } from '../support/topic';

async function outboxWith(...notifications: readonly Notification[]) {
  const store = new InMemoryStore();
  for (const notification of notifications) await store.transact([notificationWrite(notification)]);
  const notifier = new Topic();
  const world = { store, notifier, clock: new VirtualClock(), log: { ...silentLog } };
  return { ...world, send: () => sendNotifications(world), left: () => store.count('control', OUTBOX) };
}

const about = (account: string, subject = 'It failed'): Notification => ({ subject, details: { accounts: [account] } });
const MANY = Array.from({ length: 250 }, (_, index) => String(300000000000 + index));

test('everything is sent once, and taken off', async () => {
  const { send, left, notifier } = await outboxWith(...MANY.map((account) => about(account)), about('1', 'It is held'));
  await send();
  expect(notifier.sent.map(({ subject }) => subject).sort()).toEqual(['It failed', 'It is held']);
  expect(notifier.sent.find(({ subject }) => subject === 'It failed')?.details.accounts).toContain('and 230 more');
  expect(left()).toBe(0);
  await send();
  expect(notifier.sent).toHaveLength(2);
});

test('what cannot be sent stays for the next minute, holds up no other message, and is no secret', async () => {
  const { send, left, notifier } = await outboxWith(...['A', 'B', 'C', 'D'].map((subject) => about('1', subject)));
  const { notify } = notifier;
  const mutable = notifier as { notify: Topic['notify'] };
  mutable.notify = async (notification) => {
    if (notification.subject === 'B') throw new Error('not this one');
    await notify(notification);
  };
  await expect(send()).rejects.toThrow('not this one');
  expect(notifier.sent.map(({ subject }) => subject).sort()).toEqual(['A', 'C', 'D']);
  expect(left()).toBe(1);
  mutable.notify = notify;
  await send();
  expect(notifier.sent).toHaveLength(4);
  expect(left()).toBe(0);
});

test('an entry that somebody broke stays, is told in the log, and holds up no message', async () => {
  const { send, left, notifier, store, log } = await outboxWith(about('1', 'A'), about('1', 'B'));
  const errors: unknown[] = [];
  log.error = (...entry) => void errors.push(entry);
  await store.transact([{ at: { table: 'control', pk: OUTBOX, sk: '0#broken' }, put: { text: 'no message' } }]);
  await expect(send()).rejects.toThrow('JSON');
  expect(notifier.sent.map(({ subject }) => subject).sort()).toEqual(['A', 'B']);
  expect(left()).toBe(1);
  expect(errors).toEqual([[expect.any(String), expect.objectContaining({ entries: ['0#broken'] })]]);
});

test('what was sent and could not be taken off is sent again', async () => {
  const { send, left, notifier, store } = await outboxWith(about('1'));
  store.beforeTransact = () => Promise.reject(new Error('not now'));
  await expect(send()).rejects.toThrow('not now');
  store.beforeTransact = () => undefined;
  await send();
  expect([notifier.sent.length, left()]).toEqual([2, 0]);
});

test('a slow topic does not take up the time of the function', async () => {
  const { send, left, notifier, clock } = await outboxWith(...MANY.map((account) => about('1', `Of ${account}`)));
  (notifier as { notify: Topic['notify'] }).notify = () => clock.sleep(6_000);
  await clock.runUntil(send());
  expect(left()).toBe(MANY.length - 3);
});
