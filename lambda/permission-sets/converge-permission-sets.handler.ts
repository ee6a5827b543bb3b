import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required, requiredNumber } from '../aws/environment';
import { permissionSetService } from '../aws/identity-center-clients';
import { logger } from '../aws/log';
import { policyReader } from '../aws/policy-clients';
import { protection } from '../aws/protection';
import { leadContext, type WorkInput } from '../aws/step-context';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { endLead } from '../leadership/step-down';
import { convergePermissionSets } from './converge-permission-sets';
import { PermissionSetNames } from './permission-set-names';

const store = new DynamoDbStore({
  links: required('LINKS_TABLE'),
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({
  'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
  reconcile: required('RECONCILE_STATE_MACHINE_ARN'),
});
const concurrentProvisionings = requiredNumber('CONCURRENT_PROVISIONINGS');
const settings = { protection: protection(), concurrentProvisionings, ...policyReader() };
const service = permissionSetService();
const world = { ...settings, service, bell, uniqueId: randomUUID, random: Math.random, log: logger };

export const handler = (input: WorkInput, context: Context) => {
  const controller = 'converge-permission-sets';
  if (input.action === 'stepDown') return endLead({ store, bell }, { ...input, controller });
  const names = new PermissionSetNames(service, store);
  return convergePermissionSets({ ...leadContext(store, controller, input, context), ...world, names });
};
