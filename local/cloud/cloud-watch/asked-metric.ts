import type { Metric } from './metric';

/** An account and Region. */
export type Place = Pick<Metric, 'accountId' | 'region'>;

/** Parameters of a call as they came. */
export type Input = Readonly<Record<string, unknown>>;

/** The metric that a call asks about. */
export function metricOf(place: Place, { Namespace, MetricName, Dimensions }: Input): Metric {
  const dimensions = (Dimensions ?? []) as readonly { readonly Name: string; readonly Value: string }[];
  return {
    ...place,
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}

export function dimensionList(dimensions: Metric['dimensions']) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
