import type { Metrics } from '../ports/metrics';
import { required } from './environment';
import { systemClock } from './system-clock';

type Values = Readonly<Record<string, number>>;

/**
 * Metrics in the embedded metric format: CloudWatch takes them out of the log, so that counting needs no call and no
 * right. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const embeddedMetrics: Metrics = {
  count(name, dimensions = {}) {
    write({ [name]: 1 }, dimensions);
  },
  gauges(values) {
    write(values, {});
  },
};

function write(values: Values, dimensions: Readonly<Record<string, string>>): void {
  const metric = {
    Namespace: required('POWERTOOLS_METRICS_NAMESPACE'),
    Dimensions: [Object.keys(dimensions)],
    Metrics: Object.keys(values).map((Name) => ({ Name, Unit: Name.endsWith('Seconds') ? 'Seconds' : 'Count' })),
  };
  const record = { _aws: { Timestamp: systemClock.now(), CloudWatchMetrics: [metric] }, ...dimensions, ...values };
  // AWS: `console` would wrap the record into another one, in which nothing is found.
  process.stdout.write(`${JSON.stringify(record)}\n`);
}
