import type { ResourceInput } from '../../assembly/resource';
import {
  optionalBoolean,
  optionalNumber,
  optionalRecord,
  optionalString,
  propertyNotImplemented,
  refuseUnknownProperties,
} from '../../assembly/resource';
import type { Clock } from '../../clock';
import type { Authorizer, Principal } from '../service';
import { ServiceFault } from '../service';
import type { Attempt } from './async-invocations';
import { batchItemFailures } from './batch-item-failures';
import type { FunctionConfiguration } from './function-configuration';
import { roleSession } from './role-session';
import { Sleepers } from './sleepers';
import type { PolledMessage, Queues } from './surroundings';

const TYPE = 'AWS::Lambda::EventSourceMapping';

/** What a template says about polling a queue for a function. */
export interface MappingProperties {
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  readonly concurrency: number;
  readonly enabled: boolean;
}

/** AWS: ten messages unless given; more than ten need a batching window. */
const DEFAULT_BATCH = 10;
/** Batches at the same time: AWS begins with five pollers. The function's pool limits them further. */
const DEFAULT_CONCURRENCY = 5;

export function readMappingProperties({ properties }: ResourceInput): MappingProperties {
  refuseUnknownProperties(TYPE, properties, {
    implemented: [
      ...['FunctionName', 'EventSourceArn', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'FunctionResponseTypes'],
      ...['ScalingConfig', 'Enabled'],
    ],
    inert: { Tags: 'tags of mappings decide nothing here' },
  });
  const queueArn = optionalString(TYPE, properties, 'EventSourceArn');
  const functionName = optionalString(TYPE, properties, 'FunctionName');
  if (queueArn === undefined || functionName === undefined) {
    throw new ServiceFault('ValidationException', `${TYPE} needs EventSourceArn and FunctionName`);
  }
  if (queueArn.split(':')[2] !== 'sqs') throw propertyNotImplemented(TYPE, `EventSourceArn ${queueArn}`);
  const batchSize = optionalNumber(TYPE, properties, 'BatchSize') ?? DEFAULT_BATCH;
  const windowSeconds = optionalNumber(TYPE, properties, 'MaximumBatchingWindowInSeconds') ?? 0;
  if (batchSize > DEFAULT_BATCH && windowSeconds === 0) {
    const message = 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10';
    throw new ServiceFault('InvalidParameterValueException', message);
  }
  const scaling = optionalRecord(TYPE, properties, 'ScalingConfig') ?? {};
  refuseUnknownProperties(TYPE, scaling, { implemented: ['MaximumConcurrency'] }, 'ScalingConfig.');
  return {
    functionName,
    queueArn,
    batchSize,
    windowSeconds,
    reportsItemFailures: readResponseTypes(properties).includes('ReportBatchItemFailures'),
    concurrency: readConcurrency(scaling),
    enabled: optionalBoolean(TYPE, properties, 'Enabled') ?? true,
  };
}

function readResponseTypes(properties: ResourceInput['properties']): readonly unknown[] {
  const types = properties.FunctionResponseTypes ?? [];
  if (Array.isArray(types) && types.every((type) => type === 'ReportBatchItemFailures')) return types;
  throw new ServiceFault(
    'ValidationException',
    `${TYPE} property FunctionResponseTypes must be ReportBatchItemFailures`,
  );
}

function readConcurrency(scaling: ResourceInput['properties']): number {
  const concurrency = optionalNumber(TYPE, scaling, 'MaximumConcurrency');
  if (concurrency === undefined) return DEFAULT_CONCURRENCY;
  // AWS: maximum concurrency is between 2 and 1,000.
  if (Number.isInteger(concurrency) && concurrency >= 2 && concurrency <= 1000) return concurrency;
  throw new ServiceFault('ValidationException', `${TYPE} property ScalingConfig.MaximumConcurrency must be 2-1000`);
}

/** AWS: a poll waits up to 20 seconds for a message. */
const POLL_SECONDS = 20;
/** AWS: one request answers with at most ten messages. */
const RECEIVE_MAX = 10;
/** How often a poller looks for more messages while its window is open, in simulated time. */
const WINDOW_LOOK_MS = 1_000;
const MOST_COLLECTED = 3_000_000;
/** A poller that is denied or throttled looks again after this long, in simulated time. */
const BACK_OFF_MS = 10_000;

/** Polls a queue and invokes a function with what it finds, with the rights of the function's role. */
export class EventSourceMapping {
  private stopped = false;
  private readonly pauses: Sleepers;
  private readonly windows: Sleepers;
  private batches = 0;
  private windowsEnded = 0;
  private readonly principal: Principal;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly authorizer: Authorizer;
      readonly queues: () => Queues;
      readonly configuration: FunctionConfiguration;
      readonly properties: MappingProperties;
      readonly attempt: (payload: unknown) => Promise<Attempt>;
    },
  ) {
    this.pauses = new Sleepers(options.clock);
    this.windows = new Sleepers(options.clock);
    this.principal = roleSession(options.configuration.roleArn, options.configuration.name);
    this.checkQueue();
  }

  /** Batches that were received and not yet answered by the function. */
  get inFlight(): number {
    return this.batches;
  }

  start(): void {
    const { enabled, windowSeconds, concurrency } = this.options.properties;
    if (!enabled) return;
    // With a window one poller collects everything: several would share it out to more and smaller batches.
    for (let poller = 0; poller < (windowSeconds > 0 ? 1 : concurrency); poller += 1) void this.poll();
  }

  /** Does not wait any longer for more messages to come. */
  endWindow(): void {
    this.windowsEnded += 1;
    this.windows.wake();
  }

  stop(): void {
    this.stopped = true;
    this.pauses.wake();
    this.windows.wake();
  }

  private checkQueue(): void {
    const { configuration, properties, queues } = this.options;
    for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) this.authorize(action);
    const visibility = queues().visibilityTimeoutSeconds(properties.queueArn);
    if (configuration.timeoutSeconds > visibility) {
      const message = `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${configuration.timeoutSeconds} seconds`;
      throw new ServiceFault('InvalidParameterValueException', message);
    }
  }

  private authorize(action: string): void {
    const resources = [this.options.properties.queueArn];
    this.options.authorizer.authorize({ principal: this.principal, action: `sqs:${action}`, resources });
  }

  private async poll(): Promise<void> {
    while (!this.stopped) {
      try {
        const messages = await this.receiveBatch();
        if (this.stopped || messages.length === 0) continue;
        await this.deliver(messages);
      } catch (error) {
        // AWS: a mapping whose rights are gone goes on trying; its messages become visible again.
        if (!(error instanceof ServiceFault)) throw error;
        await this.backOff();
      }
    }
  }

  private async receiveBatch(): Promise<readonly PolledMessage[]> {
    const { properties, clock } = this.options;
    const batch = [...(await this.receive(properties.batchSize, POLL_SECONDS))];
    const windowEnd = clock.now() + properties.windowSeconds * 1000;
    const ended = this.windowsEnded;
    while (batch.length > 0 && hasRoom(batch, properties.batchSize) && clock.now() < windowEnd && !this.stopped) {
      const more = await this.receive(properties.batchSize - batch.length, 0);
      batch.push(...more);
      if (more.length > 0) continue;
      if (this.windowsEnded > ended) break;
      await this.windows.sleep(Math.min(WINDOW_LOOK_MS, windowEnd - clock.now()));
    }
    return batch;
  }

  private async receive(wanted: number, waitSeconds: number): Promise<readonly PolledMessage[]> {
    this.authorize('ReceiveMessage');
    const options = { max: Math.min(RECEIVE_MAX, wanted), waitSeconds, principal: this.principal };
    return this.options.queues().receive(this.options.properties.queueArn, options);
  }

  private async deliver(messages: readonly PolledMessage[]): Promise<void> {
    this.batches += 1;
    try {
      const answer = await this.options.attempt({ Records: messages.map((message) => this.record(message)) });
      for (const message of this.succeeded(messages, answer)) {
        this.authorize('DeleteMessage');
        await this.options.queues().remove(this.options.properties.queueArn, message.receiptHandle, this.principal);
      }
      if (answer.throttled === true) await this.backOff();
    } finally {
      this.batches -= 1;
    }
  }

  /** The messages that are done; the others become visible again when their visibility timeout is over. */
  private succeeded(messages: readonly PolledMessage[], answer: Attempt): readonly PolledMessage[] {
    if (answer.functionError !== undefined || answer.throttled === true) return [];
    if (!this.options.properties.reportsItemFailures) return messages;
    const failures = batchItemFailures(answer.payload);
    // AWS: an answer that cannot be understood, or names an unknown message, fails the whole batch.
    const known = new Set(messages.map((message) => message.messageId));
    if (failures === undefined || failures.some((id) => !known.has(id))) return [];
    return messages.filter((message) => !failures.includes(message.messageId));
  }

  private record(message: PolledMessage): unknown {
    const { queueArn } = this.options.properties;
    return {
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.attributes,
      messageAttributes: message.messageAttributes ?? {},
      ...(message.md5OfBody === undefined ? {} : { md5OfBody: message.md5OfBody }),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: queueArn.split(':')[3],
    };
  }

  private backOff(): Promise<void> {
    return this.pauses.sleep(BACK_OFF_MS);
  }
}

/** AWS: a payload has at most 6 MB; ten more messages of 256 kB still fit. */
function hasRoom(batch: readonly PolledMessage[], batchSize: number): boolean {
  const size = batch.reduce((sum, { body }) => sum + body.length, 0);
  return batch.length < batchSize && size < MOST_COLLECTED;
}
