import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Names } from '../names';

/**
 * `critical`: access is not kept as declared, or nobody would notice. `high`: something waits for a person and does not
 * mend itself. `medium`: somebody should look within some days.
 */
export type Severity = 'critical' | 'high' | 'medium';

/** One metric, or several that are added up. */
export interface AlarmMetric {
  readonly namespace: string;
  readonly names: readonly string[];
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum';
}

export interface AlarmProps {
  /** Part of its name. */
  readonly key: string;
  readonly severity: Severity;
  /** What has happened, in one sentence. */
  readonly meaning: string;
  /** The heading of `docs/operations.md` that tells what to do, as its anchor. */
  readonly runbook: string;
  readonly metric: AlarmMetric;
  /** The alarm is raised above it. */
  readonly threshold: number;
  readonly periodSeconds?: number;
  /** How many periods in a row. */
  readonly periods?: number;
  /** Whether it is a fault that nothing is measured. */
  readonly silenceIsFault?: boolean;
}

const PERIOD_SECONDS = 300;

/** An alarm that tells people: how bad it is, what it means, and where it is written what to do. */
export class Alarm extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { names, topicArn }: { names: Names; topicArn: string },
    props: AlarmProps,
  ) {
    super(scope, id);
    new CfnAlarm(this, 'Resource', {
      alarmName: names.alarm(props.key),
      alarmDescription: `[${props.severity}] ${props.meaning} Runbook: docs/operations.md#${props.runbook}`,
      ...measured(props),
      comparisonOperator: 'GreaterThanThreshold',
      threshold: props.threshold,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.silenceIsFault ? 'breaching' : 'notBreaching',
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}

function measured({ metric, periodSeconds: period = PERIOD_SECONDS }: AlarmProps) {
  const { namespace, names, statistic } = metric;
  const dimensions = Object.entries(metric.dimensions ?? {}).map(([name, value]) => ({ name, value }));
  const [metricName] = names;
  if (metricName !== undefined && names.length === 1) return { namespace, metricName, dimensions, statistic, period };
  const parts = names.map((name, index) => ({
    id: `m${index}`,
    metricStat: { metric: { namespace, metricName: name, dimensions }, stat: statistic, period },
    returnData: false,
  }));
  // A service that has seen nothing of a kind has no value for it.
  const expression = names.map((_, index) => `FILL(m${index},0)`).join('+');
  return { metrics: [...parts, { id: 'total', expression, label: names.join(' + ') }] };
}
