import type { PolledMessage, Queues } from '../../../local/cloud/lambda/surroundings';
import { ACCOUNT, LambdaBench, REGION, resource, until } from './support';

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;

/** A queue just good enough for polling: messages that are not removed come back after the visibility timeout. */
class MemoryQueue implements Queues {
  visible: PolledMessage[] = [];
  readonly removed: string[] = [];
  receives = 0;

  constructor(private readonly bench: LambdaBench) {}

  put(...ids: string[]): void {
    for (const id of ids) this.visible.push({ messageId: id, receiptHandle: `r-${id}`, body: id, attributes: {} });
  }

  async receive(_arn: string, options: { max: number; waitSeconds: number }): Promise<readonly PolledMessage[]> {
    this.receives += 1;
    const end = this.bench.clock.now() + options.waitSeconds * 1000;
    while (this.visible.length === 0 && this.bench.clock.now() < end) await this.bench.clock.sleep(100);
    const taken = this.visible.splice(0, options.max);
    this.bench.clock.after(this.visibilityTimeoutSeconds() * 1000, () =>
      this.visible.push(...taken.filter((message) => !this.removed.includes(message.messageId))),
    );
    return taken;
  }

  remove(_arn: string, receiptHandle: string): void {
    this.removed.push(receiptHandle.slice(2));
  }

  visibilityTimeoutSeconds(): number {
    return 30;
  }

  send(): void {
    throw new Error('nothing is sent');
  }

  setAside(): void {
    throw new Error('nothing is given up');
  }
}

describe('an event source mapping', () => {
  let bench: LambdaBench;
  let queue: MemoryQueue;
  beforeEach(() => {
    bench = new LambdaBench();
    queue = new MemoryQueue(bench);
    bench.lambda.connect({ queues: queue });
  });
  afterEach(() => bench.close());

  function map(properties: Record<string, unknown> = {}) {
    return bench.lambda.createEventSourceMapping(
      resource('Mapping', { FunctionName: 'worker', EventSourceArn: QUEUE, ...properties }),
    );
  }

  it('delivers batches in the shape of SQS and deletes what succeeded', async () => {
    bench.deploy('worker', 'console.log(JSON.stringify(event));');
    queue.put('a', 'b', 'c');
    map({ BatchSize: 2, ScalingConfig: { MaximumConcurrency: 2 } });
    await until(() => queue.removed.length === 3 && bench.lambda.inFlight() === 0);
    const lines = (await bench.messages('/aws/lambda/worker')).filter((message) => message.includes('"Records"'));
    const records = lines.flatMap((line) => JSON.parse(line.split('\t').at(-1) ?? '').Records);
    expect(lines.length).toBeGreaterThan(1);
    expect(records).toContainEqual({
      messageId: 'a',
      receiptHandle: 'r-a',
      body: 'a',
      attributes: {},
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE,
      awsRegion: REGION,
    });
    expect(new Set(bench.authorizer.actions())).toEqual(
      new Set([
        ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      ]),
    );
  });

  it('with partial batch responses keeps only the failed messages', async () => {
    bench.deploySource(
      'worker',
      `let seen = 0;
       exports.handler = async ({ Records }) => ({ batchItemFailures: seen++ > 0 ? [] :
         Records.filter((r) => r.body === 'bad').map((r) => ({ itemIdentifier: r.messageId })) });`,
    );
    queue.put('good', 'bad');
    map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await until(() => queue.removed.length === 1);
    expect(queue.removed).toEqual(['good']);
    await until(() => queue.removed.length === 2);
    expect(queue.removed).toEqual(['good', 'bad']);
  });

  it.each([
    [
      'without partial responses the report is not read',
      `return { batchItemFailures: [{ itemIdentifier: 'a' }] };`,
      {},
      ['a', 'b'],
    ],
    [
      'an unknown id fails the whole batch',
      `return { batchItemFailures: [{ itemIdentifier: 'x' }] };`,
      { FunctionResponseTypes: ['ReportBatchItemFailures'] },
      [],
    ],
    [
      'an error fails the whole batch',
      `throw new Error('x');`,
      { FunctionResponseTypes: ['ReportBatchItemFailures'] },
      [],
    ],
  ])('%s', async (_, body, properties, removed) => {
    bench.deploy('worker', body);
    queue.put('a', 'b');
    map(properties);
    await until(() => bench.lambda.usage()[0]?.invocations === 1 && bench.lambda.inFlight() === 0);
    expect(queue.removed).toEqual(removed);
  });

  it('collects messages until the batching window is over', async () => {
    bench.deploy('worker', 'return event.Records.length;');
    const started = bench.clock.now();
    queue.put('a');
    map({ MaximumBatchingWindowInSeconds: 20 });
    await until(() => queue.removed.length === 1);
    expect(bench.clock.now() - started).toBeGreaterThanOrEqual(20_000);
  });

  it('is refused as AWS refuses it', () => {
    bench.deploy('worker', '', { Timeout: 31 });
    expect(() => map()).toThrow('Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds');
    expect(() => map({ BatchSize: 11 })).toThrow('Maximum batch window');
    expect(() => map({ EventSourceArn: 'arn:aws:kinesis:eu-west-1:1:stream/s' })).toThrow('EventSourceArn');
    expect(() => map({ FilterCriteria: {} })).toThrow('FilterCriteria');
    bench.authorizer.denied.add('sqs:ReceiveMessage');
    expect(() => map()).toThrow('sqs:ReceiveMessage');
  });

  it('redelivers after a crash', async () => {
    bench.deploy('worker', '');
    bench.lambda.crashProbability = 1;
    queue.put('a');
    map();
    await until(() => (bench.lambda.usage()[0]?.errors ?? 0) > 0);
    bench.lambda.crashProbability = 0;
    await until(() => queue.removed.length === 1);
  });
});
