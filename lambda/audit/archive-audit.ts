import type { AuditEvent } from '../domain/audit/audit-event';
import { auditObjects } from '../domain/audit/audit-objects';
import type { AuditArchive } from '../ports/audit-archive';
import type { LeveledLog } from '../ports/leveled-log';

/** An event of the bus as a queue brings it. */
export interface ArchiveMessage {
  readonly messageId: string;
  readonly body: string;
}

/** Keeps the events of some messages. Answers the ids of messages that hold no event. */
export async function archiveAudit(
  { archive, log }: { readonly archive: AuditArchive; readonly log: Pick<LeveledLog, 'error'> },
  messages: readonly ArchiveMessage[],
): Promise<string[]> {
  const read = messages.map(({ messageId, body }) => ({ messageId, event: eventIn(body) }));
  const events = read.flatMap(({ event }) => event ?? []);
  for (const { key, text } of auditObjects(events)) await archive.keep(key, text);
  const strange = read.filter(({ event }) => event === undefined).map(({ messageId }) => messageId);
  if (strange.length > 0) log.error('Messages hold no audit event', { messageIds: strange });
  return strange;
}

/** The `detail` of an event of the bus. */
function eventIn(body: string): AuditEvent | undefined {
  const { detail } = (parsed(body) ?? {}) as { readonly detail?: Partial<AuditEvent> };
  const isEvent = typeof detail?.eventId === 'string' && typeof detail.at === 'string';
  return isEvent ? (detail as AuditEvent) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
