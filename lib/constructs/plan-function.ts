import type { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import type { Installation } from './installation';

/** The function behind the decisions about held plans. It notes the decision; the next pass follows it. */
export function createPlanFunction(scope: Construct, installation: Installation, { tables }: ControllerData) {
  const created = new BundledFunction(scope, 'PlanApi', installation, {
    entry: 'plan-api',
    purpose: 'Takes in decisions about held plans',
    timeoutSeconds: 29,
    memoryMegabytes: 512,
    environment: {
      ...tableVariables(tables, 'control'),
      RECONCILE_STATE_MACHINE_ARN: stateMachineArn(installation, 'reconcile'),
    },
  });
  const { role } = created;
  tables.control.allowItems(role, ['GetItem', 'Query'], 'A plan is decided about as it is now.');
  tables.control.allowItems(
    role,
    ['UpdateItem', 'PutItem'],
    'The decision is noted, with a request and what is to be looked at.',
  );
  allowRinging(installation, role, 'reconcile', 'What was decided is carried out at once.');
  return created;
}
