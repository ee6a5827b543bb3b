import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { answering } from '../api/answer';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { decidePlan } from './decide-plan';
import { decisionPostOf } from './decision-post-of';

const store = new DynamoDbStore({ control: required('CONTROL_TABLE') });
const bell = new StepFunctionsBell({ reconcile: required('RECONCILE_STATE_MACHINE_ARN') });
const world = { store, bell, clock: systemClock, newId: randomUUID, log: logger };

export const handler = (event: APIGatewayProxyEvent, context: Context) => {
  logger.addContext(context);
  const requestId = randomUUID();
  return answering(logger, requestId, () => decidePlan(world, decisionPostOf(event, requestId)));
};
