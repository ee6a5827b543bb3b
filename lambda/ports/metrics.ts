/** Counts and measures what nobody has to hear about but somebody may want to see. Never throws. */
export interface Metrics {
  /** Adds one; `dimensions` tell kinds apart and have few values. */
  count(name: string, dimensions?: Readonly<Record<string, string>>): void;
  /** What is so at this moment. A name that ends in `Seconds` is in seconds; all others are counts. */
  gauges(values: Readonly<Record<string, number>>): void;
}
