import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { answering } from '../api/answer';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { tagReader } from '../aws/identity-center-clients';
import { logger } from '../aws/log';
import { protection } from '../aws/protection';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { postOf } from './post';
import { postPermissionSet } from './post-permission-set';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({
  'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
});
const protects = { protection: protection(), ...tagReader() };
const world = { store, bell, ...protects, clock: systemClock, newId: randomUUID, log: logger };

export const handler = (event: APIGatewayProxyEvent, context: Context) => {
  logger.addContext(context);
  const requestId = randomUUID();
  return answering(logger, requestId, () => postPermissionSet(world, postOf(event, requestId)));
};
