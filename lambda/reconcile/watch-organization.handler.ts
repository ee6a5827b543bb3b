import { randomUUID } from 'node:crypto';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { organizationsReader } from '../aws/organization-clients';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { systemClock } from '../aws/system-clock';
import type { AccountId } from '../domain/ids';
import { OrganizationSnapshot } from './organization-snapshot';
import { watchOrganization } from './watch-organization';

const store = new DynamoDbStore({
  control: required('CONTROL_TABLE'),
  organization: required('ORGANIZATION_TABLE'),
});
const snapshot = new OrganizationSnapshot(store, required('MANAGEMENT_ACCOUNT_ID') as AccountId);
const organization = organizationsReader();
const bell = new StepFunctionsBell({ reconcile: required('RECONCILE_STATE_MACHINE_ARN') });

export const handler = () =>
  watchOrganization({ store, snapshot, organization, bell, clock: systemClock, newId: randomUUID, log: logger });
