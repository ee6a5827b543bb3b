import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { AuditEvent } from '../domain/audit/audit-event';
import type { AuditBus } from '../ports/audit-bus';
import { naming } from './service-faults';

/** Whom the events of the bus come from. */
export const AUDIT_SOURCE = 'identity-center-extensions';
/** AWS: a call has at most 10 entries and 256 kB. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256_000;
/** What an entry has beside its detail: names, at most. */
const OTHER_BYTES = 1_000;

/** The audit bus on EventBridge. */
export class EventBridgeAuditBus implements AuditBus {
  constructor(
    private readonly busName: string,
    private readonly client: Pick<EventBridgeClient, 'send'> = new EventBridgeClient({ maxAttempts: 5 }),
  ) {}

  async tell(events: readonly AuditEvent[]): Promise<ReadonlySet<string>> {
    const refused = new Set<string>();
    for (const some of calls(events)) {
      const Entries = some.map((event) => this.entryOf(event));
      const { Entries: answers = [] } = await naming(this.client.send(new PutEventsCommand({ Entries })));
      some.forEach(({ eventId }, index) => {
        if (answers[index]?.EventId === undefined) refused.add(eventId);
      });
    }
    return refused;
  }

  private entryOf(event: AuditEvent): PutEventsRequestEntry {
    const { type, at } = event;
    const Detail = JSON.stringify(event);
    return { EventBusName: this.busName, Source: AUDIT_SOURCE, DetailType: type, Time: new Date(at), Detail };
  }
}

/** As many events as fit into each call. */
function* calls(events: readonly AuditEvent[]): Generator<readonly AuditEvent[]> {
  let some: AuditEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event)) + OTHER_BYTES;
    if (some.length > 0 && (some.length === MOST_ENTRIES || bytes + size > MOST_BYTES)) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(event);
    bytes += size;
  }
  if (some.length > 0) yield some;
}
