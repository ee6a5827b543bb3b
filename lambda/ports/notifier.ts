/** Something a person should hear about. */
export interface Notification {
  /** One line of ASCII. AWS: an SNS subject has at most 100 characters. */
  readonly subject: string;
  /** What happened, as data. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Tells the people who subscribed. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}
