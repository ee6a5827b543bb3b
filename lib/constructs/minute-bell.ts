import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction, type FunctionEnvironment } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import type { Installation } from './installation';
import { schedule } from './schedule';

/**
 * Each minute: marks links whose time to begin or end has passed, rings for every controller that has something due and
 * no live leader, and sends what people are to be told. Nobody else writes to the topic.
 */
export class MinuteBell extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, { tables, topic }: ControllerData) {
    super(scope, id);
    const created = new BundledFunction(this, 'RingBells', installation, {
      entry: 'ring-bells',
      purpose:
        'Marks links whose time has passed, rings for controllers that have something due and no live leader, and sends notifications',
      timeoutSeconds: 30,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'ledger', 'control', 'permission-sets'),
        RECONCILE_STATE_MACHINE_ARN: stateMachineArn(installation, 'reconcile'),
        APPLY_ASSIGNMENTS_STATE_MACHINE_ARN: stateMachineArn(installation, 'apply-assignments'),
        CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN: stateMachineArn(installation, 'converge-permission-sets'),
        NOTIFICATIONS_TOPIC_ARN: topic.arn,
        FULL_PASS_STATE_MACHINE_ARN: stateMachineArn(installation, 'full-pass'),
        ...importVariable(installation),
      },
    });
    const { role } = created;
    tables.ledger.allowItems(
      role,
      ['Query'],
      'Work items and operations are what is due for apply-assignments, and are counted.',
    );
    tables['permission-sets'].allowItems(role, ['Query'], 'Work is what is due for converge-permission-sets.');
    tables.control.allowItems(
      role,
      ['BatchGetItem', 'Query', 'PutItem', 'DeleteItem'],
      'Marks are what is due for reconcile, requests what is due for a full pass; leaders are noted here; times of links that have passed become marks; what was sent goes; how long something has been due is noted.',
    );
    topic.allowPublishing(role, 'What people are to be told is sent.');
    for (const name of ['reconcile', 'converge-permission-sets', 'apply-assignments', 'full-pass'] as const) {
      allowRinging(installation, role, name, 'A bell that was lost is rung again.');
    }
    if (installation.configuration.importCurrentConfiguration)
      allowRinging(installation, role, 'import', 'The configuration asks for an import once.');
    schedule(this, 'Rule', {
      ruleName: installation.names.minuteRule(),
      description: 'Each minute',
      expression: 'rate(1 minute)',
      target: created,
    });
  }
}

/** Without it nobody but a person starts the import. */
function importVariable(installation: Installation): FunctionEnvironment {
  return installation.configuration.importCurrentConfiguration
    ? { IMPORT_STATE_MACHINE_ARN: stateMachineArn(installation, 'import') }
    : {};
}
