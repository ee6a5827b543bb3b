import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { type EndingRun, endLead } from '../leadership/step-down';

const store = new DynamoDbStore({ control: required('CONTROL_TABLE') });
const bell = new StepFunctionsBell({ reconcile: required('RECONCILE_STATE_MACHINE_ARN') });

export const handler = (run: Omit<EndingRun, 'controller'>) =>
  endLead({ store, bell }, { ...run, controller: 'reconcile' });
