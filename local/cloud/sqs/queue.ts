import type { Clock, Random } from '../../clock';
import { randomUuid } from '../lambda/random-id';
import type { PolicyDocument } from '../service';
import type { MessageAttributes } from './message';
import type { QueueDefinition } from './queue-definition';

/** What a sender hands over. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** As in the attribute `SenderId`. */
  readonly senderId: string;
  /** Seconds; default: the queue's. */
  readonly delaySeconds?: number;
}

/** A message in a queue. Times are simulated milliseconds. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly sentAt: number;
  readonly deadLetterSourceArn?: string;
  visibleAt: number;
  isDelayed: boolean;
  receiveCount: number;
  firstReceivedAt?: number;
  receiptHandle?: string;
}

interface Waiter {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly resolve: (messages: readonly StoredMessage[]) => void;
  readonly cancelTimer: () => void;
}

/** How many messages of each kind a queue holds, as GetQueueAttributes counts them. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** One standard queue. Messages come in the order in which they became visible; AWS promises no order at all. */
export class Queue {
  policy: PolicyDocument | undefined;
  readonly createdAt: number;
  private messages: StoredMessage[] = [];
  private waiters: Waiter[] = [];
  private cancelWake: (() => void) | undefined;

  constructor(
    readonly definition: QueueDefinition,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly deadLetterQueue: (arn: string) => Queue | undefined,
  ) {
    this.createdAt = clock.now();
  }

  send({ body, attributes, senderId, delaySeconds }: OutgoingMessage): StoredMessage {
    const now = this.clock.now();
    const delay = delaySeconds ?? this.definition.delaySeconds;
    const message: StoredMessage = {
      id: randomUuid(this.random),
      body,
      attributes,
      senderId,
      sentAt: now,
      visibleAt: now + delay * 1000,
      isDelayed: delay > 0,
      receiveCount: 0,
    };
    this.add(message);
    return message;
  }

  /** Waits up to `waitSeconds` of simulated time for the first message, then gives up to `max`. */
  receive(
    max: number,
    waitSeconds = this.definition.waitSeconds,
    visibilitySeconds = this.definition.visibilityTimeoutSeconds,
  ): Promise<readonly StoredMessage[]> {
    const messages = this.waiters.length === 0 ? this.take(max, visibilitySeconds) : [];
    if (messages.length > 0 || waitSeconds <= 0) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const giveUp = () => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        this.planWake();
        resolve([]);
      };
      const cancelTimer = this.clock.after(waitSeconds * 1000, giveUp);
      const waiter: Waiter = { max, visibilitySeconds, resolve, cancelTimer };
      this.waiters.push(waiter);
      this.planWake();
    });
  }

  /** AWS: with an outdated handle the request succeeds and the message stays. */
  delete(receiptHandle: string): void {
    this.messages = this.messages.filter((message) => message.receiptHandle !== receiptHandle);
    this.planWake();
  }

  /** Whether the message of this handle was in flight. */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.messages.find((candidate) => candidate.receiptHandle === receiptHandle);
    const now = this.clock.now();
    if (!message || message.visibleAt <= now) return false;
    message.visibleAt = now + seconds * 1000;
    this.serveWaiters();
    return true;
  }

  purge(): void {
    this.messages = [];
    this.planWake();
  }

  counts(): QueueCounts {
    this.expire();
    const now = this.clock.now();
    const hidden = this.messages.filter((message) => message.visibleAt > now);
    const delayed = hidden.filter((message) => message.isDelayed).length;
    return { visible: this.messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  private add(message: StoredMessage): void {
    this.messages.push(message);
    this.serveWaiters();
  }

  private take(max: number, visibilitySeconds: number): readonly StoredMessage[] {
    this.expire();
    const now = this.clock.now();
    const due = this.messages.filter((message) => message.visibleAt <= now).sort((a, b) => a.visibleAt - b.visibleAt);
    const taken: StoredMessage[] = [];
    for (const message of due) {
      if (taken.length >= max) break;
      if (this.moveToDeadLetters(message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.isDelayed = false;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.receiptHandle = handleOf(message);
      taken.push(message);
    }
    return taken;
  }

  /** AWS: a message that was received `maxReceiveCount` times goes to the dead-letter queue instead of once more. */
  private moveToDeadLetters(message: StoredMessage): boolean {
    const { redrive, arn } = this.definition;
    if (!redrive || message.receiveCount < redrive.maxReceiveCount) return false;
    const target = this.deadLetterQueue(redrive.deadLetterQueueArn);
    if (!target) return false;
    this.messages = this.messages.filter((other) => other !== message);
    const { receiptHandle: _outdated, ...kept } = message;
    target.add({ ...kept, visibleAt: this.clock.now(), deadLetterSourceArn: arn });
    return true;
  }

  private expire(): void {
    const oldest = this.clock.now() - this.definition.retentionSeconds * 1000;
    if (this.messages.some((message) => message.sentAt < oldest)) {
      this.messages = this.messages.filter((message) => message.sentAt >= oldest);
    }
  }

  private serveWaiters(): void {
    for (let waiter = this.waiters[0]; waiter; waiter = this.waiters[0]) {
      const messages = this.take(waiter.max, waiter.visibilitySeconds);
      if (messages.length === 0) break;
      this.waiters.shift();
      waiter.cancelTimer();
      waiter.resolve(messages);
    }
    this.planWake();
  }

  /** One timer, and only while somebody waits: for the moment the next hidden message becomes visible. */
  private planWake(): void {
    this.cancelWake?.();
    this.cancelWake = undefined;
    if (this.waiters.length === 0 || this.messages.length === 0) return;
    const next = this.messages.reduce(
      (earliest, { visibleAt }) => Math.min(earliest, visibleAt),
      Number.POSITIVE_INFINITY,
    );
    this.cancelWake = this.clock.after(Math.max(0, next - this.clock.now()), () => this.serveWaiters());
  }
}

function handleOf(message: StoredMessage): string {
  return Buffer.from(`${message.id} ${message.receiveCount}`).toString('base64');
}

/** Whether this is a handle that a queue here could have given. */
export function isReceiptHandle(handle: unknown): handle is string {
  return typeof handle === 'string' && /^[0-9a-f-]{36} \d+$/.test(Buffer.from(handle, 'base64').toString());
}
