import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { optional, required } from '../aws/environment';
import { identityCenterReader } from '../aws/identity-center-clients';
import { S3DocumentStore } from '../aws/s3-document-store';
import { leadContext, type StepInput } from '../aws/step-context';
import type { AccountId } from '../domain/ids';
import { nameInDirectory } from '../domain/name-in-directory';
import type { PlanDocument } from '../domain/plan-document';
import { Directory } from './directory';
import { type ExpandInput, expandScopes } from './expand-scopes';
import { OrganizationSnapshot } from './organization-snapshot';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  organization: required('ORGANIZATION_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const snapshot = new OrganizationSnapshot(store, required('MANAGEMENT_ACCOUNT_ID') as AccountId);
const plans = new S3DocumentStore<PlanDocument>(required('ARTEFACTS_BUCKET'));
const identityCenter = identityCenterReader();
const supportNestedOu = required('SUPPORT_NESTED_OU') === 'true';
const domain = required('IS_AD_USED') === 'true' ? optional('DOMAIN_NAME') : undefined;

export const handler = (input: StepInput & ExpandInput, context: Context) => {
  const directory = new Directory(identityCenter, store, (name) => nameInDirectory(name, domain));
  const lead = leadContext(store, 'reconcile', input, context);
  return expandScopes({ ...lead, directory, snapshot, plans, uniqueId: randomUUID, supportNestedOu }, input);
};
