import { randomUUID } from 'node:crypto';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { type LookAgainScope, lookAgain } from './look-again';

const store = new DynamoDbStore({
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({
  'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
  reconcile: required('RECONCILE_STATE_MACHINE_ARN'),
});

/** The rule that fires says what to look at. */
export const handler = ({ scope }: { readonly scope: LookAgainScope }) =>
  lookAgain({ store, bell, clock: systemClock, newId: randomUUID, log: logger }, scope);
