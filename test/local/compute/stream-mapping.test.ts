import type { Follower, StreamRecord } from '../../../local/cloud/dynamodb/table-stream';
import type { Queues, Streams } from '../../../local/cloud/lambda/surroundings';
import { type Principal, ServiceFault } from '../../../local/cloud/service';
import { ACCOUNT, LambdaBench, REGION, ROLE, resource, until } from './support';

const STREAM = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/ledger/stream/2030-01-01T00:00:00.000`;
const FAILURES = `arn:aws:sqs:${REGION}:${ACCOUNT}:failures`;

/** A stream that a test writes, and a queue for what is given up. */
class MemoryStream implements Streams {
  readonly sent: { readonly to: string; readonly body: string }[] = [];
  readonly readers: Principal[] = [];
  keyIsDenied = false;
  private follower: Follower | undefined;
  private count = 0;

  constructor(private readonly bench: LambdaBench) {}

  put(...keys: readonly string[]): void {
    for (const key of keys) this.follower?.(this.record(key));
  }

  follow(_arn: string, follower: Follower): () => void {
    this.follower = follower;
    return () => {
      this.follower = undefined;
    };
  }

  chargeReader(_arn: string, principal: Principal): void {
    this.readers.push(principal);
    if (this.keyIsDenied) throw new ServiceFault('AccessDeniedException', 'kms:Decrypt', 403);
  }

  readonly queues: Queues = {
    receive: () => Promise.resolve([]),
    remove: () => {},
    visibilityTimeoutSeconds: () => 0,
    send: () => undefined,
    setAside: (to, body) => void this.sent.push({ to, body }),
  };

  private record(key: string): StreamRecord {
    this.count += 1;
    return {
      eventID: `e${this.count}`,
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.bench.clock.now() / 1000),
        Keys: { pk: { S: key } },
        SequenceNumber: String(this.count),
        SizeBytes: key.startsWith('large') ? 1_500_000 : 10,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: STREAM,
    };
  }
}

/** Logs the keys of each batch. */
const KEYS = 'const keys = event.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S).join();';
const LOG = `${KEYS} console.log('batch ' + keys);`;

describe('a mapping of a stream', () => {
  let bench: LambdaBench;
  let stream: MemoryStream;
  beforeEach(() => {
    bench = new LambdaBench();
    stream = new MemoryStream(bench);
    bench.lambda.connect({ queues: stream.queues, streams: stream });
  });
  afterEach(() => bench.close());

  function map(properties: Record<string, unknown> = {}) {
    return bench.lambda.createEventSourceMapping(
      resource('Mapping', {
        FunctionName: 'worker',
        EventSourceArn: STREAM,
        StartingPosition: 'TRIM_HORIZON',
        ...properties,
      }),
    );
  }
  const done = () => until(() => bench.lambda.waitingRecords() === 0 && bench.lambda.inFlight() === 0);
  const batches = async () =>
    (await bench.messages('/aws/lambda/worker')).flatMap((message) => /batch (\S+)/.exec(message)?.[1] ?? []);

  it('hands records on in order, in batches, with the rights of the role', async () => {
    bench.deploy('worker', LOG);
    map({ BatchSize: 2 });
    stream.put('a', 'b', 'c', 'd', 'e');
    expect(bench.lambda.waitingRecords()).toBe(5);
    await done();
    expect(await batches()).toEqual(['a,b', 'c,d', 'e']);
    const asked = bench.authorizer.asked.filter(({ action }) => action.startsWith('dynamodb:'));
    expect(new Set(asked.map(({ action }) => action))).toEqual(
      new Set(['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((name) => `dynamodb:${name}`)),
    );
    for (const { principal, action, resources } of asked) {
      expect([principal.roleArn, resources]).toEqual([ROLE, [action.endsWith('ListStreams') ? '*' : STREAM]]);
    }
    expect(stream.readers.length).toBeGreaterThanOrEqual(4);
  });

  it('hands on only what a filter matches; the rest is done', async () => {
    bench.deploy('worker', LOG);
    const filters = [{ prefix: 'a' }, { suffix: 'z' }].map((test) => ({
      Pattern: JSON.stringify({ dynamodb: { Keys: { pk: { S: [test] } } } }),
    }));
    map({ FilterCriteria: { Filters: filters } });
    stream.put('a1', 'b', 'a2', 'c', 'z');
    expect(bench.lambda.waitingRecords()).toBe(3);
    await done();
    expect(await batches()).toEqual(['a1,a2,z']);
  });

  it('collects for its window, unless nobody wants to wait for it', async () => {
    bench.deploy('worker', LOG);
    map({ MaximumBatchingWindowInSeconds: 60 });
    const began = bench.clock.now();
    stream.put('a');
    await bench.clock.sleep(1_000);
    stream.put('b');
    await done();
    expect(bench.clock.now() - began).toBeGreaterThanOrEqual(60_000);
    stream.put('c');
    await Promise.resolve();
    const again = bench.clock.now();
    bench.lambda.endBatchingWindows();
    await done();
    expect(bench.clock.now() - again).toBeLessThan(60_000);
    expect(await batches()).toEqual(['a,b', 'c']);
  });

  it('begins again at the first record that failed', async () => {
    bench.deploySource(
      'worker',
      `let seen = 0;
       exports.handler = async (event) => {
         ${LOG}
         const failed = seen++ === 0 ? event.Records.filter(({ dynamodb }) => dynamodb.Keys.pk.S >= 'c') : [];
         return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
       };`,
    );
    map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    stream.put('a', 'b', 'c', 'd');
    await done();
    expect(await batches()).toEqual(['a,b,c,d', 'c,d']);
  });

  it.each([
    ['an error', `${LOG} if (!globalThis.failed) { globalThis.failed = true; throw new Error('x'); }`],
    ['an answer without meaning', `${LOG} if (!globalThis.failed) { globalThis.failed = true; return 'x'; }`],
  ])('repeats the whole batch after %s', async (_, body) => {
    bench.deploy('worker', body);
    map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    stream.put('a', 'b');
    await done();
    expect(await batches()).toEqual(['a,b', 'a,b']);
  });

  it('repeats after a crash, and while the key cannot be used', async () => {
    bench.deploy('worker', LOG);
    map();
    stream.keyIsDenied = true;
    stream.put('a');
    await until(() => stream.readers.length > 3);
    expect(bench.lambda.usage()[0]?.invocations).toBe(0);
    bench.lambda.crashProbability = 1;
    stream.keyIsDenied = false;
    await until(() => (bench.lambda.usage()[0]?.errors ?? 0) > 0);
    bench.lambda.crashProbability = 0;
    await done();
    expect((await batches()).at(-1)).toBe('a');
  });

  it('cuts a batch before its payload is too large', async () => {
    bench.deploy('worker', LOG);
    map();
    stream.put('large1', 'large2', 'a');
    await done();
    expect(await batches()).toEqual(['large1', 'large2,a']);
  });

  it('gives up what is too old, and tells where it stood', async () => {
    bench.deploy('worker', "throw new Error('never');");
    map({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: FAILURES } } });
    stream.put('a', 'b');
    await done();
    expect(stream.sent.map(({ to }) => to)).toEqual([FAILURES]);
    expect(JSON.parse(stream.sent[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded' },
      responseContext: { functionError: 'Unhandled' },
      DDBStreamBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2, streamArn: STREAM },
    });
  });

  it.each([
    [{ StartingPosition: 'LATEST' }, 'StartingPosition LATEST'],
    [{ BisectBatchOnFunctionError: true }, 'BisectBatchOnFunctionError is not implemented by the local cloud'],
    [{ ParallelizationFactor: 2 }, 'ParallelizationFactor is not implemented by the local cloud'],
    [{ BatchSize: 10_001 }, 'BatchSize must be a whole number from 1 to 10000'],
    [{ DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::b' } } }, 'a queue is implemented'],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"a":"b"}' }] } }, 'must be an object or an array'],
  ])('%j is refused', (properties, message) => {
    bench.deploy('worker', '');
    expect(() => map(properties)).toThrow(message);
  });

  it.each(['dynamodb:GetRecords', 'dynamodb:ListStreams', 'sqs:SendMessage'])(
    'is refused to a role without %s',
    (action) => {
      bench.deploy('worker', '');
      bench.authorizer.denied.add(action);
      expect(() => map({ DestinationConfig: { OnFailure: { Destination: FAILURES } } })).toThrow(action);
    },
  );
});
