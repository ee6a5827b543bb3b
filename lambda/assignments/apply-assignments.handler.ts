import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required, requiredNumber } from '../aws/environment';
import { assignmentService } from '../aws/identity-center-clients';
import { log } from '../aws/log';
import { leadContext, type StepInput } from '../aws/step-context';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { endLead } from '../leadership/step-down';
import { applyAssignments } from './apply-assignments';
import { applyLimits } from './apply-limits';

const store = new DynamoDbStore({ ledger: required('LEDGER_TABLE'), control: required('CONTROL_TABLE') });
const bell = new StepFunctionsBell({ 'apply-assignments': required('APPLY_ASSIGNMENTS_STATE_MACHINE_ARN') });
const service = assignmentService();
const limits = applyLimits(requiredNumber('OUTSTANDING_ASSIGNMENTS'), requiredNumber('REQUESTS_PER_SECOND'));
const world = { service, limits, log, uniqueId: randomUUID, random: Math.random };

export const handler = (input: StepInput & { readonly action: 'work' | 'stepDown' }, context: Context) =>
  input.action === 'stepDown'
    ? endLead({ store, bell }, 'apply-assignments', input.execution)
    : applyAssignments({ ...leadContext(store, 'apply-assignments', input, context), ...world });
