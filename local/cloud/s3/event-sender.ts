import { createHash } from 'node:crypto';
import type { Clock, Random } from '../../clock';
import { randomHex } from '../lambda/random-id';
import { type Principal, ServiceFault } from '../service';
import type { Sqs } from '../sqs';
import type { Bucket } from './bucket';
import { eventMessage, interestedIn, type ObjectChange, testMessage } from './event-notification';
import type { ObjectVersion } from './object-version';

export interface EventSenderOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Unique id of a caller, as in `aws:userid`; default: derived from the ARN. */
  readonly userIdOf?: (principal: Principal) => string;
}

/** Why an event did not reach its queue. AWS tells nobody; here it can be read. */
export interface UndeliveredEvent {
  readonly queueArn: string;
  readonly body: string;
  readonly reason: string;
}

/**
 * Probabilities, 0 to 1, of what AWS allows to happen to notifications: they are delivered at least once, in no certain
 * order. None is lost.
 */
export interface NotificationFaults {
  duplicate: number;
  reorder: number;
}

/** How long a notification that others overtake is under way at most, in simulated time. */
const OVERTAKEN_MS = 60_000;

/** Sends the event notifications of buckets to their queues, as the service s3.amazonaws.com. */
export class EventSender {
  readonly undelivered: UndeliveredEvent[] = [];
  readonly faults: NotificationFaults = { duplicate: 0, reorder: 0 };
  sqs: Sqs | undefined;
  private changes = 0;
  private underWay = 0;

  constructor(private readonly options: EventSenderOptions) {}

  /** Sends the test message to every queue of the bucket. Throws when one refuses it. */
  test(bucket: Bucket): void {
    const { name, notifications } = bucket.definition;
    for (const queueArn of new Set(notifications.map((notification) => notification.queueArn))) {
      try {
        this.sendEvent(bucket, queueArn, testMessage(name, this.options.clock.now(), this.requestId()));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`Unable to validate the following destination configurations: ${queueArn} (${reason})`);
      }
    }
  }

  /** Tells the queues that want to hear of it what happened to a key. */
  announce(principal: Principal, bucket: Bucket, key: string, eventName: string, version?: ObjectVersion): void {
    this.changes += 1;
    const change: ObjectChange = {
      bucket,
      key,
      eventName,
      principalId: `AWS:${this.userIdOf(principal)}`,
      at: this.options.clock.now(),
      sequencer: this.changes.toString(16).toUpperCase().padStart(18, '0'),
      requestId: this.requestId(),
      ...(version && { version }),
    };
    for (const notification of interestedIn(change)) {
      const body = eventMessage(change, notification);
      const copies = this.happens(this.faults.duplicate) ? 2 : 1;
      for (let n = 0; n < copies; n += 1) this.deliver(bucket, notification.queueArn, body);
    }
  }

  /** Notifications that have not reached their queues yet. */
  get inFlight(): number {
    return this.underWay;
  }

  private deliver(bucket: Bucket, queueArn: string, body: string): void {
    if (!this.happens(this.faults.reorder)) {
      this.sendOrRecord(bucket, queueArn, body);
      return;
    }
    this.underWay += 1;
    this.options.clock.after(OVERTAKEN_MS * this.options.random(), () => {
      this.underWay -= 1;
      this.sendOrRecord(bucket, queueArn, body);
    });
  }

  private sendOrRecord(bucket: Bucket, queueArn: string, body: string): void {
    try {
      this.sendEvent(bucket, queueArn, body);
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      this.undelivered.push({ queueArn, body, reason: error.message });
    }
  }

  private happens(probability: number): boolean {
    return probability > 0 && this.options.random() < probability;
  }

  private sendEvent(bucket: Bucket, queueArn: string, body: string): void {
    if (!this.sqs) throw new Error('S3 is not connected to SQS');
    const { accountId, arn } = bucket.definition;
    const service: Principal = { kind: 'service', accountId, arn: 's3.amazonaws.com' };
    this.sqs.send(queueArn, body, service, { 'aws:sourcearn': arn, 'aws:sourceaccount': accountId });
  }

  private userIdOf(principal: Principal): string {
    if (this.options.userIdOf) return this.options.userIdOf(principal);
    if (principal.roleArn === undefined) return principal.accountId;
    const id = createHash('sha256').update(principal.roleArn).digest('hex').slice(0, 16).toUpperCase();
    return `AROA${id}:${principal.sessionName ?? ''}`;
  }

  private requestId(): string {
    return randomHex(this.options.random, 16).toUpperCase();
  }
}
