import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { answering } from '../api/answer';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { postFullPass } from './post-full-pass';

const store = new DynamoDbStore({ control: required('CONTROL_TABLE') });
const bell = new StepFunctionsBell({ 'full-pass': required('FULL_PASS_STATE_MACHINE_ARN') });
const world = { store, bell, clock: systemClock, log: logger };

export const handler = ({ requestContext, queryStringParameters, body }: APIGatewayProxyEvent, context: Context) => {
  logger.addContext(context);
  const requestId = randomUUID();
  const submittedBy = requestContext.identity.userArn ?? 'unknown';
  const post = { requestId, submittedBy, query: queryStringParameters ?? {}, body };
  return answering(logger, requestId, () => postFullPass(world, post));
};
