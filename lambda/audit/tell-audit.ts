import { auditEvents } from '../domain/audit/audit-events';
import type { StoredChange } from '../domain/audit/stored-change';
import type { AuditBus } from '../ports/audit-bus';
import type { LeveledLog } from '../ports/leveled-log';

/**
 * Tells the bus what was committed. Answers the sequence numbers of changes that have to be told again: what comes after the
 * first of them comes again, too, with the same ids.
 */
export async function tellAudit(
  { bus, log }: { readonly bus: AuditBus; readonly log: Pick<LeveledLog, 'warn'> },
  changes: readonly StoredChange[],
): Promise<string[]> {
  const events = changes.flatMap(auditEvents);
  if (events.length === 0) return [];
  const refused = await bus.tell(events);
  if (refused.size > 0) log.warn('Audit events are told again', { refused: refused.size, events: events.length });
  return [...new Set(events.filter(({ eventId }) => refused.has(eventId)).map(({ sequence }) => sequence))];
}
