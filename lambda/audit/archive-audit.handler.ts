import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { S3AuditArchive } from '../aws/s3-audit-archive';
import { archiveAudit } from './archive-audit';

const world = { archive: new S3AuditArchive(required('AUDIT_BUCKET')), log: logger };

export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  logger.addContext(context);
  const failed = await archiveAudit(world, event.Records);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
