import type { ResourceInput, ResourceOutput } from '../../assembly/resource';
import {
  isRecord,
  optionalNumber,
  optionalRecord,
  optionalString,
  refuseUnknownProperties,
} from '../../assembly/resource';
import type { Clock } from '../../clock';
import { ServiceFault } from '../service';
import type { FunctionConfiguration } from './function-configuration';
import { roleSession } from './role-session';
import type { Queues } from './surroundings';

/** AWS: a failed asynchronous invocation is tried again after one and then after two minutes. */
const RETRY_DELAYS_MS = [60_000, 120_000];
/** AWS: a throttled one is tried again for six hours, at first after a second, at most every five minutes. */
const THROTTLED_FIRST_MS = 1000;
const THROTTLED_LONGEST_MS = 300_000;
const LONGEST_AGE_SECONDS = 6 * 3600;

/** How a function's asynchronous invocations are retried: `AWS::Lambda::EventInvokeConfig`. */
export interface EventInvokeConfiguration {
  readonly functionName: string;
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  readonly failureQueueArn: string | undefined;
}

export const DEFAULT_EVENT_INVOKE: Omit<EventInvokeConfiguration, 'functionName'> = {
  retries: RETRY_DELAYS_MS.length,
  maximumAgeSeconds: LONGEST_AGE_SECONDS,
  failureQueueArn: undefined,
};

/** What one attempt yields; `throttled` when no concurrency was left. */
export interface Attempt {
  readonly requestId: string;
  readonly payload: unknown;
  readonly functionError?: 'Unhandled';
  readonly throttled?: boolean;
}

export interface AsyncInvocation {
  readonly configuration: FunctionConfiguration;
  readonly rules: Omit<EventInvokeConfiguration, 'functionName'>;
  readonly requestId: string;
  readonly payload: unknown;
}

/** The queue of events in front of asynchronously invoked functions. */
export class AsyncInvocations {
  private readonly cancellations = new Set<() => void>();
  private count = 0;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly queues: () => Queues;
      readonly attempt: (invocation: AsyncInvocation) => Promise<Attempt>;
    },
  ) {}

  /** Events that are not done yet, waiting for a retry or running. */
  get pending(): number {
    return this.count;
  }

  submit(invocation: AsyncInvocation): void {
    this.count += 1;
    void this.run(invocation).finally(() => {
      this.count -= 1;
    });
  }

  stop(): void {
    for (const cancel of this.cancellations) cancel();
  }

  private async run(invocation: AsyncInvocation): Promise<void> {
    const { rules } = invocation;
    const giveUpAt = this.options.clock.now() + rules.maximumAgeSeconds * 1000;
    let throttledDelay = THROTTLED_FIRST_MS;
    let attempts = 0;
    for (;;) {
      const attempt = await this.options.attempt(invocation);
      if (attempt.throttled !== true) attempts += 1;
      if (attempt.functionError === undefined && attempt.throttled !== true) return;
      const delay = attempt.throttled === true ? throttledDelay : (RETRY_DELAYS_MS[attempts - 1] ?? 0);
      const exhausted = attempt.throttled !== true && attempts > rules.retries;
      if (exhausted || this.options.clock.now() + delay > giveUpAt) return this.giveUp(invocation, attempt, attempts);
      if (attempt.throttled === true) throttledDelay = Math.min(THROTTLED_LONGEST_MS, throttledDelay * 2);
      if (!(await this.wait(delay))) return;
    }
  }

  /** Resolves with false when the local cloud stops meanwhile. */
  private wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (elapsed: boolean) => {
        this.cancellations.delete(cancel);
        resolve(elapsed);
      };
      const cancelTimer = this.options.clock.after(delayMs, () => end(true));
      const cancel = () => {
        cancelTimer();
        end(false);
      };
      this.cancellations.add(cancel);
    });
  }

  /** AWS: what failed for good goes to the failure destination and to the dead-letter queue, with the role's rights. */
  private async giveUp(invocation: AsyncInvocation, last: Attempt, attempts: number): Promise<void> {
    const { configuration, rules } = invocation;
    const sender = roleSession(configuration.roleArn, configuration.name);
    const context = { 'aws:sourcearn': configuration.arn };
    try {
      if (rules.failureQueueArn !== undefined) {
        const body = JSON.stringify(this.failureRecord(invocation, last, attempts));
        await this.options.queues().setAside(rules.failureQueueArn, body, sender, context);
      }
      if (configuration.deadLetterQueueArn !== undefined) {
        const body = JSON.stringify(invocation.payload);
        const attributes = { RequestID: invocation.requestId, ErrorCode: '200', ErrorMessage: messageOf(last.payload) };
        await this.options.queues().setAside(configuration.deadLetterQueueArn, body, sender, context, attributes);
      }
    } catch (error) {
      // AWS: an event that the destination refuses is lost; only a metric tells. The denial is on record.
      if (!(error instanceof ServiceFault)) throw error;
    }
  }

  private failureRecord(invocation: AsyncInvocation, last: Attempt, attempts: number): unknown {
    const { configuration, requestId, payload, rules } = invocation;
    const condition = attempts > rules.retries ? 'RetriesExhausted' : 'EventAgeExceeded';
    return {
      version: '1.0',
      timestamp: new Date(this.options.clock.now()).toISOString(),
      requestContext: {
        requestId,
        functionArn: `${configuration.arn}:$LATEST`,
        condition,
        approximateInvokeCount: attempts,
      },
      requestPayload: payload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: last.functionError },
      responsePayload: last.payload,
    };
  }
}

function messageOf(payload: unknown): string {
  return isRecord(payload) ? String(payload.errorMessage ?? '') : '';
}

const TYPE = 'AWS::Lambda::EventInvokeConfig';

/** Reads the properties of `AWS::Lambda::EventInvokeConfig`; only a queue can be the failure destination. */
export function readEventInvokeConfiguration(input: ResourceInput): {
  configuration: EventInvokeConfiguration;
  output: ResourceOutput;
} {
  const { properties } = input;
  const implemented = [
    ...['FunctionName', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig', 'Qualifier'],
  ];
  refuseUnknownProperties(TYPE, properties, { implemented });
  const destinations = optionalRecord(TYPE, properties, 'DestinationConfig') ?? {};
  refuseUnknownProperties(TYPE, destinations, { implemented: ['OnFailure'] }, 'DestinationConfig.');
  const functionName = optionalString(TYPE, properties, 'FunctionName');
  const failureQueueArn = optionalString(TYPE, optionalRecord(TYPE, destinations, 'OnFailure') ?? {}, 'Destination');
  if (functionName === undefined) throw new ServiceFault('ValidationException', `${TYPE} needs FunctionName`);
  if (properties.Qualifier !== '$LATEST') throw new Error(`${TYPE} property Qualifier must be $LATEST`);
  if (failureQueueArn !== undefined && failureQueueArn.split(':')[2] !== 'sqs') {
    throw new Error(`${failureQueueArn} is not implemented by the local cloud: ${TYPE} property DestinationConfig`);
  }
  const configuration = {
    functionName,
    retries: optionalNumber(TYPE, properties, 'MaximumRetryAttempts') ?? DEFAULT_EVENT_INVOKE.retries,
    maximumAgeSeconds: optionalNumber(TYPE, properties, 'MaximumEventAgeInSeconds') ?? LONGEST_AGE_SECONDS,
    failureQueueArn,
  };
  return { configuration, output: { ref: `${input.logicalId}`, attributes: {} } };
}
