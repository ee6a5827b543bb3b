import type { Transition } from './alarm';
import type { AlarmDefinition } from './alarm-definition';

/** AWS: at most 100 characters. */
const LONGEST_SUBJECT = 100;

export function alarmSubject({ name, region }: AlarmDefinition, { to }: Transition): string {
  return `${to}: "${name}" in ${region}`.slice(0, LONGEST_SUBJECT);
}

/** What an alarm sends to its topic. AWS writes the Region by its long name. */
export function alarmMessage(definition: AlarmDefinition, { from, to, reason, at }: Transition): string {
  const { name, arn, description, accountId, region, metrics, statistic, periodMs } = definition;
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: description,
    AWSAccountId: accountId,
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: new Date(at).toISOString(),
    Region: region,
    AlarmArn: arn,
    OldStateValue: from,
    Trigger: {
      MetricName: metrics.map((metric) => metric.name).join('+'),
      Namespace: metrics[0]?.namespace,
      Statistic: statistic.toUpperCase(),
      Period: periodMs / 1_000,
      EvaluationPeriods: definition.periods,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: definition.threshold,
      TreatMissingData: definition.missing,
    },
  });
}
