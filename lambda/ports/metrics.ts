/** Counts what nobody has to hear about but somebody may want to see. Never throws. */
export interface Metrics {
  /** Adds one; `dimensions` tell kinds apart and have few values. */
  count(name: string, dimensions?: Readonly<Record<string, string>>): void;
}
