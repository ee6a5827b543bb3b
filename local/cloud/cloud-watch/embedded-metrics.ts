import type { Metric } from './metric';

/** One value that a line of a log holds. */
export interface EmbeddedValue extends Pick<Metric, 'namespace' | 'name' | 'dimensions'> {
  readonly value: number;
  /** Simulated milliseconds. */
  readonly at: number;
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
  const record = parsed(line);
  const { CloudWatchMetrics = [], Timestamp } = record?._aws ?? {};
  return CloudWatchMetrics.flatMap((directive: Directive) => valuesOf(directive, record, Number(Timestamp)));
}

// biome-ignore lint/suspicious/noExplicitAny: a line of a log may hold anything
function valuesOf({ Namespace: namespace, Dimensions = [[]], Metrics = [] }: Directive, record: any, at: number) {
  return Dimensions.flatMap((names) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name])]));
    return Metrics.flatMap(({ Name: name }) =>
      typeof record[name] === 'number' ? [{ namespace, name, dimensions, value: record[name], at }] : [],
    );
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a line of a log may hold anything
function parsed(line: string): any {
  try {
    return JSON.parse(line);
  } catch {
    // AWS: a line that is not JSON holds no metrics; it is no fault.
    return undefined;
  }
}
