import { begin, type LeadContext } from '../leadership/lead';

/** Whether this run leads from here on. */
export interface NoteAndBeginResult {
  readonly led: boolean;
}

/**
 * The first step of every run: asks for the lead. A run that was started by a bell carries nothing to note; most runs
 * end here, because another one leads and will look again before it ends.
 */
export async function noteAndBegin(context: LeadContext): Promise<NoteAndBeginResult> {
  return { led: (await begin(context)) !== undefined };
}
