import type { AuditEvent } from '../domain/audit/audit-event';

/** Where audit events are told, to whoever wants to hear. */
export interface AuditBus {
  /** Tells events; answers the ids of those that were not taken and have to be told again. Throws faults. */
  tell(events: readonly AuditEvent[]): Promise<ReadonlySet<string>>;
}
