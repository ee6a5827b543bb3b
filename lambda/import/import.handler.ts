import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { importReaders } from '../aws/identity-center-clients';
import { importDocuments } from '../aws/import-documents';
import { logger } from '../aws/log';
import { directorySettings } from '../aws/planning-settings';
import { protection } from '../aws/protection';
import { leadContext, type StepInput } from '../aws/step-context';
import { type ImportInput, importCurrent } from './import-current';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const world = {
  ...importReaders(),
  ...directorySettings(),
  protection: protection(),
  importDocuments: importDocuments(required('ARTEFACTS_BUCKET')),
  newId: randomUUID,
  log: logger,
};

export const handler = (input: StepInput & ImportInput, context: Context) =>
  importCurrent({ ...leadContext(store, 'full-pass', input, context), ...world }, input);
