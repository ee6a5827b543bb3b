import type { EventReading, Subject } from '../domain/events/event-reading';
import { type EventOrigins, readEvent } from '../domain/events/read-event';
import { markWrite, type Slice } from '../domain/slice';
import { nameSeenBefore } from '../permission-sets/permission-set-names';
import type { Clock, UniqueId } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Metrics } from '../ports/metrics';
import type { Store } from '../ports/store';

export interface NoteContext {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: UniqueId;
  readonly origins: EventOrigins;
  readonly log: Pick<LeveledLog, 'info'>;
  readonly metrics: Metrics;
}

/** Marks dirty what an event is about. Noting it twice, late or in another order leads to the same looks. */
export async function noteEvent(context: NoteContext, event: unknown): Promise<void> {
  const reading = readEvent(event, context.origins);
  if (reading.outcome === 'ignored') countIgnored(context, reading);
  if (reading.outcome !== 'look') return;
  const slices: Slice[] = [];
  for (const subject of reading.subjects) slices.push(...(await slicesOf(context, subject)));
  const markedAt = new Date(context.clock.now()).toISOString();
  for (const slice of slices) await context.store.transact([markWrite(slice, context.newId(), markedAt)]);
}

function countIgnored({ log, metrics }: NoteContext, { because }: EventReading & { outcome: 'ignored' }): void {
  metrics.count('EventsIgnored', { because });
  log.info('An event was ignored', { because });
}

/** A permission set that was never seen is none that a link or document depends on. */
async function slicesOf({ store }: NoteContext, subject: Subject): Promise<Slice[]> {
  if (subject.kind !== 'permissionSetArn') return [subject];
  const permissionSetName = await nameSeenBefore(store, subject.permissionSetArn);
  return permissionSetName === undefined ? [] : [{ kind: 'permissionSet', permissionSetName }];
}
