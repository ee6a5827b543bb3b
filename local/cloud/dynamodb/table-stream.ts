import { createHash } from 'node:crypto';
import type { Clock } from '../../clock';
import { type Item, itemSize } from './attribute-value';

/** What happened to one item; `service`: its time to live was over. */
export interface ItemChange {
  readonly key: Item;
  readonly old?: Item;
  readonly next?: Item;
  readonly by: 'caller' | 'service';
}

/** One record as functions get it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: 'NEW_AND_OLD_IMAGES';
  };
  readonly eventSourceARN: string;
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
}

export type Follower = (record: StreamRecord) => void;

/** AWS: a record stays in its stream for 24 hours. */
const KEPT_SECONDS = 24 * 3600;
/** AWS: sequence numbers have 21 to 40 digits. */
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;
/** AWS: what the service deletes because its time to live is over is told apart by who did it. */
const TIME_TO_LIVE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const;

/** The stream of one table: every change of an item, in order. AWS: in the order of changes for each item. */
export class TableStream {
  readonly arn: string;
  readonly label: string;
  private readonly followers = new Set<Follower>();
  private kept: StreamRecord[] = [];
  private count = 0n;

  constructor(
    tableArn: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.label = new Date(clock.now()).toISOString().slice(0, -1);
    this.arn = `${tableArn}/stream/${this.label}`;
  }

  /** Notes a change. AWS: a write that leaves an item as it was is none. */
  note(change: ItemChange): void {
    if (change.old !== undefined && change.next !== undefined && isSame(change.old, change.next)) return;
    const record = this.recordOf(change);
    const oldest = record.dynamodb.ApproximateCreationDateTime - KEPT_SECONDS;
    while (this.kept[0] !== undefined && this.kept[0].dynamodb.ApproximateCreationDateTime < oldest) this.kept.shift();
    this.kept.push(record);
    for (const follower of this.followers) follower(record);
  }

  /** Hands on what the stream still has, and every record to come. Answers how to stop that. */
  follow(follower: Follower): () => void {
    for (const record of this.kept) follower(record);
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  private recordOf({ key, old, next, by }: ItemChange): StreamRecord {
    this.count += 1n;
    return {
      // AWS: 32 hexadecimal digits, unique among all streams.
      eventID: createHash('md5').update(`${this.arn} ${this.count}`).digest('hex'),
      eventName: old === undefined ? 'INSERT' : next === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.arn.split(':')[3] ?? '',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.clock.now() / 1000),
        Keys: key,
        ...(next && { NewImage: next }),
        ...(old && { OldImage: old }),
        SequenceNumber: String(FIRST_SEQUENCE_NUMBER + this.count),
        SizeBytes: [key, old, next].reduce((sum, item) => sum + (item ? itemSize(item) : 0), 0),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: this.arn,
      ...(by === 'service' && { userIdentity: TIME_TO_LIVE }),
    };
  }
}

function isSame(left: Item, right: Item): boolean {
  return left === right || canonical(left) === canonical(right);
}

/** Values are JSON; the order of attributes says nothing. */
function canonical(item: Item): string {
  return JSON.stringify(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)));
}
