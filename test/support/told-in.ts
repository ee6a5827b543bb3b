import { alikeEntries, type Message, messageOf, type Notification, OUTBOX } from '../../lambda/domain/notification';
import type { Item } from '../../lambda/domain/write';
import type { InMemoryStore } from './in-memory-store';

/** What would be sent for these entries of the outbox. */
export function messagesOf(entries: readonly Item[]): Message[] {
  return alikeEntries(entries).map(messageOf);
}

/** The messages that people would be sent now, in the order of their subjects. */
export function toldIn(store: InMemoryStore): Notification[] {
  const messages = messagesOf(store.all('control').filter(({ pk }) => pk === OUTBOX));
  return messages
    .map(({ subject, details }) => ({ subject, details }))
    .sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

/** Everything is sent: people are told nothing more. */
export async function sendAll(store: InMemoryStore): Promise<void> {
  const waiting = store.all('control').filter(({ pk }) => pk === OUTBOX);
  for (const { pk, sk } of waiting) await store.transact([{ at: { table: 'control', pk, sk }, delete: true }]);
}
