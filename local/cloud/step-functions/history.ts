import type { Clock } from '../../clock';
import { StateError } from './state-error';

/** One event of an execution's history, in the shape of GetExecutionHistory. */
export interface HistoryEvent {
  readonly timestamp: Date;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  readonly [details: string]: unknown;
}

/** AWS: a Standard execution has at most 25,000 events; the last one says that it failed. */
export const HISTORY_LIMIT = 25_000;

/** A position in the history: branches and iterations follow their own chain of previous events. */
export interface Cursor {
  previous: number;
}

export class History {
  readonly events: HistoryEvent[] = [];

  constructor(private readonly clock: Clock) {}

  /**
   * @param details name and content of the event's details member, e.g. `{taskSucceededEventDetails: {…}}`
   * @throws StateError States.Runtime when the history is full
   */
  add(cursor: Cursor, type: string, details: Readonly<Record<string, unknown>> = {}): number {
    if (this.events.length >= HISTORY_LIMIT - 1) {
      const cause = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;
      throw new StateError('States.Runtime', cause);
    }
    return this.append(cursor, type, details);
  }

  /** The event that ends the execution; it always has room. */
  end(cursor: Cursor, type: string, details: Readonly<Record<string, unknown>>): void {
    this.append(cursor, type, details);
  }

  private append(cursor: Cursor, type: string, details: Readonly<Record<string, unknown>>): number {
    const id = this.events.length + 1;
    const timestamp = new Date(this.clock.now());
    this.events.push({ timestamp, type, id, previousEventId: cursor.previous, ...details });
    cursor.previous = id;
    return id;
  }
}
