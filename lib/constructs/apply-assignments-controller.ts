import { Construct } from 'constructs';
import type { Grantee } from './allow';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction, type FunctionEnvironment } from './bundled-function';
import { type ControllerData, type Tables, tableVariables } from './controller-data';
import { allowReaching, reachedRoleArn } from './cross-account-role';
import type { Installation } from './installation';
import { allowReadingPolicies, policyReaderVariables } from './policy-reader';
import { StateMachine } from './state-machine';

/** A step works for up to a minute; the rest is for what it has begun. */
const STEP_TIMEOUT_SECONDS = 75;

/** The controller that makes Identity Center equal to the ledger. */
export class ApplyAssignmentsController extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, { tables }: ControllerData) {
    super(scope, id);
    const worker = new BundledFunction(this, 'ApplyAssignments', installation, {
      entry: 'apply-assignments',
      purpose: 'Submits account assignments within the limits and notices their outcome',
      timeoutSeconds: STEP_TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'ledger', 'control'),
        ...writerSettings(installation),
        ...policySettings(installation, tables),
        APPLY_ASSIGNMENTS_STATE_MACHINE_ARN: stateMachineArn(installation, 'apply-assignments'),
      },
    });
    const { role } = worker;
    const rows = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;
    tables.ledger.allowItems(role, rows, 'Rows are claimed, and told what became of their operations.');
    const lead = ['GetItem', 'UpdateItem', 'ConditionCheckItem'] as const;
    tables.control.allowItems(role, lead, 'One run leads, and every claim checks that it still does.');
    tables.control.allowItems(role, ['PutItem'], 'People are told of what is set aside.');
    allowRinging(installation, role, 'apply-assignments', 'What became due while a run ended is taken up by another.');
    const why = 'Assignments are written in the account from which Identity Center is administered.';
    allowReaching({ entry: 'apply-assignments', role }, 'assignment-writer', installation, why);
    allowPolicyCheck(role, installation, tables);
    new StateMachine(this, 'StateMachine', installation, {
      name: 'apply-assignments',
      purpose: 'Runs the steps that apply account assignments',
      functions: { ApplyAssignments: worker },
    });
  }
}

/** With a reader of policies, the worker asks an account before it assigns what needs its policies. */
function policySettings({ configuration }: Installation, tables: Tables): FunctionEnvironment {
  if (configuration.policyReaderRoleName === undefined) return {};
  return { ...policyReaderVariables(configuration), ...tableVariables(tables, 'permission-sets') };
}

function allowPolicyCheck(role: Grantee, { configuration }: Installation, tables: Tables): void {
  if (configuration.policyReaderRoleName === undefined) return;
  const why = 'The document of a permission set says which policies an account needs.';
  tables['permission-sets'].allowItems(role, ['GetItem'], why);
  allowReadingPolicies(role, configuration);
}

function writerSettings({ configuration, names }: Installation) {
  const { identityCenter, identityCenterInstanceArn, limits } = configuration;
  return {
    ASSIGNMENT_WRITER_ROLE_ARN: reachedRoleArn('assignment-writer', configuration, names),
    IDENTITY_CENTER_REGION: identityCenter.region,
    OUTSTANDING_ASSIGNMENTS: String(limits.outstandingAssignments),
    REQUESTS_PER_SECOND: String(limits.requestsPerSecond),
    ...(identityCenterInstanceArn === undefined ? {} : { IDENTITY_CENTER_INSTANCE_ARN: identityCenterInstanceArn }),
  };
}
