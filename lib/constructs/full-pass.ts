import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import { AccessRole } from './access-role';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, indexesOf, tableVariables } from './controller-data';
import { allowReaching, reachedRoleArn } from './cross-account-role';
import type { Installation } from './installation';
import { StateMachine } from './state-machine';

/** AWS: the longest that a function may run. Each step takes up as many principals as its time allows. */
const STEP_TIMEOUT_SECONDS = 900;
const MEMORY_MEGABYTES = 1024;
const OLDEST_EVENT_SECONDS = 3600;

/** Has everything looked at anew, on a schedule and on demand, and compares what is assigned with the ledger. */
export class FullPass extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    new StateMachine(this, 'StateMachine', installation, {
      name: 'full-pass',
      purpose: 'Looks at everything anew and compares what is assigned with the ledger',
      functions: { FullPass: this.createFunction() },
    });
    this.createSchedule();
  }

  private createFunction(): BundledFunction {
    const { tables, bucket } = this.data;
    const created = new BundledFunction(this, 'FullPass', this.installation, {
      entry: 'full-pass',
      purpose: 'Marks what differs from what is known, principal by principal',
      timeoutSeconds: STEP_TIMEOUT_SECONDS,
      memoryMegabytes: MEMORY_MEGABYTES,
      environment: {
        ...tableVariables(tables, 'ledger', 'control', 'permission-sets'),
        ...this.readers(),
        ARTEFACTS_BUCKET: bucket.bucketName,
        CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'converge-permission-sets'),
        FULL_PASS_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'full-pass'),
        DRIFT_MODE: this.installation.configuration.fullPass.driftMode,
        RECONCILE_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'reconcile'),
      },
    });
    const { role } = created;
    tables.ledger.allowItems(role, ['Scan', 'Query'], 'What is managed is listed, and compared with what is assigned.');
    tables.ledger.allowItems(role, ['BatchGetItem'], 'An inventory lists what has no row.');
    tables.control.allowItems(role, ['GetItem', 'UpdateItem'], 'One pass runs at a time; leaders are noted here.');
    tables.control.allowItems(
      role,
      ['PutItem'],
      'What differs is marked for the planner; people are told when assignments were missing.',
    );
    tables.control.allowItems(role, ['Query', 'DeleteItem'], 'Whoever asked for a pass is answered.');
    tables.control.allowItems(role, ['ConditionCheckItem'], 'Only the pass that leads goes on with an inventory.');
    const permissionSets = tables['permission-sets'];
    permissionSets.allowItems(role, ['PutItem'], 'Permission sets become due again.');
    permissionSets.allowItems(role, ['GetItem'], 'An inventory lists permission sets that are not ours.');
    // Where drift is only to be reported, permission sets that were changed outside are left as they are.
    if (this.installation.configuration.fullPass.driftMode === 'repair')
      permissionSets.allowIndexes(role, indexesOf('permission-sets'), 'All permission sets are looked at.');
    else permissionSets.allowItems(role, ['Query'], 'What was set aside is looked at.');
    bucket.allowWriting(role, 'full-pass/', 'What is managed is listed once for all steps.');
    bucket.allowReading(role, 'full-pass/', 'Each step goes on where the one before stopped.');
    bucket.allowWriting(role, 'inventory/', 'What is not managed is listed in parts.');
    bucket.allowReading(role, 'inventory/', 'A walk goes on over the lists that it began with.');
    for (const name of ['converge-permission-sets', 'reconcile'] as const) {
      allowRinging(this.installation, role, name, 'What was marked is looked at at once.');
    }
    allowRinging(this.installation, role, 'full-pass', 'Whoever asked while a pass ran is answered by the next one.');
    const why = 'What is assigned to a principal can be read in the management account only.';
    allowReaching({ entry: 'full-pass', role }, 'organization-reader', this.installation, why);
    const each =
      'An inventory reads the whole instance; where the list by principal is denied, each account is asked, too.';
    allowReaching({ entry: 'full-pass', role }, 'identity-center-reader', this.installation, each);
    return created;
  }

  private readers() {
    const { configuration, names } = this.installation;
    const { identityCenterInstanceArn } = configuration;
    return {
      ORGANIZATION_READER_ROLE_ARN: reachedRoleArn('organization-reader', configuration, names),
      IDENTITY_CENTER_READER_ROLE_ARN: reachedRoleArn('identity-center-reader', configuration, names),
      IDENTITY_CENTER_REGION: configuration.identityCenter.region,
      REQUESTS_PER_SECOND: String(configuration.limits.requestsPerSecond),
      ...(identityCenterInstanceArn === undefined ? {} : { IDENTITY_CENTER_INSTANCE_ARN: identityCenterInstanceArn }),
    };
  }

  private createSchedule(): void {
    const { configuration, names } = this.installation;
    const { target, fullPass } = configuration;
    const role = new AccessRole(this, 'RuleRole', {
      roleName: names.fullPassRuleRole(),
      purpose: 'Starts the full pass on its schedule',
      trust: {
        principal: { Service: 'events.amazonaws.com' },
        conditions: {
          StringEquals: { 'aws:SourceAccount': target.accountId },
          ArnEquals: { 'aws:SourceArn': regionalArn('events', target, `rule/${names.fullPassRule()}`) },
        },
      },
    });
    allowRinging(this.installation, role, 'full-pass', 'The schedule starts it.');
    new CfnRule(this, 'Rule', {
      name: names.fullPassRule(),
      description: 'Everything is looked at anew',
      scheduleExpression: fullPass.schedule,
      state: 'ENABLED',
      targets: [
        {
          id: 'full-pass',
          arn: stateMachineArn(this.installation, 'full-pass'),
          roleArn: role.arn,
          input: '{}',
          retryPolicy: { maximumEventAgeInSeconds: OLDEST_EVENT_SECONDS },
        },
      ],
    });
  }
}
