import { setAsideNotification } from '../../lambda/domain/assignment-notifications';
import { type Notification, notificationWrite } from '../../lambda/domain/notification';
import type { Item } from '../../lambda/domain/write';
import { parsedLink } from '../support/any-link';
import { readMarkdown } from '../support/markdown';
import { ledgerRow } from '../support/stored-row';
import { messagesOf } from '../support/told-in';

const link = parsedLink('root%all%Guarded%team-Accountants%GROUP%ssofile');
const messages = (notifications: readonly Notification[]) =>
  messagesOf(
    notifications.map(notificationWrite).map((write): Item => ({ ...('put' in write ? write.put : {}), ...write.at })),
  );

test('the message about held assignments is as documented', () => {
  const [shown] = readMarkdown('docs/interfaces.md').fences.filter(({ words }) => words.includes('message'));
  const missing = { reason: 'policy /team/late is not in account 444444444411', missingPolicy: '/team/late' };
  const { details } = setAsideNotification(ledgerRow(link, '444444444411'), 'create', missing);
  expect(JSON.stringify(details, null, 2)).toBe(shown?.text);
});

test('reasons that differ only in ids are one message', () => {
  const reasons = ['444444444401', '444444444402'].map((accountId, index) => {
    const row = ledgerRow(link, accountId, { principalId: `90677e5a2b-${index}` as never });
    const request = `3f1c8a52-0b7e-4c1d-9a55-00000000000${index}`;
    const reason = `denied for ${row.principalId} in ${accountId} (Request ID: ${request})`;
    return setAsideNotification(row, 'delete', { reason });
  });
  expect(messages(reasons)).toMatchObject([
    {
      subject: 'Account assignments of Guarded could not be removed',
      details: {
        accounts: ['444444444401', '444444444402'],
        principals: ['GROUP team-Accountants'],
        why: 'denied for (principal) in (account) (Request ID: (id))',
      },
    },
  ]);
  const other = setAsideNotification(ledgerRow(link, '444444444401'), 'delete', { reason: 'another reason' });
  expect(messages([...reasons, other])).toHaveLength(2);
});

test('what is told of an account that lacks one policy is not told of another one', () => {
  const held = (missingPolicy: string) =>
    setAsideNotification(ledgerRow(link, '444444444401'), 'create', { reason: 'no', missingPolicy });
  expect(messages([held('/one'), held('/two')])).toHaveLength(2);
});
