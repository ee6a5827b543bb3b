import { notImplemented, ServiceFault } from '../service';
import { dimensionList, type Input, metricOf, type Place } from './asked-metric';
import { type Metric, metricKey } from './metric';
import { type Measured, type MetricStore, MINUTE_MS } from './metric-store';

export function listMetrics(store: MetricStore, place: Place, { Namespace, MetricName }: Input): unknown {
  const chosen = store
    .metrics()
    .filter(
      ({ accountId, region, namespace, name }) =>
        accountId === place.accountId &&
        region === place.region &&
        (Namespace === undefined || Namespace === namespace) &&
        (MetricName === undefined || MetricName === name),
    );
  return {
    Metrics: chosen.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: dimensionList(dimensions),
    })),
  };
}

/** Of each period that has values, from the first full minute: the statistics that are asked for. */
export function metricStatistics(store: MetricStore, place: Place, input: Input): unknown {
  const names = (Array.isArray(input.Statistics) ? input.Statistics : []).map(String);
  const Datapoints = datapoints(store, metricOf(place, input), input, Number(input.Period)).map(({ at, measured }) => ({
    Timestamp: new Date(at),
    ...Object.fromEntries(names.map((name) => [name, statisticOf(measured, name)])),
    Unit: 'None',
  }));
  return { Label: String(input.MetricName), Datapoints };
}

/** Values of several metrics, the newest first unless asked otherwise; all at once. */
export function metricData(store: MetricStore, place: Place, input: Input): unknown {
  const queries = (input.MetricDataQueries ?? []) as readonly Readonly<Record<string, unknown>>[];
  const shown = queries.filter(({ ReturnData }) => ReturnData !== false);
  return { MetricDataResults: shown.map((query) => dataOf(store, place, input, query)), Messages: [] };
}

function dataOf(store: MetricStore, place: Place, input: Input, { Id, Label, MetricStat }: Input) {
  if (MetricStat === undefined) throw notImplemented('cloudwatch', 'GetMetricData with an Expression');
  const { Metric: asked, Period, Stat } = MetricStat as { Metric: Input; Period: unknown; Stat: unknown };
  const points = datapoints(store, metricOf(place, asked), input, Number(Period));
  if (input.ScanBy !== 'TimestampAscending') points.reverse();
  return {
    Id,
    Label: Label ?? asked.MetricName,
    Timestamps: points.map(({ at }) => new Date(at)),
    Values: points.map(({ measured }) => statisticOf(measured, String(Stat))),
    StatusCode: 'Complete',
  };
}

function datapoints(store: MetricStore, metric: Metric, { StartTime, EndTime }: Input, period: number) {
  const periodMs = period * 1_000;
  if (!(periodMs > 0 && periodMs % MINUTE_MS === 0))
    throw new ServiceFault('InvalidParameterValue', 'Period must be a multiple of 60 seconds');
  const [from, to] = [timeOf(StartTime), timeOf(EndTime)];
  const known = store.metrics().some((one) => metricKey(one) === metricKey(metric));
  const found: { at: number; measured: Measured }[] = [];
  for (let at = Math.floor(from / MINUTE_MS) * MINUTE_MS; known && at < to; at += periodMs) {
    const measured = store.within(metric, at, at + periodMs);
    if (measured) found.push({ at, measured });
  }
  return found;
}

function statisticOf({ sum, maximum, count }: Measured, name: string): number {
  if (name === 'Sum') return sum;
  if (name === 'Maximum') return maximum;
  if (name === 'SampleCount') return count;
  if (name === 'Average') return sum / count;
  throw notImplemented('cloudwatch', `the statistic ${name}`);
}

/** JSON carries times as epoch seconds. */
function timeOf(value: unknown): number {
  const time = typeof value === 'number' ? value * 1_000 : Date.parse(String(value));
  if (Number.isNaN(time)) throw new ServiceFault('InvalidParameterValue', 'StartTime and EndTime must be times');
  return time;
}
