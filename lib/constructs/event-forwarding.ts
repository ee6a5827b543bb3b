import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { Configuration, Location } from '../config/configuration';
import type { EventPattern } from '../event-patterns';
import type { EventSourceName, Names } from '../names';
import { AccessRole } from './access-role';
import { allow } from './allow';
import { DeadLetterQueue } from './dead-letter-queue';

export interface EventForwardingProps {
  readonly source: EventSourceName;
  readonly location: Location;
  readonly configuration: Configuration;
  readonly names: Names;
  /** By what they are about. */
  readonly patterns: Readonly<Record<string, EventPattern>>;
}

/** Sends events of the services of this account on to the controller's bus, which may be in another account and Region. */
export class EventForwarding extends Construct {
  constructor(scope: Construct, id: string, props: EventForwardingProps) {
    super(scope, id);
    const { source, location, configuration, names, patterns } = props;
    const busArn = eventBusArn(configuration, names);
    const ruleNames = Object.keys(patterns).map((what) => names.forwardingRule(source, what));
    const role = new AccessRole(this, 'Role', {
      roleName: names.forwardingRole(source),
      purpose: 'Sends events on to the controller',
      trust: {
        principal: { Service: 'events.amazonaws.com' },
        conditions: {
          StringEquals: { 'aws:SourceAccount': location.accountId },
          ArnEquals: { 'aws:SourceArn': ruleNames.map((name) => regionalArn('events', location, `rule/${name}`)) },
        },
      },
    });
    allow(role, ['events:PutEvents'], [busArn], 'The controller looks at what these events are about.');
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      queueName: names.forwardingDeadLetterQueue(source),
      senders: ruleNames.map((name) => ({
        service: 'events.amazonaws.com',
        sourceArn: regionalArn('events', location, `rule/${name}`),
        accountId: location.accountId,
      })),
    });
    for (const [what, eventPattern] of Object.entries(patterns)) {
      new CfnRule(this, `${what[0]?.toUpperCase()}${what.slice(1)}`, {
        name: names.forwardingRule(source, what),
        description: `Sends events of the ${what} on to the controller`,
        eventPattern,
        targets: [{ id: 'bus', arn: busArn, roleArn: role.arn, deadLetterConfig: { arn: deadLetters.arn } }],
      });
    }
  }
}

/** ARN of the controller's bus: the stacks know it by its name alone. */
export function eventBusArn({ target }: Configuration, names: Names): string {
  return regionalArn('events', target, `event-bus/${names.eventBus()}`);
}
