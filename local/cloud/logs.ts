import type { ResourceInput, ResourceOutput } from '../assembly/resource';
import { optionalNumber, optionalString, physicalName, refuseUnknownProperties } from '../assembly/resource';
import type { Clock } from '../clock';
import { matchesFilterPattern } from './logs/filter-pattern';
import { type LogEvent, LogGroup, type LogStream } from './logs/log-group';
import type { Authorizer, Call, Principal, SimulatedService } from './service';
import { arn, notImplemented, ServiceFault } from './service';

/** Checks that `principal` may use a key; throws a `ServiceFault` when the key policy denies it. */
export type UseKey = (request: {
  readonly keyArn: string;
  readonly action: string;
  readonly principal: Principal;
  /** As in `kms:ViaService`: `lambda.eu-west-1.amazonaws.com`. */
  readonly viaService: string;
  readonly encryptionContext: Readonly<Record<string, string>>;
}) => void;

/** Where a log event goes and with whose rights it is written. */
export interface LogDestination {
  readonly accountId: string;
  readonly region: string;
  readonly group: string;
  readonly stream: string;
  readonly principal: Principal;
}

/** `timestamp` in simulated milliseconds. */
export interface WrittenEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** AWS: GetLogEvents and FilterLogEvents answer at most 10,000 events, the describe operations 50 items. */
const MAX_EVENTS_PER_PAGE = 10_000;
const MAX_ITEMS_PER_PAGE = 50;

const GROUP = 'AWS::Logs::LogGroup';

/** CloudWatch Logs: what functions write, readable by the API. */
export class Logs implements SimulatedService {
  readonly signingName = 'logs';
  private readonly groups = new Map<string, LogGroup>();
  private nextEventId = 1;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly authorizer: Authorizer;
      readonly useKey?: UseKey;
      /** Told of what was written. */
      readonly onWritten?: (destination: LogDestination, events: readonly WrittenEvent[]) => void;
    },
  ) {}

  /** `AWS::Logs::LogGroup`: `Ref` is the name, `Arn` ends with `:*`. */
  createLogGroup(input: ResourceInput): ResourceOutput {
    const { properties, accountId, region } = input;
    refuseUnknownProperties(GROUP, properties, {
      implemented: ['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass'],
      inert: {
        Tags: 'tags of log groups decide nothing here',
        DeletionProtectionEnabled: 'the local cloud never deletes a log group',
      },
    });
    const name = physicalName(input, properties.LogGroupName, { maxLength: 512 });
    const groupArn = arn('logs', region, accountId, `log-group:${name}`);
    if (this.groups.has(groupArn)) {
      throw new ServiceFault('ResourceAlreadyExistsException', `The specified log group already exists: ${name}`);
    }
    const kmsKeyId = optionalString(GROUP, properties, 'KmsKeyId');
    if (kmsKeyId !== undefined) this.checkKey(kmsKeyId, groupArn, accountId, region);
    const settings = {
      retentionInDays: optionalNumber(GROUP, properties, 'RetentionInDays'),
      kmsKeyId,
      logGroupClass: optionalString(GROUP, properties, 'LogGroupClass') ?? 'STANDARD',
    };
    this.groups.set(groupArn, new LogGroup(name, groupArn, this.options.clock.now(), settings));
    return { ref: name, attributes: { Arn: `${groupArn}:*` } };
  }

  /** `AWS::Logs::ResourcePolicy`: inert, since in the local cloud only functions write logs, with their own roles. */
  createResourcePolicy(input: ResourceInput): ResourceOutput {
    refuseUnknownProperties('AWS::Logs::ResourcePolicy', input.properties, {
      implemented: ['PolicyName'],
      inert: { PolicyDocument: 'lets other services write logs, which they do not do in the local cloud' },
    });
    return { ref: physicalName(input, input.properties.PolicyName, { maxLength: 255 }), attributes: {} };
  }

  hasLogGroup(accountId: string, region: string, name: string): boolean {
    return this.groups.has(arn('logs', region, accountId, `log-group:${name}`));
  }

  /**
   * Creates a stream with the rights of `principal` (`logs:CreateLogStream`). A group that does not exist is created,
   * as Lambda does, if the principal may `logs:CreateLogGroup`.
   * @throws ServiceFault when a right is missing
   */
  createStream(destination: LogDestination): void {
    const { accountId, region, principal } = destination;
    const groupArn = arn('logs', region, accountId, `log-group:${destination.group}`);
    if (!this.groups.has(groupArn)) {
      this.options.authorizer.authorize({ principal, action: 'logs:CreateLogGroup', resources: [groupArn] });
      this.createLogGroup({
        accountId,
        region,
        stackName: '',
        logicalId: '',
        properties: { LogGroupName: destination.group },
      });
    }
    const resources = [`${groupArn}:log-stream:${destination.stream}`];
    this.options.authorizer.authorize({ principal, action: 'logs:CreateLogStream', resources });
    this.groups.get(groupArn)?.stream(destination.stream, this.options.clock.now());
  }

  /**
   * Writes events to a stream with the rights of `principal` (`logs:PutLogEvents`).
   * @throws ServiceFault when the right, the group or the stream is missing
   */
  write(destination: LogDestination, events: readonly WrittenEvent[]): void {
    const { accountId, region, principal } = destination;
    const group = this.group(accountId, region, destination.group);
    const resources = [`${group.arn}:log-stream:${destination.stream}`];
    this.options.authorizer.authorize({ principal, action: 'logs:PutLogEvents', resources });
    const stream = findStream(group, destination.stream);
    const ingestionTime = Math.floor(this.options.clock.now());
    for (const { timestamp, message } of events) {
      stream.append({
        eventId: String(this.nextEventId++).padStart(56, '0'),
        timestamp: Math.floor(timestamp),
        message,
        ingestionTime,
      });
    }
    this.options.onWritten?.(destination, events);
  }

  async handle(call: Call): Promise<unknown> {
    switch (call.operation) {
      case 'DescribeLogGroups':
        return this.describeLogGroups(call);
      case 'DescribeLogStreams':
        return this.describeLogStreams(call);
      case 'GetLogEvents':
        return this.getLogEvents(call);
      case 'FilterLogEvents':
        return this.filterLogEvents(call);
      default:
        throw notImplemented('logs', call.operation);
    }
  }

  private checkKey(keyArn: string, groupArn: string, accountId: string, region: string): void {
    // AWS: the log service needs the key itself, with the group's ARN as encryption context `aws:logs:arn`.
    const viaService = `logs.${region}.amazonaws.com`;
    const principal: Principal = { kind: 'service', accountId, arn: viaService };
    const encryptionContext = { 'aws:logs:arn': groupArn };
    this.options.useKey?.({ keyArn, action: 'kms:GenerateDataKey', principal, viaService, encryptionContext });
  }

  private group(accountId: string, region: string, nameOrArn: string): LogGroup {
    const groupArn = nameOrArn.startsWith('arn:')
      ? nameOrArn.replace(/:\*$/, '')
      : arn('logs', region, accountId, `log-group:${nameOrArn}`);
    const group = this.groups.get(groupArn);
    if (group !== undefined) return group;
    throw new ServiceFault('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  private groupOf({ input, principal, region }: Call): LogGroup {
    const name = input.logGroupName ?? input.logGroupIdentifier;
    if (typeof name !== 'string') {
      throw new ServiceFault('InvalidParameterException', 'Either logGroupName or logGroupIdentifier is required.');
    }
    return this.group(principal.accountId, region, name);
  }

  private describeLogGroups({ input, principal, region }: Call): unknown {
    const home = arn('logs', region, principal.accountId, 'log-group:');
    const groups = [...this.groups.values()]
      .filter((group) => group.arn.startsWith(home))
      .filter((group) => group.name.startsWith(input.logGroupNamePrefix ?? ''))
      .filter((group) => group.name.toLowerCase().includes((input.logGroupNamePattern ?? '').toLowerCase()))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, nextToken } = page(groups, input.limit ?? MAX_ITEMS_PER_PAGE, input.nextToken);
    return { logGroups: items.map(describeGroup), ...(nextToken === undefined ? {} : { nextToken }) };
  }

  private describeLogStreams(call: Call): unknown {
    const { input } = call;
    const direction = input.descending === true ? -1 : 1;
    const byTime = input.orderBy === 'LastEventTime';
    const rank = (stream: LogStream) => stream.last?.timestamp ?? stream.creationTime;
    const streams = [...this.groupOf(call).streams.values()]
      .filter((stream) => stream.name.startsWith(input.logStreamNamePrefix ?? ''))
      .sort((a, b) => direction * (byTime ? rank(a) - rank(b) : a.name < b.name ? -1 : 1));
    const { items, nextToken } = page(streams, input.limit ?? MAX_ITEMS_PER_PAGE, input.nextToken);
    return { logStreams: items.map(describeStream), ...(nextToken === undefined ? {} : { nextToken }) };
  }

  private getLogEvents(call: Call): unknown {
    const { input } = call;
    const stream = findStream(this.groupOf(call), input.logStreamName);
    const limit = Math.min(input.limit ?? MAX_EVENTS_PER_PAGE, MAX_EVENTS_PER_PAGE);
    const token = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '');
    const all = stream.events.map((event, index) => ({ event, at: stream.end - stream.events.length + index }));
    const inTime = all.filter(({ event }) => within(event, input));
    const window = token
      ? token[1] === 'f'
        ? inTime.filter(({ at }) => at >= Number(token[2])).slice(0, limit)
        : inTime.filter(({ at }) => at < Number(token[2])).slice(-limit)
      : input.startFromHead === true
        ? inTime.slice(0, limit)
        : inTime.slice(-limit);
    const start = window[0]?.at ?? Number(token?.[2] ?? stream.end);
    const end = window.length > 0 ? (window.at(-1)?.at ?? 0) + 1 : start;
    const events = window.map(({ event }) => describeEvent(event));
    return { events, nextForwardToken: `f/${end}`, nextBackwardToken: `b/${start}` };
  }

  private filterLogEvents(call: Call): unknown {
    const { input } = call;
    const matches = matchesFilterPattern(input.filterPattern);
    const names: readonly string[] | undefined = input.logStreamNames;
    const events = [...this.groupOf(call).streams.values()]
      .filter((stream) => names === undefined || names.includes(stream.name))
      .filter((stream) => stream.name.startsWith(input.logStreamNamePrefix ?? ''))
      .flatMap((stream) => stream.events.map((event) => ({ event, logStreamName: stream.name })))
      .filter(({ event }) => within(event, input) && matches(event.message))
      .sort((a, b) => a.event.timestamp - b.event.timestamp || (a.event.eventId < b.event.eventId ? -1 : 1));
    const { items, nextToken } = page(events, input.limit ?? MAX_EVENTS_PER_PAGE, input.nextToken);
    return {
      events: items.map(({ event, logStreamName }) => ({ ...event, logStreamName })),
      searchedLogStreams: [],
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  }
}

function findStream(group: LogGroup, name: string): LogStream {
  const stream = group.streams.get(name);
  if (stream !== undefined) return stream;
  throw new ServiceFault('ResourceNotFoundException', 'The specified log stream does not exist.');
}

function page<T>(items: readonly T[], limit: number, token: string | undefined): { items: T[]; nextToken?: string } {
  const start = Number(token ?? 0);
  const end = start + Math.min(limit, MAX_EVENTS_PER_PAGE);
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) };
}

function within(event: LogEvent, range: { readonly startTime?: number; readonly endTime?: number }): boolean {
  return (
    event.timestamp >= (range.startTime ?? 0) &&
    // AWS: GetLogEvents excludes the end time, FilterLogEvents includes it; one millisecond decides nothing here.
    event.timestamp <= (range.endTime ?? Number.POSITIVE_INFINITY)
  );
}

function describeGroup(group: LogGroup): unknown {
  return {
    logGroupName: group.name,
    creationTime: Math.floor(group.creationTime),
    ...(group.settings.retentionInDays === undefined ? {} : { retentionInDays: group.settings.retentionInDays }),
    ...(group.settings.kmsKeyId === undefined ? {} : { kmsKeyId: group.settings.kmsKeyId }),
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    logGroupClass: group.settings.logGroupClass,
    storedBytes: 0,
  };
}

function describeStream(stream: LogStream): unknown {
  return {
    logStreamName: stream.name,
    arn: stream.arn,
    creationTime: Math.floor(stream.creationTime),
    ...(stream.first === undefined ? {} : { firstEventTimestamp: stream.first.timestamp }),
    ...(stream.last === undefined
      ? {}
      : { lastEventTimestamp: stream.last.timestamp, lastIngestionTime: stream.last.ingestionTime }),
    uploadSequenceToken: String(stream.end),
    storedBytes: 0,
  };
}

function describeEvent(event: LogEvent): unknown {
  return { timestamp: event.timestamp, message: event.message, ingestionTime: event.ingestionTime };
}
