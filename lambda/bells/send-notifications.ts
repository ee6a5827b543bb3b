import { alikeEntries, messageOf, OUTBOX } from '../domain/notification';
import type { Key } from '../domain/write';
import type { Clock } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Notifier } from '../ports/notifier';
import { MOST_WRITES, type Store } from '../ports/store';

export interface SendingWorld {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly notifier: Notifier;
  readonly log: Pick<LeveledLog, 'error'>;
}

/** Notifications of one run; the next minute goes on. */
const MOST_NOTIFICATIONS = 1_000;
/** No message is begun after this long: half of the time that the function has. */
const SENDING_MS = 15_000;

/**
 * Sends what lies in the outbox, and takes it off only then: each notification at least once. A message that cannot be
 * sent holds up no other one; it stays for the next minute, and its fault is thrown when all were tried.
 */
export async function sendNotifications({ store, clock, notifier, log }: SendingWorld): Promise<void> {
  const until = clock.now() + SENDING_MS;
  const { items } = await store.query({ table: 'control', pk: OUTBOX, limit: MOST_NOTIFICATIONS });
  const faults: unknown[] = [];
  for (const entries of alikeEntries(items)) {
    if (clock.now() > until) break;
    try {
      const { keys, ...notification } = messageOf(entries);
      await notifier.notify(notification);
      await remove(store, keys);
    } catch (error) {
      log.error('A notification could not be sent; the next minute tries again', {
        entries: entries.map(({ sk }) => sk),
        error,
      });
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

async function remove(store: Store, keys: readonly Key[]): Promise<void> {
  for (let start = 0; start < keys.length; start += MOST_WRITES) {
    await store.transact(keys.slice(start, start + MOST_WRITES).map((at) => ({ at, delete: true })));
  }
}
