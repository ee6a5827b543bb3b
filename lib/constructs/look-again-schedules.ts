import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import type { Installation } from './installation';
import { schedule } from './schedule';

/** What waits for a policy of an account, or for somebody else's assignment to go, is worth a look this often. */
const SET_ASIDE_EXPRESSION = 'rate(1 hour)';

/** Has what was set aside looked at again from time to time; the full pass looks at all permission sets. */
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
    ledger.allowItems(role, ['Query'], 'Assignments that wait for a policy of their account are noted there.');
    control.allowItems(role, ['GetItem', 'PutItem'], 'Their permission sets are marked for the planner.');
    for (const name of ['converge-permission-sets', 'reconcile'] as const) {
      allowRinging(installation, role, name, 'What is due again is looked at at once.');
    }
    this.schedule(installation, target);
  }

  private schedule({ names }: Installation, target: BundledFunction): void {
    schedule(this, 'SetAside', {
      ruleName: names.lookAgainRule(),
      description: 'Permission sets and assignments that wait for a change outside',
      expression: SET_ASIDE_EXPRESSION,
      target,
      input: { scope: 'setAside' },
    });
  }
}
