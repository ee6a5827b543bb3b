import { type Metric, metricKey } from './metric';

/** What was measured in some time. */
export interface Measured {
  readonly sum: number;
  readonly maximum: number;
  readonly count: number;
}

interface Series {
  readonly metric: Metric;
  /** By the minute in which they were measured. */
  readonly minutes: Map<number, Measured>;
}

export const MINUTE_MS = 60_000;
/** Minutes that are kept of a metric: a day, longer than any alarm looks back. */
const MINUTES_KEPT = 24 * 60;

/** Values of metrics, by the minute of simulated time; AWS keeps them so for 15 days. */
export class MetricStore {
  private readonly series = new Map<string, Series>();

  /** `at` in simulated milliseconds. */
  record(metric: Metric, value: number, at: number): void {
    const key = metricKey(metric);
    const { minutes } = this.series.get(key) ?? this.begin(key, metric);
    const minute = Math.floor(at / MINUTE_MS);
    minutes.set(minute, added(minutes.get(minute), { sum: value, maximum: value, count: 1 }));
    const [oldest = minute] = minutes.keys();
    if (minutes.size > MINUTES_KEPT) minutes.delete(oldest);
  }

  /** From one full minute to another; undefined: nothing was measured. */
  within(metric: Metric, from: number, to: number): Measured | undefined {
    const minutes = this.series.get(metricKey(metric))?.minutes;
    let measured: Measured | undefined;
    for (let minute = Math.floor(from / MINUTE_MS); minute < Math.floor(to / MINUTE_MS); minute += 1) {
      const one = minutes?.get(minute);
      if (one) measured = added(measured, one);
    }
    return measured;
  }

  metrics(): Metric[] {
    return [...this.series.values()].map(({ metric }) => metric);
  }

  private begin(key: string, metric: Metric): Series {
    const series = { metric, minutes: new Map<number, Measured>() };
    this.series.set(key, series);
    return series;
  }
}

function added(one: Measured | undefined, other: Measured): Measured {
  if (one === undefined) return other;
  return {
    sum: one.sum + other.sum,
    maximum: Math.max(one.maximum, other.maximum),
    count: one.count + other.count,
  };
}
