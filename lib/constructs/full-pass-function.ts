import type { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import type { Installation } from './installation';

/** The function behind `POST /full-pass`. */
export function createFullPassFunction(
  scope: Construct,
  installation: Installation,
  { tables }: ControllerData,
): BundledFunction {
  const created = new BundledFunction(scope, 'FullPassApi', installation, {
    entry: 'full-pass-api',
    purpose: 'Starts a full pass for somebody who asks for it',
    timeoutSeconds: 29,
    memoryMegabytes: 512,
    environment: {
      ...tableVariables(tables, 'control'),
      FULL_PASS_STATE_MACHINE_ARN: stateMachineArn(installation, 'full-pass'),
    },
  });
  tables.control.allowItems(created.role, ['PutItem'], 'It is kept who asked for it.');
  tables.control.allowItems(created.role, ['GetItem'], 'A pass that runs is not disturbed.');
  allowRinging(installation, created.role, 'full-pass', 'Somebody asked for it.');
  return created;
}
