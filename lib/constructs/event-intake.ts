import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { accountPrincipal, regionalArn, roleArn } from '../arns';
import type { EventSourceName } from '../names';
import { AccessRole } from './access-role';
import { allowRinging, stateMachineArn } from './bell';
import { DeadLetterQueue } from './dead-letter-queue';
import { eventBusArn } from './event-forwarding';
import type { Installation } from './installation';

/** Where events of all accounts come together; each starts the controller, which looks at what it is about. */
export class EventIntake extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
  ) {
    super(scope, id);
    const { names } = installation;
    const bus = new CfnEventBus(this, 'Bus', {
      name: names.eventBus(),
      description: 'What happens to the organization, the directory and Identity Center',
    });
    this.createPolicy(bus);
    // The rule names the bus, it does not refer to it.
    this.createRule().addResourceDependency(bus);
  }

  /** AWS: a policy that names a role is refused while the role does not exist, so it names the account and a condition. */
  private createPolicy(bus: CfnEventBus): void {
    const { configuration, names } = this.installation;
    const { management, identityCenter } = configuration;
    const senders = new Map<EventSourceName, string>([
      ['organization', management.accountId],
      ['identity-center', identityCenter.accountId],
      ['management', management.accountId],
    ]);
    new CfnEventBusPolicy(this, 'Policy', {
      eventBusName: bus.ref,
      statementId: 'forwarding',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: [...new Set(senders.values())].map(accountPrincipal) },
        Action: 'events:PutEvents',
        Resource: eventBusArn(configuration, names),
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': [...senders].map(([source, accountId]) =>
              roleArn(accountId, names.forwardingRole(source)),
            ),
          },
        },
      },
    });
  }

  private createRule(): CfnRule {
    const { configuration, names } = this.installation;
    const { target, management, identityCenter } = configuration;
    const ruleArn = regionalArn('events', target, `rule/${names.eventBus()}/${names.eventsRule()}`);
    const role = new AccessRole(this, 'Role', {
      roleName: names.eventsRole(),
      purpose: 'Starts the controller for each event',
      trust: {
        principal: { Service: 'events.amazonaws.com' },
        conditions: {
          StringEquals: { 'aws:SourceAccount': target.accountId },
          ArnEquals: { 'aws:SourceArn': ruleArn },
        },
      },
    });
    allowRinging(this.installation, role, 'reconcile', 'What an event is about is looked at at once.');
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      queueName: names.eventsDeadLetterQueue(),
      senders: [{ service: 'events.amazonaws.com', sourceArn: ruleArn, accountId: target.accountId }],
    });
    return new CfnRule(this, 'Rule', {
      name: names.eventsRule(),
      eventBusName: names.eventBus(),
      description: 'Starts the controller for each event',
      eventPattern: { account: [...new Set([management.accountId, identityCenter.accountId])] },
      targets: [
        {
          id: 'reconcile',
          arn: stateMachineArn(this.installation, 'reconcile'),
          roleArn: role.arn,
          deadLetterConfig: { arn: deadLetters.arn },
        },
      ],
    });
  }
}
