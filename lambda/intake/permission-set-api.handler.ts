import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { answering } from '../api/answer';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { dryRunReaders, tagReader } from '../aws/identity-center-clients';
import { logger } from '../aws/log';
import { organizationsReader } from '../aws/organization-clients';
import { planningSettings } from '../aws/planning-settings';
import { protection } from '../aws/protection';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import { postOf } from './post';
import { postPermissionSet } from './post-permission-set';
import { previewWorld } from './preview-world';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  organization: required('ORGANIZATION_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({
  'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
});
const protects = { protection: protection(), ...(protection().tags.length > 0 ? tagReader() : {}) };
const { identityCenter, permissionSets } = dryRunReaders();
const preview = { ...previewWorld(identityCenter, organizationsReader(), planningSettings()), permissionSets };
const world = { store, bell, ...protects, clock: systemClock, newId: randomUUID, log: logger, preview };

export const handler = (event: APIGatewayProxyEvent, context: Context) => {
  logger.addContext(context);
  const requestId = randomUUID();
  return answering(logger, requestId, () => postPermissionSet(world, postOf(event, requestId)));
};
