import { sha26 } from '../ids';
import type { AuditEvent } from './audit-event';

/** An object of the audit bucket. */
export interface AuditObject {
  readonly key: string;
  /** One event a line, as JSON. */
  readonly text: string;
}

/** Where the trail is in its bucket. */
export const AUDIT_PREFIX = 'audit/';

/** The objects that hold some events, one for each day. The same events make the same objects, in whatever order they come. */
export function auditObjects(events: readonly AuditEvent[]): AuditObject[] {
  const days = new Map<string, Map<string, AuditEvent>>();
  for (const event of events) {
    const day = event.at.slice(0, 'yyyy-mm-dd'.length);
    const its = days.get(day) ?? new Map<string, AuditEvent>();
    days.set(day, its.set(event.eventId, event));
  }
  const inOrder = [...days].sort(([left], [right]) => (left < right ? -1 : 1));
  return inOrder.map(([day, its]) => objectOf(day, [...its.values()].sort(byTime)));
}

function objectOf(day: string, events: readonly AuditEvent[]): AuditObject {
  const time = (events[0]?.at ?? '').slice('yyyy-mm-ddT'.length).replaceAll(/[^\d]/g, '').slice(0, 'hhmmss'.length);
  const id = sha26(events.map(({ eventId }) => eventId).join());
  return {
    key: `${AUDIT_PREFIX}day=${day}/${time}-${id}.json`,
    text: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  };
}

function byTime(left: AuditEvent, right: AuditEvent): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.eventId < right.eventId ? -1 : 1;
}
