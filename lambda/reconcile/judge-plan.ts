/** What a pass would do in all. */
export interface PassSummary {
  readonly creates: number;
  readonly deletes: number;
}

export interface Verdict {
  readonly verdict: 'pass';
}

/** Judges the plan of the whole pass before anything takes effect. No limits apply so far: every plan passes. */
export function judgePlan(_summary: PassSummary): Verdict {
  return { verdict: 'pass' };
}
