import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { BundledFunction } from './bundled-function';

export interface ScheduleProps {
  readonly ruleName: string;
  readonly description: string;
  /** `rate(1 minute)`, `cron(0 3 * * ? *)` */
  readonly expression: string;
  readonly target: BundledFunction;
  /** What the function is invoked with instead of the event. */
  readonly input?: object;
}

/** AWS: an event that is older than this is not delivered any more. */
const OLDEST_EVENT_SECONDS = 60;

/** Invokes a function on a schedule. A call that is lost is not repeated: the next one comes. */
export function schedule(scope: Construct, id: string, props: ScheduleProps): void {
  const { ruleName, description, expression, target, input } = props;
  const rule = new CfnRule(scope, id, {
    name: ruleName,
    description,
    scheduleExpression: expression,
    state: 'ENABLED',
    targets: [
      {
        id: 'function',
        arn: target.arn,
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: OLDEST_EVENT_SECONDS },
        ...(input === undefined ? {} : { input: JSON.stringify(input) }),
      },
    ],
  });
  target.allowInvocation(`${id}Invocation`, 'events.amazonaws.com', rule.attrArn);
}
