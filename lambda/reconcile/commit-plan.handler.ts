import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { S3DocumentStore } from '../aws/s3-document-store';
import { leadContext, type StepInput } from '../aws/step-context';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import type { PlanDocument } from '../domain/plan-document';
import { type CommitInput, commitPlan } from './commit-plan';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
});
const plans = new S3DocumentStore<PlanDocument>(required('ARTEFACTS_BUCKET'));
const bell = new StepFunctionsBell({ 'apply-assignments': required('APPLY_ASSIGNMENTS_STATE_MACHINE_ARN') });
const world = { plans, bell, log: logger };

export const handler = (input: StepInput & CommitInput, context: Context) =>
  commitPlan({ ...leadContext(store, 'reconcile', input, context), ...world }, input);
