import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction, type FunctionEnvironment } from './bundled-function';
import { type ControllerData, indexesOf, tableVariables } from './controller-data';
import { allowReaching, reachedRoleArn } from './cross-account-role';
import type { Installation } from './installation';
import { instanceVariable, protectedVariable } from './permission-set-intake';
import { allowReadingPolicies, policyReaderVariables } from './policy-reader';
import { StateMachine } from './state-machine';

/** A step works for less than a minute; the rest is for what it has begun. */
const STEP_TIMEOUT_SECONDS = 75;

/** The controller that makes permission sets equal to their documents, in every account that has them. */
export class ConvergePermissionSetsController extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    const worker = new BundledFunction(this, 'ConvergePermissionSets', installation, {
      entry: 'converge-permission-sets',
      purpose: 'Compares permission sets with their documents, changes and provisions them',
      timeoutSeconds: STEP_TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      environment: this.environment(),
    });
    this.allowConverging(worker);
    new StateMachine(this, 'StateMachine', installation, {
      name: 'converge-permission-sets',
      purpose: 'Runs the steps that converge permission sets',
      functions: { ConvergePermissionSets: worker },
    });
  }

  private environment(): FunctionEnvironment {
    const { configuration, names } = this.installation;
    return {
      ...tableVariables(this.data.tables, 'links', 'ledger', 'control', 'permission-sets'),
      ...instanceVariable(configuration),
      ...policyReaderVariables(configuration),
      PERMISSION_SET_WRITER_ROLE_ARN: reachedRoleArn('permission-set-writer', configuration, names),
      IDENTITY_CENTER_REGION: configuration.identityCenter.region,
      CONCURRENT_PROVISIONINGS: String(configuration.limits.concurrentProvisionings),
      REQUESTS_PER_SECOND: String(configuration.limits.requestsPerSecond),
      PROTECTED: protectedVariable(configuration),
      CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'converge-permission-sets'),
      RECONCILE_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'reconcile'),
    };
  }

  private allowConverging({ role }: BundledFunction): void {
    const { links, ledger, control, 'permission-sets': permissionSets } = this.data.tables;
    const items = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;
    permissionSets.allowItems(
      role,
      items,
      'What was done about a permission set is noted before and after each effect.',
    );
    links.allowItems(role, ['Scan'], 'A permission set is not deleted while links reference it.');
    const left = 'A permission set is deleted when its last assignment is gone.';
    ledger.allowIndexes(
      role,
      indexesOf('ledger').filter((name) => name === 'byPermissionSet'),
      left,
    );
    ledger.allowItems(role, ['BatchGetItem'], left);
    const lead = ['GetItem', 'UpdateItem', 'ConditionCheckItem'] as const;
    control.allowItems(role, lead, 'One run leads, and every reservation checks that it still does.');
    control.allowItems(
      role,
      ['PutItem'],
      'Links that wait for a permission set are marked when it is complete; people are told of what fails.',
    );
    allowRinging(this.installation, role, 'converge-permission-sets', 'What became due while a run ended is taken up.');
    allowRinging(this.installation, role, 'reconcile', 'Links that waited for a permission set are planned at once.');
    const why = 'Permission sets are written in the account from which Identity Center is administered.';
    allowReaching({ entry: 'converge-permission-sets', role }, 'permission-set-writer', this.installation, why);
    allowReadingPolicies(role, this.installation.configuration);
  }
}
