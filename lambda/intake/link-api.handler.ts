import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { answering } from '../api/answer';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { identityCenterReader } from '../aws/identity-center-clients';
import { logger } from '../aws/log';
import { organizationsReader } from '../aws/organization-clients';
import { planningSettings } from '../aws/planning-settings';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { postOf } from './post';
import { postLink } from './post-link';
import { previewWorld } from './preview-world';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  organization: required('ORGANIZATION_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({ reconcile: required('RECONCILE_STATE_MACHINE_ARN') });
const preview = previewWorld(identityCenterReader(), organizationsReader(), planningSettings());
const world = { store, bell, clock: systemClock, newId: randomUUID, log: logger, preview };

export const handler = (event: APIGatewayProxyEvent, context: Context) => {
  logger.addContext(context);
  const requestId = randomUUID();
  return answering(logger, requestId, () => postLink(world, postOf(event, requestId)));
};
