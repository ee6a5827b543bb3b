import type { Lambda } from '../lambda/lambda';
import { arn } from '../service';
import type { Sqs } from '../sqs';
import type { StepFunctions } from '../step-functions/step-functions';
import { type Metric, metricKey } from './metric';

/** The services that measure themselves. */
export interface MeasuredServices {
  readonly lambda: Pick<Lambda, 'usageOf'>;
  readonly sqs: Pick<Sqs, 'counts'>;
  readonly stepFunctions: Pick<StepFunctions, 'endedOf'>;
}

const ENDED: Readonly<Record<string, 'FAILED' | 'TIMED_OUT' | 'ABORTED'>> = {
  ExecutionsFailed: 'FAILED',
  ExecutionsTimedOut: 'TIMED_OUT',
  ExecutionsAborted: 'ABORTED',
};

/** Metrics that AWS services publish by themselves; only those that an alarm asks for are read. */
export class ServiceMetrics {
  private readonly counted = new Map<string, number>();

  constructor(private readonly services: MeasuredServices) {}

  /** What has come since the metric was last read; undefined: it is not one of a service. */
  read(metric: Metric): number | undefined {
    const { namespace, name, dimensions, accountId, region } = metric;
    if (namespace === 'AWS/SQS' && name === 'ApproximateNumberOfMessagesVisible')
      return this.services.sqs.counts(arn('sqs', region, accountId, dimensions.QueueName ?? '')).visible;
    const total = this.total(metric);
    if (total === undefined) return undefined;
    const key = metricKey(metric);
    const before = this.counted.get(key) ?? 0;
    this.counted.set(key, total);
    return total - before;
  }

  private total({ namespace, name, dimensions, accountId, region }: Metric): number | undefined {
    const { lambda, stepFunctions } = this.services;
    if (namespace === 'AWS/Lambda' && (name === 'Errors' || name === 'Throttles')) {
      const usage = lambda.usageOf(arn('lambda', region, accountId, `function:${dimensions.FunctionName}`));
      return name === 'Errors' ? usage.errors : usage.throttles;
    }
    const status = namespace === 'AWS/States' ? ENDED[name] : undefined;
    return status && stepFunctions.endedOf(dimensions.StateMachineArn ?? '', status);
  }
}
