import type { Random } from '../../clock';
import type { InvokeRequest } from '../lambda/lambda';
import { randomHex, randomUuid } from '../lambda/random-id';
import type { AssumeRoleAsService } from '../lambda/role-session';
import type { Queues } from '../lambda/surroundings';
import type { Authorizer, PolicyDocument, Principal } from '../service';
import { deliverer, ruleContext } from './deliveries';
import { type EventEnvelope, isoSeconds } from './event';
import type { Rule, Target } from './rule';

/** The services that rules can have as targets. */
export interface TargetServices {
  /** Authorizes `lambda:InvokeFunction` and queues the event. */
  readonly lambda: { invokeAsync(request: InvokeRequest): unknown };
  readonly stepFunctions: {
    startExecution(request: {
      readonly stateMachineArn: string;
      readonly input: string;
      readonly name: string;
    }): unknown;
  };
  readonly assumeRole: AssumeRoleAsService;
}

/** Hands an event to a target, with the rights of the target's role or of the service. */
export class TargetSender {
  constructor(
    private readonly options: TargetServices & {
      readonly clock: { now(): number };
      readonly random: Random;
      readonly authorizer: Authorizer;
      readonly queues: () => Queues;
      readonly resourcePoliciesOf: (eventBusArn: string) => readonly PolicyDocument[];
      /** Puts the event on another bus, if it may go there at all, after `authorize`. */
      readonly forward: (rule: Rule, eventBusArn: string, event: EventEnvelope, authorize: () => void) => void;
    },
  ) {}

  /** One attempt; throws a `ServiceFault` when the target refuses. */
  send(rule: Rule, target: Target, event: EventEnvelope): void | Promise<void> {
    const ingestionTime = isoSeconds(this.options.clock.now());
    const text = target.input(event, { ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
    const context = ruleContext(rule);
    const principal = this.principalFor(rule, target);
    switch (target.kind) {
      case 'lambda':
        this.options.lambda.invokeAsync({ functionArn: target.arn, payload: JSON.parse(text), principal, context });
        return;
      case 'sqs':
        return this.options.queues().send(target.arn, text, principal, context);
      case 'states':
        return this.startExecution(target.arn, text, principal);
      case 'events':
        return this.options.forward(rule, target.arn, event, () =>
          this.authorizeForwarding(rule, target.arn, principal),
        );
    }
  }

  private principalFor(rule: Rule, { roleArn }: Target): Principal {
    if (roleArn === undefined) return deliverer(rule);
    const sessionName = randomHex(this.options.random, 32);
    const context = ruleContext(rule);
    return this.options.assumeRole({ roleArn, service: 'events.amazonaws.com', sessionName, context });
  }

  private startExecution(stateMachineArn: string, input: string, principal: Principal): void {
    this.options.authorizer.authorize({ principal, action: 'states:StartExecution', resources: [stateMachineArn] });
    const name = `${randomUuid(this.options.random)}_${randomUuid(this.options.random)}`;
    this.options.stepFunctions.startExecution({ stateMachineArn, input, name });
  }

  private authorizeForwarding(rule: Rule, eventBusArn: string, principal: Principal): void {
    this.options.authorizer.authorize({
      principal,
      action: 'events:PutEvents',
      resources: [eventBusArn],
      resourcePolicies: this.options.resourcePoliciesOf(eventBusArn),
      resourceAccountId: eventBusArn.split(':')[4] ?? rule.accountId,
      context: ruleContext(rule),
    });
  }
}
