import type { Metric } from './metric';

/** One value that a line of a log holds. */
export interface EmbeddedValue extends Pick<Metric, 'namespace' | 'name' | 'dimensions'> {
  readonly value: number;
  /** Simulated milliseconds. */
  readonly at: number;
}

/** A line that is JSON; what it holds beside `_aws` is anything. */
interface Line {
  readonly _aws?: { readonly CloudWatchMetrics?: readonly Directive[]; readonly Timestamp?: unknown };
  readonly [name: string]: unknown;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name: string }[];
}

const MARK = '"_aws"';

/**
 * What CloudWatch takes out of a line of a log: a JSON object in the embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedValues(line: string): EmbeddedValue[] {
  if (!line.includes(MARK)) return [];
  const record = parsed(line) ?? {};
  const { CloudWatchMetrics = [], Timestamp } = record._aws ?? {};
  return CloudWatchMetrics.flatMap((directive: Directive) => valuesOf(directive, record, Number(Timestamp)));
}

function valuesOf({ Namespace: namespace, Dimensions = [[]], Metrics = [] }: Directive, record: Line, at: number) {
  return Dimensions.flatMap((names) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name])]));
    return Metrics.flatMap(({ Name: name }) => {
      const value = record[name];
      return typeof value === 'number' ? [{ namespace, name, dimensions, value, at }] : [];
    });
  });
}

function parsed(line: string): Line | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // AWS: a line that is not JSON holds no metrics; it is no fault.
    return undefined;
  }
}
