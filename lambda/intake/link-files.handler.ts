import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { optional, required } from '../aws/environment';
import { logger } from '../aws/log';
import { S3SubmittedFiles } from '../aws/s3-submitted-files';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { takeInLinkFiles } from './link-files';

const store = new DynamoDbStore({ links: required('LINKS_TABLE'), control: required('CONTROL_TABLE') });
const bell = new StepFunctionsBell({ reconcile: required('RECONCILE_STATE_MACHINE_ARN') });
const files = new S3SubmittedFiles(required('ARTEFACTS_BUCKET'));
const understandsDotted = optional('DOTTED_LINK_FILES') === 'true';
const world = { store, bell, files, understandsDotted, clock: systemClock, newId: randomUUID, log: logger };

export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  logger.addContext(context);
  const failed = await takeInLinkFiles(world, event.Records);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
