import type { AlarmDefinition } from './alarm-definition';
import { type MetricStore, MINUTE_MS } from './metric-store';

export type AlarmState = 'INSUFFICIENT_DATA' | 'OK' | 'ALARM';

/** One change of an alarm's state. */
export interface Transition {
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** Simulated milliseconds. */
  readonly at: number;
  /** Why people were not told. */
  readonly failure?: string;
}

/** Changes of state that are kept of an alarm, the newest; AWS keeps those of 30 days. */
const TRANSITIONS_KEPT = 100;

/** An alarm and how it stands. */
export class Alarm {
  state: AlarmState = 'INSUFFICIENT_DATA';
  reason = 'Unchecked: Initial alarm creation';
  readonly history: Transition[] = [];

  constructor(
    readonly definition: AlarmDefinition,
    readonly createdAt: number,
  ) {}

  /**
   * Looks at the last periods that are over, which end at a full minute; AWS aligns long ones to the hour. Answers the
   * new state and why, or nothing when it is as it was.
   */
  evaluate(store: MetricStore, now: number): Omit<Transition, 'failure'> | undefined {
    const { periods, periodMs, missing, threshold } = this.definition;
    const end = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    // Before an alarm was there, nothing could be measured for it: that is no silence.
    if (missing === 'breaching' && end - periods * periodMs < this.createdAt) return undefined;
    const values = Array.from({ length: periods }, (_, index) => this.value(store, end - index * periodMs));
    const isRaised = values.every((value) => (value === undefined ? missing === 'breaching' : value > threshold));
    const to = isRaised ? 'ALARM' : 'OK';
    if (to === this.state) return undefined;
    const shown = values.map((value) => value ?? 'missing').join(', ');
    const reason = `Threshold Crossed: the last ${periods} datapoints [${shown}] ${isRaised ? 'are' : 'are not all'} greater than the threshold (${threshold}).`;
    return { from: this.state, to, reason, at: now };
  }

  note(transition: Transition): void {
    this.state = transition.to;
    this.reason = transition.reason;
    this.history.push(transition);
    if (this.history.length > TRANSITIONS_KEPT) this.history.shift();
  }

  private value(store: MetricStore, to: number): number | undefined {
    const { metrics, statistic, periodMs } = this.definition;
    const measured = metrics.map((metric) => store.within(metric, to - periodMs, to));
    const values = measured.map((one) => (statistic === 'Sum' ? one?.sum : one?.maximum));
    return values.length === 1 ? values[0] : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  }
}
