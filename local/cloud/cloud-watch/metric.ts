/** What CloudWatch tells metrics apart by. */
export interface Metric {
  readonly accountId: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One text for a metric; the order of its dimensions does not matter. */
export function metricKey({ accountId, region, namespace, name, dimensions }: Metric): string {
  const sorted = Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([accountId, region, namespace, name, sorted]);
}
