import { ServiceFault } from '../service';
import type { Alarm, Transition } from './alarm';
import { type Metric, metricKey } from './metric';
import { type MetricStore, MINUTE_MS } from './metric-store';

type Place = Pick<Metric, 'accountId' | 'region'>;

/** Parameters of a call as they came. */
type Input = Readonly<Record<string, unknown>>;

/** Answers all alarms at once; AWS answers 50 to a page unless asked for more. */
export function describeAlarms(alarms: readonly Alarm[], input: Input): unknown {
  const { AlarmNames: names, AlarmNamePrefix: prefix = '', StateValue: state } = input;
  const chosen = alarms.filter(
    ({ definition: { name }, state: is }) =>
      (!Array.isArray(names) || names.includes(name)) &&
      name.startsWith(String(prefix)) &&
      (state === undefined || state === is),
  );
  return { MetricAlarms: chosen.map(described), CompositeAlarms: [] };
}

function described({ definition, state, reason, history, createdAt }: Alarm) {
  const changedAt = history.at(-1)?.at ?? createdAt;
  return {
    AlarmName: definition.name,
    AlarmArn: definition.arn,
    AlarmDescription: definition.description,
    ActionsEnabled: true,
    AlarmActions: definition.alarmActions,
    OKActions: definition.okActions,
    InsufficientDataActions: [],
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: new Date(changedAt),
    EvaluationPeriods: definition.periods,
    Threshold: definition.threshold,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: definition.missing,
  };
}

/** Changes of state, the newest first. */
export function describeHistory(alarms: readonly Alarm[], { AlarmName: name, HistoryItemType: type }: Input): unknown {
  const chosen = alarms.filter(({ definition }) => name === undefined || definition.name === name);
  const items = chosen.flatMap(({ definition, history }) =>
    history.flatMap((transition) => historyItems(definition.name, transition)),
  );
  return {
    AlarmHistoryItems: items
      .filter(({ HistoryItemType }) => type === undefined || HistoryItemType === type)
      .sort((one, other) => other.Timestamp.getTime() - one.Timestamp.getTime()),
  };
}

function historyItems(AlarmName: string, { from, to, reason, at, failure }: Transition) {
  const item = { AlarmName, AlarmType: 'MetricAlarm', Timestamp: new Date(at) };
  const change = {
    ...item,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${from} to ${to}`,
    HistoryData: JSON.stringify({ newState: { stateValue: to, stateReason: reason } }),
  };
  if (failure === undefined) return [change];
  const HistorySummary = `Failed to execute action. Received error: ${failure}`;
  return [change, { ...item, HistoryItemType: 'Action', HistorySummary, HistoryData: '{}' }];
}

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
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
  };
}

/** Sum, maximum and number of values of each period, from the first full minute. */
export function metricStatistics(store: MetricStore, place: Place, input: Input): unknown {
  const dimensions = (input.Dimensions ?? []) as readonly { Name: string; Value: string }[];
  const metric: Metric = {
    ...place,
    namespace: String(input.Namespace),
    name: String(input.MetricName),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
  };
  const known = store.metrics().some((one) => metricKey(one) === metricKey(metric));
  const periodMs = Number(input.Period) * 1_000;
  if (!(periodMs > 0 && periodMs % MINUTE_MS === 0))
    throw new ServiceFault('InvalidParameterValue', 'Period must be a multiple of 60 seconds');
  const [from, to] = [timeOf(input.StartTime), timeOf(input.EndTime)];
  const Datapoints = [];
  for (let start = Math.floor(from / MINUTE_MS) * MINUTE_MS; known && start < to; start += periodMs) {
    const measured = store.within(metric, start, start + periodMs);
    if (!measured) continue;
    const { sum, maximum, count } = measured;
    Datapoints.push({ Timestamp: new Date(start), Sum: sum, Maximum: maximum, SampleCount: count, Unit: 'None' });
  }
  return { Label: metric.name, Datapoints };
}

/** JSON carries times as epoch seconds. */
function timeOf(value: unknown): number {
  const time = typeof value === 'number' ? value * 1_000 : Date.parse(String(value));
  if (Number.isNaN(time)) throw new ServiceFault('InvalidParameterValue', 'StartTime and EndTime must be times');
  return time;
}
