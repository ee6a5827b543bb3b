import type { EventReading } from '../domain/events/event-reading';
import { type EventOrigins, readEvent } from '../domain/events/read-event';
import { markWrite } from '../domain/slice';
import { noteOutsideChange, type OutsideContext } from './note-outside-change';

export interface NoteContext extends OutsideContext {
  readonly origins: EventOrigins;
}

/** Marks dirty what an event is about. Noting it twice, late or in another order leads to the same looks. */
export async function noteEvent(context: NoteContext, event: unknown): Promise<void> {
  const reading = readEvent(event, context.origins);
  if (reading.outcome === 'ignored') countIgnored(context, reading);
  if (reading.outcome !== 'look') return;
  const { subjects, change } = reading;
  if (change !== undefined) return noteOutsideChange(context, subjects, change);
  const markedAt = new Date(context.clock.now()).toISOString();
  for (const subject of subjects) {
    if (subject.kind === 'permissionSetArn') continue;
    await context.store.transact([markWrite(subject, context.newId(), markedAt)]);
  }
}

function countIgnored({ log, metrics }: NoteContext, { because }: EventReading & { outcome: 'ignored' }): void {
  metrics.count('EventsIgnored', { because });
  log.info('An event was ignored', { because });
}
