import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { organizationsReader } from '../aws/organization-clients';
import { leadContext, type StepInput } from '../aws/step-context';
import type { AccountId } from '../domain/ids';
import { OrganizationSnapshot } from './organization-snapshot';
import { refreshOrganization } from './refresh-organization';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  control: required('CONTROL_TABLE'),
  organization: required('ORGANIZATION_TABLE'),
});
const snapshot = new OrganizationSnapshot(store, required('MANAGEMENT_ACCOUNT_ID') as AccountId);
const organization = organizationsReader();

export const handler = (input: StepInput, context: Context) =>
  refreshOrganization({ ...leadContext(store, 'reconcile', input, context), organization, snapshot });
