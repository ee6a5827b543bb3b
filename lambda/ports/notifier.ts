import type { Notification } from '../domain/notification';

export type { Notification } from '../domain/notification';

/** Tells the people who subscribed. Throws `Throttled`, `Denied`, `Rejected`, `Unavailable` or `OutcomeUnknown`. */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}
