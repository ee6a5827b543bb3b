import { type Notification, named, notificationId, notificationWrite } from '../../lambda/domain/notification';
import type { Item } from '../../lambda/domain/write';
import { messagesOf } from '../support/told-in';

const itemOf = (notification: Notification): Item => {
  const write = notificationWrite(notification);
  return { ...('put' in write ? write.put : {}), pk: write.at.pk, sk: write.at.sk };
};
const failed = (account: string, why = 'no'): Notification => ({
  subject: 'It failed',
  details: { what: 'This.', accounts: [account], why },
});

test('what says the same of many is one message, in the order in which it was written', () => {
  const items = ['2', '1', '3'].map((account) => itemOf(failed(account)));
  const [message, ...others] = messagesOf(items);
  expect(others).toEqual([]);
  expect(JSON.stringify(message?.details)).toBe('{"what":"This.","accounts":["1","2","3"],"why":"no"}');
  expect(message?.keys.map(({ sk }) => sk)).toEqual(items.map(({ sk }) => sk));
});

test('what says something else is a message of its own, with its own keys', () => {
  const items = [failed('1'), failed('1', 'another'), { ...failed('1'), subject: 'It failed again' }].map(itemOf);
  const messages = messagesOf(items);
  expect(messages).toHaveLength(3);
  expect(messages.flatMap(({ keys }) => keys.map(({ sk }) => sk)).sort()).toEqual(items.map(({ sk }) => sk).sort());
});

test('the same said twice is one notification, and lists of other things than texts stay apart', () => {
  expect(itemOf(failed('1'))).toEqual(itemOf(failed('1')));
  expect(notificationId(failed('1'))).not.toBe(notificationId(failed('2')));
  const refused = (message: string): Notification => ({ subject: 'Refused', details: { errors: [{ message }] } });
  expect(messagesOf([refused('one'), refused('two')].map(itemOf))).toHaveLength(2);
});

test('of a long list the number is told', () => {
  const many = Array.from({ length: 23 }, (_, index) => String(100 + index));
  expect(named([...many, ...many])).toEqual([...many.slice(0, 20), 'and 3 more']);
  expect(messagesOf(many.map((account) => itemOf(failed(account))))[0]?.details.accounts).toEqual(named(many));
});
