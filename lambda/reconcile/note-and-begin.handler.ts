import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { embeddedMetrics } from '../aws/embedded-metrics';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { leadContext, type StepInput } from '../aws/step-context';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import type { DriftMode } from '../domain/drift-mode';
import type { AccountId } from '../domain/ids';
import { noteAndBegin } from './note-and-begin';

const store = new DynamoDbStore({
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const origins = {
  managementAccountId: required('MANAGEMENT_ACCOUNT_ID') as AccountId,
  identityCenterAccountId: required('IDENTITY_CENTER_ACCOUNT_ID') as AccountId,
};
const noting = {
  newId: randomUUID,
  origins,
  bell: new StepFunctionsBell({
    'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
  }),
  driftMode: required('DRIFT_MODE') as DriftMode,
  log: logger,
  metrics: embeddedMetrics,
};

export const handler = ({ event, ...input }: StepInput & { readonly event?: unknown }, context: Context) =>
  noteAndBegin({ ...leadContext(store, 'reconcile', input, context), ...noting }, event);
