import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { embeddedMetrics } from '../aws/embedded-metrics';
import { optional, required, requiredNumber } from '../aws/environment';
import { assignmentService } from '../aws/identity-center-clients';
import { logger } from '../aws/log';
import { policyReader } from '../aws/policy-clients';
import { leadContext, type WorkInput } from '../aws/step-context';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { endLead } from '../leadership/step-down';
import { applyAssignments } from './apply-assignments';
import { applyLimits } from './apply-limits';

const store = new DynamoDbStore({
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': optional('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({ 'apply-assignments': required('APPLY_ASSIGNMENTS_STATE_MACHINE_ARN') });
const service = assignmentService();
const limits = applyLimits(requiredNumber('OUTSTANDING_ASSIGNMENTS'), requiredNumber('REQUESTS_PER_SECOND'));
const tools = { log: logger, metrics: embeddedMetrics, uniqueId: randomUUID, random: Math.random };
const world = { service, limits, ...policyReader(), ...tools };

export const handler = (input: WorkInput, context: Context) => {
  const controller = 'apply-assignments';
  if (input.action === 'stepDown') return endLead({ store, bell }, { ...input, controller });
  return applyAssignments({ ...leadContext(store, controller, input, context), ...world });
};
