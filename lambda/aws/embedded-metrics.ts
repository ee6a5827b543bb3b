import type { Metrics } from '../ports/metrics';
import { systemClock } from './system-clock';

const NAMESPACE = 'IdentityCenterExtensions';

/**
 * Metrics in the embedded metric format: CloudWatch takes them out of the log, so that counting needs no call and no
 * right. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const embeddedMetrics: Metrics = {
  count(name, dimensions = {}) {
    const metric = {
      Namespace: NAMESPACE,
      Dimensions: [Object.keys(dimensions)],
      Metrics: [{ Name: name, Unit: 'Count' }],
    };
    const record = { _aws: { Timestamp: systemClock.now(), CloudWatchMetrics: [metric] }, ...dimensions, [name]: 1 };
    // AWS: `console` would wrap the record into another one, in which nothing is found.
    process.stdout.write(`${JSON.stringify(record)}\n`);
  },
};
