import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, indexesOf, tableVariables } from './controller-data';
import type { Installation } from './installation';
import { schedule } from './schedule';

/** What waits for a policy of an account, or for somebody else's assignment to go, is worth a look this often. */
const SET_ASIDE_EXPRESSION = 'rate(1 hour)';

/** Has permission sets looked at again from time to time: those that were set aside, and all of them. */
export class LookAgainSchedules extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, { tables }: ControllerData) {
    super(scope, id);
    const target = new BundledFunction(this, 'LookAgain', installation, {
      entry: 'look-again',
      purpose: 'Has permission sets and held assignments looked at again',
      timeoutSeconds: 300,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'ledger', 'control', 'permission-sets'),
        CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN: stateMachineArn(installation, 'converge-permission-sets'),
        RECONCILE_STATE_MACHINE_ARN: stateMachineArn(installation, 'reconcile'),
      },
    });
    const { role } = target;
    const { ledger, control, 'permission-sets': permissionSets } = tables;
    permissionSets.allowItems(role, ['Query', 'PutItem'], 'What was set aside becomes due again.');
    permissionSets.allowIndexes(
      role,
      indexesOf('permission-sets'),
      'All permission sets are looked at from time to time.',
    );
    ledger.allowItems(role, ['Query'], 'Assignments that wait for a policy of their account are noted there.');
    control.allowItems(role, ['GetItem', 'PutItem'], 'Their permission sets are marked for the planner.');
    for (const name of ['converge-permission-sets', 'reconcile'] as const) {
      allowRinging(installation, role, name, 'What is due again is looked at at once.');
    }
    this.schedule(installation, target);
  }

  private schedule({ configuration, names }: Installation, target: BundledFunction): void {
    schedule(this, 'SetAside', {
      ruleName: names.lookAgainRule('set-aside'),
      description: 'Permission sets and assignments that wait for a change outside',
      expression: SET_ASIDE_EXPRESSION,
      target,
      input: { scope: 'setAside' },
    });
    // Where drift is only to be reported, permission sets that were changed outside are left as they are.
    if (configuration.fullPass.driftMode === 'report') return;
    schedule(this, 'All', {
      ruleName: names.lookAgainRule('all'),
      description: 'All permission sets: what was changed outside is repaired',
      expression: configuration.fullPass.schedule,
      target,
      input: { scope: 'all' },
    });
  }
}
