import type { Alarm, Transition } from './alarm';
import type { AlarmDefinition } from './alarm-definition';
import { dimensionList, type Input, metricOf, type Place } from './asked-metric';
import { type Metric, metricKey } from './metric';
import { page } from './parameters';

export function describeAlarms(alarms: readonly Alarm[], input: Input): unknown {
  const { AlarmNames: names, AlarmNamePrefix: prefix = '', StateValue: state, AlarmTypes: types } = input;
  const chosen = alarms.filter(
    ({ definition: { name }, state: is }) =>
      (!Array.isArray(types) || types.includes('MetricAlarm')) &&
      (!Array.isArray(names) || names.includes(name)) &&
      name.startsWith(String(prefix)) &&
      (state === undefined || state === is),
  );
  const { entries, ...next } = page(chosen, input);
  return { MetricAlarms: entries.map(described), CompositeAlarms: [], ...next };
}

/** Alarms that look at a metric, alone or among others. AWS names those that look at it alone. */
export function alarmsForMetric(alarms: readonly Alarm[], place: Place, input: Input): unknown {
  const key = metricKey(metricOf(place, input));
  const chosen = alarms.filter(
    ({ definition: { metrics } }) => metrics.length === 1 && metricKey(metrics[0] as Metric) === key,
  );
  return { MetricAlarms: chosen.map(described) };
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
    ...watched(definition),
    EvaluationPeriods: definition.periods,
    Threshold: definition.threshold,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: definition.missing,
  };
}

/** What an alarm looks at, in the form that it was declared in. */
function watched({ metrics, statistic, periodMs }: AlarmDefinition) {
  const [first, ...others] = metrics.map(({ namespace, name, dimensions }) => ({
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionList(dimensions),
  }));
  const Period = periodMs / 1_000;
  if (first && others.length === 0) return { ...first, Statistic: statistic, Period };
  const parts = [first, ...others].map((Metric, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric, Stat: statistic, Period },
    ReturnData: false,
  }));
  const Expression = parts.map(({ Id }) => `FILL(${Id},0)`).join('+');
  return { Metrics: [...parts, { Id: 'total', Expression, ReturnData: true }] };
}

/** Changes of state, the newest first. */
export function describeHistory(alarms: readonly Alarm[], input: Input): unknown {
  const { AlarmName: name, HistoryItemType: type } = input;
  const chosen = alarms.filter(({ definition }) => name === undefined || definition.name === name);
  const items = chosen.flatMap(({ definition, history }) =>
    history.flatMap((transition) => historyItems(definition.name, transition)),
  );
  const newestFirst = items
    .filter(({ HistoryItemType }) => type === undefined || HistoryItemType === type)
    .sort((one, other) => other.Timestamp.getTime() - one.Timestamp.getTime());
  const { entries, ...next } = page(newestFirst, input);
  return { AlarmHistoryItems: entries, ...next };
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
