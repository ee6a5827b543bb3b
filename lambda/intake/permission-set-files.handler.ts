import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { tagReader } from '../aws/identity-center-clients';
import { logger } from '../aws/log';
import { protection } from '../aws/protection';
import { S3ReadableFiles } from '../aws/s3-submitted-files';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { takeInPermissionSetFiles } from './permission-set-files';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({
  'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
});
const files = new S3ReadableFiles(required('ARTEFACTS_BUCKET'));
const protects = { protection: protection(), ...tagReader() };
const world = { store, bell, files, ...protects, clock: systemClock, newId: randomUUID, log: logger };

export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  logger.addContext(context);
  const failed = await takeInPermissionSetFiles(world, event.Records);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
