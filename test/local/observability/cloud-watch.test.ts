import { VirtualClock } from '../../../local/clock';
import { CloudWatch } from '../../../local/cloud/cloud-watch';
import { ServiceFault } from '../../../local/cloud/service';
import { ACCOUNT, call, REGION, resource } from '../data/fixture';

const MINUTE_MS = 60_000;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:people`;
const GAUGE = {
  Namespace: 'Product',
  MetricName: 'Waiting',
  Statistic: 'Maximum',
  Period: 60,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 10,
  EvaluationPeriods: 1,
  TreatMissingData: 'notBreaching',
  AlarmActions: [TOPIC],
  OKActions: [TOPIC],
};

function open(publish: (...message: readonly unknown[]) => void = () => undefined) {
  const clock = new VirtualClock();
  const sent: { subject: unknown; message: unknown; sender: unknown; context: unknown }[] = [];
  const used = { invocations: 0, errors: 0, throttles: 0, gigabyteSeconds: 0 };
  const ended = { FAILED: 0, TIMED_OUT: 0, ABORTED: 0 } as Record<string, number>;
  let visible = 0;
  const sns = {
    publish(topic: string, message: string, sender: unknown, context: unknown, subject: unknown) {
      publish(topic, message);
      sent.push({ subject, message: JSON.parse(message), sender, context });
    },
  };
  const services = {
    lambda: { usageOf: () => used },
    sqs: { counts: () => ({ visible, inFlight: 0, delayed: 0 }) },
    stepFunctions: { endedOf: (_: string, status: string) => ended[status] ?? 0 },
  };
  const cloudWatch = new CloudWatch({ clock, sns, services } as unknown as ConstructorParameters<typeof CloudWatch>[0]);
  const declare = (more: Record<string, unknown> = {}) =>
    cloudWatch.createAlarm(resource('Alarm', { AlarmName: 'waiting', ...GAUGE, ...more }));
  const measure = (value: number, name = 'Waiting', more: Record<string, unknown> = {}) => {
    const CloudWatchMetrics = [{ Namespace: 'Product', Dimensions: [Object.keys(more)], Metrics: [{ Name: name }] }];
    const line = { _aws: { Timestamp: clock.now(), CloudWatchMetrics }, [name]: value, ...more };
    cloudWatch.takeLog({ accountId: ACCOUNT, region: REGION } as never, [{ message: JSON.stringify(line) }]);
  };
  const state = async (): Promise<string> => {
    const { MetricAlarms } = (await cloudWatch.handle(call('DescribeAlarms', {}))) as {
      MetricAlarms: { StateValue: string }[];
    };
    return MetricAlarms[0]?.StateValue ?? '';
  };
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) await clock.runUntil(clock.sleep(MINUTE_MS));
  };
  return {
    clock,
    cloudWatch,
    sent,
    used,
    ended,
    declare,
    measure,
    state,
    minutes,
    setVisible: (n: number) => (visible = n),
  };
}

test('an alarm knows nothing until a minute is over', async () => {
  const { declare, state, minutes } = open();
  declare();
  expect(await state()).toBe('INSUFFICIENT_DATA');
  await minutes(1);
  expect(await state()).toBe('OK');
});

test('it is raised above its threshold, not at it, and tells both changes', async () => {
  const { declare, measure, state, minutes, sent } = open();
  declare();
  await minutes(1);
  measure(10);
  await minutes(1);
  expect(await state()).toBe('OK');
  measure(11);
  await minutes(1);
  expect(await state()).toBe('ALARM');
  await minutes(1);
  expect(await state()).toBe('OK');
  expect(sent.map(({ subject }) => subject)).toEqual([`ALARM: "waiting" in ${REGION}`, `OK: "waiting" in ${REGION}`]);
  expect(sent[0]).toMatchObject({
    message: { AlarmName: 'waiting', OldStateValue: 'OK', NewStateValue: 'ALARM', Trigger: { Threshold: 10 } },
    sender: { kind: 'service', arn: 'cloudwatch.amazonaws.com' },
    context: { 'aws:sourcearn': `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:waiting` },
  });
});

test('several periods have to be above it, one after the other', async () => {
  const { declare, measure, state, minutes } = open();
  declare({ EvaluationPeriods: 3 });
  for (const [value, expected] of [
    [11, 'OK'],
    [12, 'OK'],
    [1, 'OK'],
    [13, 'OK'],
    [14, 'OK'],
    [15, 'ALARM'],
  ] as const) {
    measure(value);
    await minutes(1);
    expect(await state()).toBe(expected);
  }
});

test.each([
  ['Sum', 'ALARM'],
  ['Maximum', 'OK'],
])('values of one period count as their %s', async (Statistic, expected) => {
  const { declare, measure, state, minutes } = open();
  declare({ Statistic });
  measure(6);
  measure(6);
  await minutes(1);
  expect(await state()).toBe(expected);
});

test('silence is a fault where the alarm says so, once it could have been broken', async () => {
  const { declare, measure, state, minutes } = open();
  declare({ TreatMissingData: 'breaching', EvaluationPeriods: 2 });
  await minutes(1);
  expect(await state()).toBe('INSUFFICIENT_DATA');
  measure(0);
  await minutes(1);
  expect(await state()).toBe('OK');
  await minutes(2);
  expect(await state()).toBe('ALARM');
});

test('metrics differ by their dimensions', async () => {
  const { declare, measure, state, minutes } = open();
  declare({ Dimensions: [{ Name: 'because', Value: 'unknown' }] });
  measure(11, 'Waiting', { because: 'malformed' });
  await minutes(1);
  expect(await state()).toBe('OK');
  measure(11, 'Waiting', { because: 'unknown' });
  await minutes(1);
  expect(await state()).toBe('ALARM');
});

test('what a function counts is added up since the last minute', async () => {
  const { declare, state, minutes, used } = open();
  const part = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: [{ Name: 'FunctionName', Value: 'one' }] },
      Stat: 'Sum',
      Period: 60,
    },
    ReturnData: false,
  });
  const Metrics = [part('m0', 'Errors'), part('m1', 'Throttles'), { Id: 'total', Expression: 'FILL(m0,0)+FILL(m1,0)' }];
  const { MetricName, Namespace, Statistic, Period, ...others } = { ...GAUGE, Threshold: 2 };
  const only = Object.fromEntries(
    Object.keys({ MetricName, Namespace, Statistic, Period }).map((key) => [key, undefined]),
  );
  declare({ ...others, ...only, Metrics });
  Object.assign(used, { errors: 2, throttles: 0 });
  await minutes(1);
  expect(await state()).toBe('OK');
  Object.assign(used, { errors: 3, throttles: 2 });
  await minutes(1);
  expect(await state()).toBe('ALARM');
  await minutes(1);
  expect(await state()).toBe('OK');
});

test('messages of a queue count as long as they lie there; executions count once', async () => {
  const queue = open();
  const QueueName = { Dimensions: [{ Name: 'QueueName', Value: 'dead' }], Threshold: 0 };
  queue.declare({ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', ...QueueName });
  queue.setVisible(1);
  await queue.minutes(3);
  expect(await queue.state()).toBe('ALARM');

  const machine = open();
  const Dimensions = [{ Name: 'StateMachineArn', Value: 'arn' }];
  machine.declare({
    Namespace: 'AWS/States',
    MetricName: 'ExecutionsTimedOut',
    Dimensions,
    Threshold: 0,
    Statistic: 'Sum',
  });
  machine.ended.TIMED_OUT = 1;
  await machine.minutes(1);
  expect(await machine.state()).toBe('ALARM');
  await machine.minutes(1);
  expect(await machine.state()).toBe('OK');
});

test('a topic that takes no message is noted, and the state changes all the same', async () => {
  const { cloudWatch, declare, measure, state, minutes } = open(() => {
    throw new ServiceFault('AuthorizationError', 'not allowed');
  });
  declare();
  await minutes(1);
  measure(11);
  await minutes(1);
  expect(await state()).toBe('ALARM');
  expect(await cloudWatch.handle(call('DescribeAlarmHistory', { HistoryItemType: 'Action' }))).toMatchObject({
    AlarmHistoryItems: [{ AlarmName: 'waiting', HistorySummary: expect.stringContaining('not allowed') }],
  });
});

test('lines that hold no metrics are let be', async () => {
  const { cloudWatch } = open();
  const destination = { accountId: ACCOUNT, region: REGION } as never;
  const lines = ['plain', '{"_aws":', '{"_aws":{}}', '{"_aws":{"CloudWatchMetrics":[{"Namespace":"Product"}]}}'];
  cloudWatch.takeLog(
    destination,
    lines.map((message) => ({ message })),
  );
  expect(await cloudWatch.handle(call('ListMetrics', {}))).toEqual({ Metrics: [] });
});

test('metrics can be listed and read', async () => {
  const { clock, cloudWatch, measure, minutes } = open();
  const StartTime = clock.now() / 1_000;
  measure(3);
  measure(5);
  await minutes(1);
  measure(7);
  await minutes(1);
  expect(await cloudWatch.handle(call('ListMetrics', { Namespace: 'Product' }))).toEqual({
    Metrics: [{ Namespace: 'Product', MetricName: 'Waiting', Dimensions: [] }],
  });
  const EndTime = clock.now() / 1_000;
  const metric = { Namespace: 'Product', MetricName: 'Waiting' };
  const Statistics = ['Sum', 'Maximum', 'SampleCount', 'Average'];
  const question = { ...metric, StartTime, EndTime, Period: 60, Statistics };
  expect(await cloudWatch.handle(call('GetMetricStatistics', question))).toMatchObject({
    Datapoints: [
      { Sum: 8, Maximum: 5, SampleCount: 2, Average: 4 },
      { Sum: 7, Maximum: 7, SampleCount: 1, Average: 7 },
    ],
  });
  await expect(cloudWatch.handle(call('GetMetricStatistics', { ...question, Period: 61 }))).rejects.toThrow(
    'multiple of 60',
  );
});

test('several metrics can be read at once, the newest value first', async () => {
  const { clock, cloudWatch, measure, minutes } = open();
  const StartTime = clock.now() / 1_000;
  measure(3);
  await minutes(1);
  measure(4);
  await minutes(1);
  const stat = (MetricName: string, Stat: string) => ({
    Metric: { Namespace: 'Product', MetricName },
    Period: 60,
    Stat,
  });
  const MetricDataQueries = [
    { Id: 'a', MetricStat: stat('Waiting', 'Sum') },
    { Id: 'b', Label: 'nothing', MetricStat: stat('Other', 'Sum') },
    { Id: 'c', MetricStat: stat('Waiting', 'Maximum'), ReturnData: false },
  ];
  const question = { MetricDataQueries, StartTime, EndTime: clock.now() / 1_000 };
  const ask = (more: object = {}) => cloudWatch.handle(call('GetMetricData', { ...question, ...more }));
  expect(await ask()).toMatchObject({
    MetricDataResults: [
      { Id: 'a', Label: 'Waiting', Values: [4, 3], StatusCode: 'Complete' },
      { Id: 'b', Label: 'nothing', Values: [], Timestamps: [] },
    ],
  });
  expect(await ask({ ScanBy: 'TimestampAscending' })).toMatchObject({ MetricDataResults: [{ Values: [3, 4] }, {}] });
  const Expression = [{ Id: 'd', Expression: 'a*2' }];
  await expect(ask({ MetricDataQueries: Expression })).rejects.toThrow('GetMetricData with an Expression');
  const Minimum = [{ Id: 'd', MetricStat: stat('Waiting', 'Minimum') }];
  await expect(ask({ MetricDataQueries: Minimum })).rejects.toThrow('the statistic Minimum');
});

test('long lists come in pages, and what is not heeded is refused by name', async () => {
  const { cloudWatch, declare, measure, minutes } = open();
  for (const name of ['one', 'two', 'three']) declare({ AlarmName: name });
  await minutes(1);
  measure(11);
  await minutes(1);
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await cloudWatch.handle(call('DescribeAlarms', { MaxRecords: 2, NextToken }));
    const shown = answer as { MetricAlarms: { AlarmName: string }[]; NextToken?: string };
    names.push(...shown.MetricAlarms.map(({ AlarmName }) => AlarmName));
    NextToken = shown.NextToken;
  } while (NextToken !== undefined);
  expect(names).toEqual(['one', 'two', 'three']);
  expect(await cloudWatch.handle(call('DescribeAlarmHistory', { MaxRecords: 5 }))).toMatchObject({ NextToken: '5' });
  await expect(cloudWatch.handle(call('DescribeAlarms', { MaxRecords: 101 }))).rejects.toThrow('from 1 to 100');
  await expect(cloudWatch.handle(call('DescribeAlarms', { NextToken: 'x' }))).rejects.toThrow('token');
  await expect(cloudWatch.handle(call('ListMetrics', { Dimensions: [] }))).rejects.toThrow(
    'ListMetrics with Dimensions',
  );
});

test('an alarm shows what it looks at, and is found by it', async () => {
  const { cloudWatch, declare } = open();
  declare({ Dimensions: [{ Name: 'because', Value: 'unknown' }] });
  const metric = { Namespace: 'Product', MetricName: 'Waiting', Dimensions: [{ Name: 'because', Value: 'unknown' }] };
  const shown = { MetricAlarms: [{ AlarmName: 'waiting', ...metric, Statistic: 'Maximum', Period: 60 }] };
  expect(await cloudWatch.handle(call('DescribeAlarms', {}))).toMatchObject(shown);
  expect(await cloudWatch.handle(call('DescribeAlarmsForMetric', metric))).toMatchObject(shown);
  const other = { ...metric, Dimensions: [] };
  expect(await cloudWatch.handle(call('DescribeAlarmsForMetric', other))).toEqual({ MetricAlarms: [] });
});

test.each([
  [{ ComparisonOperator: 'LessThanThreshold' }, 'ComparisonOperator LessThanThreshold'],
  [{ TreatMissingData: 'ignore' }, 'TreatMissingData ignore'],
  [{ Statistic: 'Average' }, 'Statistic Average'],
  [{ Period: 10 }, 'Period 10'],
  [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm'],
  [{ Metrics: [{ Id: 'total', Expression: 'm0*2' }] }, 'Metrics but'],
])('what it cannot evaluate is refused by name: %j', (more, message) => {
  const { declare } = open();
  expect(() => declare(more)).toThrow(message);
});
