/** One line or JSON document in a log stream. Times are simulated milliseconds since the epoch. */
export interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
}

/** Events kept per stream and streams kept per group: the local cloud lives in memory, so the oldest go first. */
const EVENTS_PER_STREAM = 10_000;
const STREAMS_PER_GROUP = 200;

export class LogStream {
  private kept: LogEvent[] = [];
  private dropped = 0;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly creationTime: number,
  ) {}

  append(event: LogEvent): void {
    this.kept.push(event);
    if (this.kept.length > EVENTS_PER_STREAM) this.dropped += this.kept.splice(0, EVENTS_PER_STREAM / 10).length;
  }

  /** Position after the newest event, counted from the first event ever written. */
  get end(): number {
    return this.dropped + this.kept.length;
  }

  get first(): LogEvent | undefined {
    return this.kept[0];
  }

  get last(): LogEvent | undefined {
    return this.kept.at(-1);
  }

  get events(): readonly LogEvent[] {
    return this.kept;
  }

  /** Events with their positions; a position stays valid while older events are dropped. */
  from(position: number): readonly LogEvent[] {
    return this.kept.slice(Math.max(0, position - this.dropped));
  }
}

export class LogGroup {
  readonly streams = new Map<string, LogStream>();

  constructor(
    readonly name: string,
    /** Without the trailing `:*`. */
    readonly arn: string,
    readonly creationTime: number,
    readonly settings: {
      readonly retentionInDays: number | undefined;
      readonly kmsKeyId: string | undefined;
      readonly logGroupClass: string;
    },
  ) {}

  stream(name: string, now: number): LogStream {
    const existing = this.streams.get(name);
    if (existing !== undefined) return existing;
    const created = new LogStream(name, `${this.arn}:log-stream:${name}`, now);
    this.streams.set(name, created);
    const oldest = this.streams.keys().next();
    if (this.streams.size > STREAMS_PER_GROUP && !oldest.done) this.streams.delete(oldest.value);
    return created;
  }
}
