import { notImplemented, ServiceFault } from '../service';
import type { Input } from './asked-metric';

/** The operations there are, and the parameters that they heed. */
const HEEDED: Readonly<Record<string, readonly string[]>> = {
  DescribeAlarms: ['AlarmNames', 'AlarmNamePrefix', 'StateValue', 'AlarmTypes', 'MaxRecords', 'NextToken'],
  DescribeAlarmsForMetric: ['Namespace', 'MetricName', 'Dimensions'],
  DescribeAlarmHistory: ['AlarmName', 'HistoryItemType', 'MaxRecords', 'NextToken'],
  ListMetrics: ['Namespace', 'MetricName'],
  GetMetricData: ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'],
  GetMetricStatistics: ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics'],
};
/** AWS: entries of a page, unless fewer are asked for. */
const MOST_RECORDS = 100;

/** Throws `NotImplemented` for what the local cloud would otherwise leave out without a word. */
export function refuseOtherParameters(operation: string, input: Input): void {
  const heeded = HEEDED[operation];
  const other = Object.keys(input).find((name) => input[name] !== undefined && heeded?.includes(name) === false);
  if (other !== undefined) throw notImplemented('cloudwatch', `${operation} with ${other}`);
}

/** One page of a list, and the token of the next one. */
export function page<T>(all: readonly T[], { MaxRecords = MOST_RECORDS, NextToken = '0' }: Input) {
  const [count, start] = [Number(MaxRecords), Number(NextToken)];
  if (!(count >= 1 && count <= MOST_RECORDS))
    throw new ServiceFault('ValidationError', `MaxRecords must be from 1 to ${MOST_RECORDS}`);
  if (!Number.isInteger(start)) throw new ServiceFault('InvalidNextToken', 'The token is invalid');
  const end = start + count;
  return { entries: all.slice(start, end), ...(end < all.length ? { NextToken: String(end) } : {}) };
}
