import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { answering } from '../api/answer';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { inventoryDocuments } from '../aws/inventory-documents';
import { logger } from '../aws/log';
import { answerQuery } from './answer-query';
import { queryOf } from './query-of';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const { parts: inventoryParts } = inventoryDocuments(required('ARTEFACTS_BUCKET'));
const world = { store, inventoryParts };

export const handler = (event: APIGatewayProxyEvent, context: Context) => {
  logger.addContext(context);
  const query = queryOf(event);
  return answering(logger, query.requestId, () => answerQuery(world, query));
};
