import type { Clock, Random } from '../../clock';
import type { Queues } from '../lambda/surroundings';
import type { Principal } from '../service';
import { ServiceFault } from '../service';
import type { EventEnvelope } from './event';
import type { Rule, Target } from './rule';

/** First and longest pause between two attempts; AWS: exponential back-off with jitter. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 600_000;

/** The service principal that delivers for a rule, and the condition context that names the rule. */
export function deliverer({ accountId }: Rule): Principal {
  return { kind: 'service', accountId, arn: 'events.amazonaws.com' };
}

export function ruleContext(rule: Rule): Record<string, string> {
  return { 'aws:sourcearn': rule.arn, 'aws:sourceaccount': rule.accountId };
}

/** Brings events to targets: tries again while that helps, then puts them into the target's dead-letter queue. */
export class Deliveries {
  private readonly waits = new Set<() => void>();
  private count = 0;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly random: Random;
      readonly queues: () => Queues;
      readonly send: (rule: Rule, target: Target, event: EventEnvelope) => void | Promise<void>;
    },
  ) {}

  /** Deliveries that are neither done nor given up. */
  get pending(): number {
    return this.count;
  }

  /** Delivers after `delayMs` of simulated time. */
  submit(rule: Rule, target: Target, event: EventEnvelope, delayMs: number): void {
    this.count += 1;
    void this.run(rule, target, event, delayMs).finally(() => {
      this.count -= 1;
    });
  }

  stop(): void {
    for (const cancel of this.waits) cancel();
  }

  private async run(rule: Rule, target: Target, event: EventEnvelope, delayMs: number): Promise<void> {
    const giveUpAt = this.options.clock.now() + delayMs + target.retry.ageSeconds * 1000;
    let pause = FIRST_PAUSE_MS;
    let wait = delayMs;
    for (let attempts = 0; await this.wait(wait); attempts += 1) {
      const fault = await this.attempt(rule, target, event);
      if (fault === undefined) return;
      wait = pause * (0.5 + this.options.random() / 2);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      const exhausted = attempts >= target.retry.attempts || this.options.clock.now() + wait > giveUpAt;
      if (exhausted || !isTransient(fault)) return this.giveUp(rule, target, event, fault, attempts);
    }
  }

  private async attempt(rule: Rule, target: Target, event: EventEnvelope): Promise<ServiceFault | undefined> {
    try {
      await this.options.send(rule, target, event);
      return undefined;
    } catch (error) {
      if (error instanceof ServiceFault) return error;
      throw error;
    }
  }

  private async giveUp(
    rule: Rule,
    target: Target,
    event: EventEnvelope,
    fault: ServiceFault,
    retries: number,
  ): Promise<void> {
    if (target.deadLetterQueueArn === undefined) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: fault.code,
      ERROR_MESSAGE: fault.message,
      RETRY_ATTEMPTS: String(retries),
    };
    try {
      const { queues } = this.options;
      const body = JSON.stringify(event);
      await queues().setAside(target.deadLetterQueueArn, body, deliverer(rule), ruleContext(rule), attributes);
    } catch (error) {
      // AWS: an event that the dead-letter queue refuses is lost; only a metric tells. The denial is on record.
      if (!(error instanceof ServiceFault)) throw error;
    }
  }

  /** Resolves with false when the local cloud stops meanwhile. */
  private wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (elapsed: boolean) => {
        this.waits.delete(cancel);
        resolve(elapsed);
      };
      const cancelTimer = this.options.clock.after(delayMs, () => end(true));
      const cancel = () => {
        cancelTimer();
        end(false);
      };
      this.waits.add(cancel);
    });
  }
}

/** AWS: throttling and server errors are tried again; missing rights and missing targets are not. */
function isTransient({ code, statusCode }: ServiceFault): boolean {
  return statusCode >= 500 || statusCode === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(code);
}
