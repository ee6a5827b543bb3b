import type { ResourceInput, ResourceOutput } from '../assembly/resource';
import type { Clock } from '../clock';
import { Alarm, type Transition } from './cloud-watch/alarm';
import { alarmsForMetric, describeAlarms, describeHistory } from './cloud-watch/alarm-answers';
import { readAlarm } from './cloud-watch/alarm-definition';
import { alarmMessage, alarmSubject } from './cloud-watch/alarm-message';
import { embeddedValues } from './cloud-watch/embedded-metrics';
import { listMetrics, metricData, metricStatistics } from './cloud-watch/metric-answers';
import { MetricStore, MINUTE_MS } from './cloud-watch/metric-store';
import { refuseOtherParameters } from './cloud-watch/parameters';
import { type MeasuredServices, ServiceMetrics } from './cloud-watch/service-metrics';
import type { LogDestination } from './logs';
import type { Call, SimulatedService } from './service';
import { notImplemented, ServiceFault } from './service';
import type { Sns } from './sns';

export interface CloudWatchOptions {
  readonly clock: Clock;
  /** Where alarms tell people. */
  readonly sns: Pick<Sns, 'publish'>;
  readonly services: MeasuredServices;
}

/**
 * CloudWatch metrics and alarms: what functions log in the embedded metric format and what services measure, evaluated
 * every minute of simulated time. It only looks: nothing waits for it.
 */
export class CloudWatch implements SimulatedService {
  readonly signingName = 'monitoring';
  private readonly alarms = new Map<string, Alarm>();
  private readonly store = new MetricStore();
  private readonly serviceMetrics: ServiceMetrics;
  private cancel = (): void => undefined;

  constructor(private readonly options: CloudWatchOptions) {
    this.serviceMetrics = new ServiceMetrics(options.services);
    this.everyMinute();
  }

  /** `AWS::CloudWatch::Alarm`: `Ref` is the name. */
  createAlarm(input: ResourceInput): ResourceOutput {
    const definition = readAlarm(input);
    if (this.alarms.has(definition.arn)) throw new Error(`AWS::CloudWatch::Alarm ${definition.name} already exists`);
    this.alarms.set(definition.arn, new Alarm(definition, this.options.clock.now()));
    return { ref: definition.name, attributes: { Arn: definition.arn } };
  }

  /** Takes the metrics out of what was written to a log. */
  takeLog({ accountId, region }: LogDestination, events: readonly { readonly message: string }[]): void {
    for (const { message } of events) {
      for (const { value, at, ...metric } of embeddedValues(message))
        this.store.record({ accountId, region, ...metric }, value, at);
    }
  }

  async handle({ operation, input, principal, region }: Call): Promise<unknown> {
    const place = { accountId: principal.accountId, region };
    const alarms = [...this.alarms.values()].filter(
      ({ definition }) => definition.accountId === place.accountId && definition.region === region,
    );
    refuseOtherParameters(operation, input);
    switch (operation) {
      case 'DescribeAlarms':
        return describeAlarms(alarms, input);
      case 'DescribeAlarmHistory':
        return describeHistory(alarms, input);
      case 'DescribeAlarmsForMetric':
        return alarmsForMetric(alarms, place, input);
      case 'ListMetrics':
        return listMetrics(this.store, place, input);
      case 'GetMetricData':
        return metricData(this.store, place, input);
      case 'GetMetricStatistics':
        return metricStatistics(this.store, place, input);
      default:
        throw notImplemented('cloudwatch', operation);
    }
  }

  stop(): void {
    this.cancel();
  }

  private everyMinute(): void {
    this.cancel = this.options.clock.after(MINUTE_MS, () => {
      this.everyMinute();
      this.evaluate(this.options.clock.now());
    });
  }

  private evaluate(now: number): void {
    for (const alarm of this.alarms.values()) {
      for (const metric of alarm.definition.metrics) {
        const value = this.serviceMetrics.read(metric);
        // Of the minute that is over.
        if (value !== undefined) this.store.record(metric, value, now - MINUTE_MS);
      }
      const transition = alarm.evaluate(this.store, now);
      if (transition) alarm.note({ ...transition, ...this.tell(alarm, transition) });
    }
  }

  /** AWS: an action that fails is noted in the history, and not tried again. */
  private tell({ definition }: Alarm, transition: Transition): Pick<Transition, 'failure'> {
    const actions = transition.to === 'ALARM' ? definition.alarmActions : definition.okActions;
    // AWS tells of an alarm that is OK from the beginning, too; nobody wants a message for each alarm at every start.
    if (transition.from === 'INSUFFICIENT_DATA' && transition.to === 'OK') return {};
    const { accountId, arn } = definition;
    const sender = { kind: 'service', accountId, arn: 'cloudwatch.amazonaws.com' } as const;
    const context = { 'aws:sourcearn': arn, 'aws:sourceaccount': accountId };
    try {
      for (const topicArn of actions)
        this.options.sns.publish(
          topicArn,
          alarmMessage(definition, transition),
          sender,
          context,
          alarmSubject(definition, transition),
        );
      return {};
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      return { failure: error.message };
    }
  }
}
