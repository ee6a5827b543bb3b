import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import type { Installation } from './installation';

/** Each minute: rings for every controller that has something due and no live leader. */
export class MinuteBell extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, { tables }: ControllerData) {
    super(scope, id);
    const created = new BundledFunction(this, 'RingBells', installation, {
      entry: 'ring-bells',
      purpose: 'Rings for controllers that have something due and no live leader',
      timeoutSeconds: 30,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'ledger', 'control'),
        RECONCILE_STATE_MACHINE_ARN: stateMachineArn(installation, 'reconcile'),
        APPLY_ASSIGNMENTS_STATE_MACHINE_ARN: stateMachineArn(installation, 'apply-assignments'),
      },
    });
    const { role } = created;
    tables.ledger.allowItems(role, ['Query'], 'Work items and operations are what is due for apply-assignments.');
    tables.control.allowItems(
      role,
      ['GetItem', 'Query'],
      'Marks are what is due for reconcile; leaders are noted here.',
    );
    for (const name of ['reconcile', 'apply-assignments'] as const) {
      allowRinging(installation, role, name, 'A bell that was lost is rung again.');
    }
    this.schedule(installation.names.minuteRule(), created);
  }

  /** A call that is lost is not repeated: the next one comes in a minute. */
  private schedule(name: string, target: BundledFunction): void {
    const rule = new CfnRule(this, 'Rule', {
      name,
      description: 'Each minute',
      scheduleExpression: 'rate(1 minute)',
      state: 'ENABLED',
      targets: [
        {
          id: 'function',
          arn: target.arn,
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        },
      ],
    });
    target.allowInvocation('EveryMinute', 'events.amazonaws.com', rule.attrArn);
  }
}
