import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { embeddedMetrics } from '../aws/embedded-metrics';
import { required } from '../aws/environment';
import { fullPassReaders } from '../aws/identity-center-clients';
import { inventoryDocuments } from '../aws/inventory-documents';
import { logger } from '../aws/log';
import { S3DocumentStore } from '../aws/s3-document-store';
import { leadContext, type StepInput } from '../aws/step-context';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import type { DriftMode } from '../domain/drift-mode';
import { type FullPassInput, fullPass } from './full-pass';
import type { FullPassList } from './managed-pairs';

const store = new DynamoDbStore({
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bucket = required('ARTEFACTS_BUCKET');
const world = {
  ...fullPassReaders(),
  lists: new S3DocumentStore<FullPassList>(bucket),
  inventoryDocuments: inventoryDocuments(bucket),
  bell: new StepFunctionsBell({
    'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
    'full-pass': required('FULL_PASS_STATE_MACHINE_ARN'),
    reconcile: required('RECONCILE_STATE_MACHINE_ARN'),
  }),
  driftMode: required('DRIFT_MODE') as DriftMode,
  newId: randomUUID,
  log: logger,
  metrics: embeddedMetrics,
};

export const handler = (input: StepInput & FullPassInput, context: Context) =>
  fullPass({ ...leadContext(store, 'full-pass', input, context), ...world }, input);
