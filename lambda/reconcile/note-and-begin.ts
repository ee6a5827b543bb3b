import { begin, type LeadContext } from '../leadership/lead';
import { type NoteContext, noteEvent } from './note-event';

/** Whether this run leads from here on. */
export interface NoteAndBeginResult {
  readonly led: boolean;
}

/**
 * The first step of every run: notes what the event that started it is about, then asks for the lead. A run that was
 * started by a bell carries nothing to note; most runs end here, because another one leads and will look again before
 * it ends.
 */
export async function noteAndBegin(context: LeadContext & NoteContext, event: unknown): Promise<NoteAndBeginResult> {
  await noteEvent(context, event);
  return { led: (await begin(context)) !== undefined };
}
