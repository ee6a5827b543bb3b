import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { guardLimits } from '../aws/planning-settings';
import { S3DocumentStore } from '../aws/s3-document-store';
import { leadContext, type StepInput } from '../aws/step-context';
import type { PlanDocument } from '../domain/plan-document';
import { type JudgeInput, judgePlan } from './judge-plan';

const store = new DynamoDbStore({ ledger: required('LEDGER_TABLE'), control: required('CONTROL_TABLE') });
const plans = new S3DocumentStore<PlanDocument>(required('ARTEFACTS_BUCKET'));
const limits = guardLimits();

export const handler = (input: StepInput & JudgeInput, context: Context) =>
  judgePlan({ ...leadContext(store, 'reconcile', input, context), plans, limits }, input);
