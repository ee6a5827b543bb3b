import type { Follower } from '../dynamodb/table-stream';
import type { Principal } from '../service';

/** Temporary credentials of an execution role, as a function finds them in its environment. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Simulated time; absent: they do not expire. An instance is replaced before its credentials expire. */
  readonly expiration?: Date;
}

/**
 * Credentials of a session `functionName` of the role. Throws a `ServiceFault` unless the role exists and
 * lambda.amazonaws.com may assume it.
 */
export type ProvideRoleCredentials = (roleArn: string, functionName: string) => RoleCredentials;

/** A message as a poller receives it. */
export interface PolledMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody?: string;
  /** `ApproximateReceiveCount`, `SentTimestamp`, `SenderId`, `ApproximateFirstReceiveTimestamp`, … */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes?: Readonly<Record<string, unknown>>;
}

/** What event source mappings and dead-letter queues need of SQS. The queue charges its KMS key to `principal` itself. */
export interface Queues {
  /** Waits up to `waitSeconds` (simulated) for the first message, then answers with up to `max`. */
  receive(
    queueArn: string,
    options: { readonly max: number; readonly waitSeconds: number; readonly principal: Principal },
  ): Promise<readonly PolledMessage[]>;
  remove(queueArn: string, receiptHandle: string, principal: Principal): void | Promise<void>;
  visibilityTimeoutSeconds(queueArn: string): number;
  /** Authorizes `sqs:SendMessage` against the sender's rights and the queue's policy; throws a `ServiceFault`. */
  send(
    queueArn: string,
    body: string,
    sender: Principal,
    context: Readonly<Record<string, string>>,
    messageAttributes?: Readonly<Record<string, string>>,
  ): void | Promise<void>;
  /** Sends what was given up to the queue where it waits for a person. */
  setAside: Queues['send'];
}

/** What event source mappings need of the streams of tables. */
export interface Streams {
  /** Hands on what a stream still has, and every record to come; answers how to stop. Throws a `ServiceFault` if there is none. */
  follow(streamArn: string, follower: Follower): () => void;
  /** Charges the reader for the key of the table; throws a `ServiceFault` if it may not use it. */
  chargeReader(streamArn: string, principal: Principal): void;
}
