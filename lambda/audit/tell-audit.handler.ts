import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { required } from '../aws/environment';
import { EventBridgeAuditBus } from '../aws/event-bridge-audit-bus';
import { logger } from '../aws/log';
import { storedChanges } from '../aws/stored-changes';
import { tellAudit } from './tell-audit';

const world = { bus: new EventBridgeAuditBus(required('AUDIT_BUS')), log: logger };

export const handler = async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
  logger.addContext(context);
  const again = await tellAudit(world, storedChanges(event.Records));
  return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
};
