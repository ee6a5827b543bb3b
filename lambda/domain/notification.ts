import { sha26 } from './ids';
import type { Item, Key, Write } from './write';

/** Something a person should hear about. */
export interface Notification {
  /** One line. AWS: the subject of a message is ASCII, and has at most 100 characters. */
  readonly subject: string;
  /** What happened, why, where and what to do, as data. Lists of texts say what it is about. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A message for people, and where the notifications lie that it was made of. */
export interface Message extends Notification {
  readonly keys: readonly Key[];
}

/** Notifications that were not sent yet. */
export const OUTBOX = 'OUTBOX';

/** Entries of a list that a message names; the API names all. */
const MOST_NAMED = 20;

/** Equal for notifications that say the same. */
export function notificationId({ subject, details }: Notification): string {
  return sha26(JSON.stringify([subject, details]));
}

/**
 * Puts a notification into the outbox, in the transaction that it is about or before it. Written twice before it is sent,
 * it is told once.
 */
export function notificationWrite(notification: Notification): Write {
  const { subject, details } = notification;
  const others = Object.fromEntries(Object.entries(details).filter(([, value]) => !isList(value)));
  const alike = notificationId({ subject, details: others });
  // As text: the order of the details is for whoever reads them.
  const text = JSON.stringify({ subject, details });
  return { at: { table: 'control', pk: OUTBOX, sk: `${alike}#${notificationId(notification)}` }, put: { text } };
}

/** Notifications that differ in their lists only lie together: they are one message. */
export function alikeEntries(items: readonly Item[]): Item[][] {
  const alike = new Map<string, Item[]>();
  for (const item of items) {
    const [key = ''] = item.sk.split('#');
    alike.set(key, [...(alike.get(key) ?? []), item]);
  }
  return [...alike.values()];
}

/** What to send for entries that are alike: its lists are those of all. Throws when one holds no notification. */
export function messageOf(entries: readonly Item[]): Message {
  return {
    ...united(entries.map(({ text }) => JSON.parse(String(text)) as Notification)),
    keys: entries.map(({ pk, sk }) => ({ table: 'control', pk, sk })),
  };
}

/** A list for a message: each entry once, in order, and of many how many more there are. */
export function named(entries: readonly string[]): string[] {
  const different = [...new Set(entries)].sort();
  const more = different.length - MOST_NAMED;
  return more > 0 ? [...different.slice(0, MOST_NAMED), `and ${more} more`] : different;
}

function united(notifications: readonly Notification[]): Notification {
  const [first] = notifications;
  const { subject = '', details = {} } = first ?? {};
  if (notifications.length === 1) return { subject, details };
  const lists = (name: string) => notifications.flatMap((one) => one.details[name] as string[]);
  const entries = Object.entries(details).map(([name, value]) => [name, isList(value) ? named(lists(name)) : value]);
  return { subject, details: Object.fromEntries(entries) };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
