import type { Clock } from '../../clock';
import type { StreamRecord } from '../dynamodb/table-stream';
import type { Authorizer, Principal } from '../service';
import { ServiceFault } from '../service';
import type { Attempt } from './async-invocations';
import { batchItemFailures } from './batch-item-failures';
import type { FunctionConfiguration } from './function-configuration';
import { roleSession } from './role-session';
import { Sleepers } from './sleepers';
import type { StreamMappingProperties } from './stream-mapping-properties';
import type { Queues, Streams } from './surroundings';

/** AWS: a payload has at most 6 MB. As JSON, records are at most some three times their size. */
const MOST_BATCH_BYTES = 2_000_000;
/** AWS: a stream is read four times a second. */
const POLL_MS = 250;
/** AWS: what failed is tried again, with growing pauses, until its records are too old. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Reading a stream needs all of these. */
const ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

export interface StreamMappingOptions {
  readonly clock: Clock;
  readonly authorizer: Authorizer;
  readonly streams: Streams;
  readonly queues: () => Queues;
  readonly configuration: FunctionConfiguration;
  readonly properties: StreamMappingProperties;
  readonly attempt: (payload: unknown) => Promise<Attempt>;
}

/** Reads the stream of a table and invokes a function with its records, in order, one batch at a time. */
export class StreamMapping {
  private readonly records: StreamRecord[] = [];
  private readonly pauses: Sleepers;
  private readonly windows: Sleepers;
  private readonly principal: Principal;
  private readonly unfollow: () => void;
  private isReading = false;
  private stopped = false;

  constructor(private readonly options: StreamMappingOptions) {
    const { clock, configuration, properties, streams } = options;
    this.pauses = new Sleepers(clock);
    this.windows = new Sleepers(clock);
    this.principal = roleSession(configuration.roleArn, configuration.name);
    this.checkRights();
    this.unfollow = streams.follow(properties.streamArn, (record) => this.take(record));
  }

  /** Records that the function has not done yet. */
  get waiting(): number {
    return this.records.length;
  }

  /** Does not wait any longer for more records to come. */
  endWindow(): void {
    this.windows.wake();
  }

  stop(): void {
    this.stopped = true;
    this.unfollow();
    this.pauses.wake();
    this.windows.wake();
  }

  private take(record: StreamRecord): void {
    if (!this.options.properties.matches(record)) return;
    this.records.push(record);
    if (this.records.length >= this.options.properties.batchSize) this.windows.wake();
    if (!this.isReading) void this.read();
  }

  private async read(): Promise<void> {
    const { windowSeconds, batchSize } = this.options.properties;
    this.isReading = true;
    // The write that brought the record is not over.
    await Promise.resolve();
    try {
      for (let failures = 0; this.records.length > 0 && !this.stopped; ) {
        const isCollecting = failures === 0 && this.records.length < batchSize;
        if (isCollecting) await this.windows.sleep(Math.max(POLL_MS, windowSeconds * 1000));
        if (this.stopped) return;
        const isDone = await this.deliver();
        failures = isDone ? 0 : failures + 1;
        if (!isDone) await this.pauses.sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
      }
    } finally {
      this.isReading = false;
    }
  }

  /** False: not all of the batch is done. */
  private async deliver(): Promise<boolean> {
    const batch = this.nextBatch();
    const answer = await this.attempt(batch);
    const done = answer === undefined ? 0 : this.countDone(batch, answer);
    this.records.splice(0, done);
    if (done === batch.length) return true;
    await this.giveUpOld(answer);
    return false;
  }

  private nextBatch(): readonly StreamRecord[] {
    let bytes = 0;
    const end = this.records.findIndex(({ dynamodb }) => {
      bytes += dynamodb.SizeBytes;
      return bytes > MOST_BATCH_BYTES;
    });
    return this.records.slice(0, Math.min(this.options.properties.batchSize, end < 0 ? Number.MAX_VALUE : end || 1));
  }

  private async attempt(batch: readonly StreamRecord[]): Promise<Attempt | undefined> {
    try {
      this.authorize('GetRecords');
      this.options.streams.chargeReader(this.options.properties.streamArn, this.principal);
    } catch (error) {
      // AWS: a mapping whose rights are gone goes on trying.
      if (error instanceof ServiceFault) return undefined;
      throw error;
    }
    return this.options.attempt({ Records: batch });
  }

  /** AWS: of a partial response the first failed record counts: what comes before it is done. */
  private countDone(batch: readonly StreamRecord[], answer: Attempt): number {
    if (answer.functionError !== undefined || answer.throttled === true) return 0;
    if (!this.options.properties.reportsItemFailures) return batch.length;
    const failures = batchItemFailures(answer.payload);
    if (failures === undefined) return 0;
    const first = batch.findIndex(({ dynamodb }) => failures.includes(dynamodb.SequenceNumber));
    return failures.length === 0 ? batch.length : Math.max(0, first);
  }

  /** AWS: where records stood that are too old goes to the destination; the records do not. */
  private async giveUpOld(answer: Attempt | undefined): Promise<void> {
    const { clock, properties } = this.options;
    const youngest = clock.now() / 1000 - properties.maximumAgeSeconds;
    const fresh = this.records.findIndex(({ dynamodb }) => dynamodb.ApproximateCreationDateTime >= youngest);
    const old = this.records.splice(0, fresh < 0 ? this.records.length : fresh);
    if (old.length > 0 && properties.failureQueueArn !== undefined) {
      await this.tellOf(old, properties.failureQueueArn, answer);
    }
  }

  private async tellOf(old: readonly StreamRecord[], queueArn: string, answer: Attempt | undefined): Promise<void> {
    const { clock, configuration, properties } = this.options;
    const numbers = old.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const body = {
      requestContext: {
        requestId: answer?.requestId,
        functionArn: configuration.arn,
        condition: 'RecordAgeExceeded',
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: answer?.functionError },
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        startSequenceNumber: numbers[0],
        endSequenceNumber: numbers.at(-1),
        batchSize: old.length,
        streamArn: properties.streamArn,
      },
    };
    const context = { 'aws:sourcearn': configuration.arn };
    await this.options.queues().setAside(queueArn, JSON.stringify(body), this.principal, context);
  }

  /** AWS: a mapping is refused unless the function's role may do all that it will have to do. */
  private checkRights(): void {
    const { authorizer, properties, streams } = this.options;
    for (const action of ACTIONS) this.authorize(action);
    streams.chargeReader(properties.streamArn, this.principal);
    if (properties.failureQueueArn === undefined) return;
    const resources = [properties.failureQueueArn];
    authorizer.authorize({ principal: this.principal, action: 'sqs:SendMessage', resources });
  }

  private authorize(action: string): void {
    // AWS: of these only ListStreams has no resource that it could be limited to.
    const resources = action === 'ListStreams' ? ['*'] : [this.options.properties.streamArn];
    this.options.authorizer.authorize({ principal: this.principal, action: `dynamodb:${action}`, resources });
  }
}
