import {
  optionalNumber,
  optionalString,
  physicalName,
  propertyNotImplemented,
  type ResourceInput,
  recordList,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { arn } from '../service';
import type { Metric } from './metric';

const STATISTICS = ['Sum', 'Maximum'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** An alarm as its template declares it. */
export interface AlarmDefinition {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly description: string;
  /** Several are added up; what has no value counts as 0 then. */
  readonly metrics: readonly Metric[];
  readonly statistic: Statistic;
  readonly periodMs: number;
  readonly periods: number;
  /** It is raised above. */
  readonly threshold: number;
  readonly missing: 'breaching' | 'notBreaching';
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
}

const ALARM = 'AWS::CloudWatch::Alarm';
const IMPLEMENTED = [
  'AlarmName',
  'AlarmDescription',
  'Namespace',
  'MetricName',
  'Dimensions',
  'Statistic',
  'Period',
  'Metrics',
  'ComparisonOperator',
  'Threshold',
  'EvaluationPeriods',
  'TreatMissingData',
  'AlarmActions',
  'OKActions',
];

/** Reads an AWS::CloudWatch::Alarm; what the local cloud cannot evaluate is refused by name. */
export function readAlarm(input: ResourceInput): AlarmDefinition {
  const { properties, accountId, region } = input;
  refuseUnknownProperties(ALARM, properties, {
    implemented: IMPLEMENTED,
    inert: { Tags: 'no policy in use reads tags of alarms' },
  });
  only(properties.ComparisonOperator, 'ComparisonOperator', ['GreaterThanThreshold']);
  const missing = optionalString(ALARM, properties, 'TreatMissingData') ?? 'missing';
  only(missing, 'TreatMissingData', ['breaching', 'notBreaching']);
  const name = physicalName(input, optionalString(ALARM, properties, 'AlarmName'), { maxLength: 255 });
  return {
    name,
    arn: arn('cloudwatch', region, accountId, `alarm:${name}`),
    accountId,
    region,
    description: optionalString(ALARM, properties, 'AlarmDescription') ?? '',
    ...measured(properties, { accountId, region }),
    periods: optionalNumber(ALARM, properties, 'EvaluationPeriods') ?? 1,
    threshold: optionalNumber(ALARM, properties, 'Threshold') ?? 0,
    missing: missing as AlarmDefinition['missing'],
    alarmActions: (properties.AlarmActions ?? []) as string[],
    okActions: (properties.OKActions ?? []) as string[],
  };
}

/** `MetricStat` of a part of `Metrics`. */
interface MetricStat {
  readonly Metric: Readonly<Record<string, unknown>>;
  readonly Stat: unknown;
  readonly Period: unknown;
}

type Place = Pick<Metric, 'accountId' | 'region'>;
type Measured = Pick<AlarmDefinition, 'metrics' | 'statistic' | 'periodMs'>;

function measured(properties: ResourceInput['properties'], place: Place): Measured {
  if (properties.Metrics === undefined) {
    return { metrics: [metricOf(properties, place)], ...taken(properties.Statistic, properties.Period) };
  }
  const parts = recordList(ALARM, properties, 'Metrics');
  const [total, ...others] = parts.filter(({ MetricStat }) => MetricStat === undefined);
  const added = parts.filter(({ MetricStat }) => MetricStat !== undefined);
  const sum = added.map(({ Id }) => `FILL(${Id},0)`).join('+');
  if (others.length > 0 || total?.Expression !== sum) throw propertyNotImplemented(ALARM, `Metrics but ${sum}`);
  const stats = added.map(({ MetricStat }) => MetricStat as MetricStat);
  const kinds = new Set(stats.map(({ Stat, Period }) => `${Stat} ${Period}`));
  if (kinds.size > 1) throw propertyNotImplemented(ALARM, 'Metrics of several statistics or periods');
  return { metrics: stats.map(({ Metric }) => metricOf(Metric, place)), ...taken(stats[0]?.Stat, stats[0]?.Period) };
}

function taken(statistic: unknown, period: unknown): Pick<AlarmDefinition, 'statistic' | 'periodMs'> {
  only(statistic, 'Statistic', STATISTICS);
  const seconds = Number(period);
  if (!(seconds > 0 && seconds % 60 === 0)) throw propertyNotImplemented(ALARM, `Period ${String(period)}`);
  return { statistic: statistic as Statistic, periodMs: seconds * 1_000 };
}

function metricOf(part: Readonly<Record<string, unknown>>, place: Place): Metric {
  const dimensions = (part.Dimensions ?? []) as readonly { readonly Name: string; readonly Value: string }[];
  return {
    ...place,
    namespace: String(part.Namespace),
    name: String(part.MetricName),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}

function only(value: unknown, property: string, known: readonly string[]): void {
  if (!known.includes(String(value))) throw propertyNotImplemented(ALARM, `${property} ${String(value)}`);
}
