import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { Configuration } from '../config/configuration';
import { Alarms } from '../constructs/alarms';
import { ApplyAssignmentsController } from '../constructs/apply-assignments-controller';
import { ArtefactsBucket, type ArtefactsPrefix } from '../constructs/artefacts-bucket';
import { AuditTrail } from '../constructs/audit-trail';
import { type ControllerData, createTables } from '../constructs/controller-data';
import { ConvergePermissionSetsController } from '../constructs/converge-permission-sets-controller';
import { DataKey } from '../constructs/data-key';
import { EventIntake } from '../constructs/event-intake';
import { FullPass } from '../constructs/full-pass';
import { createFullPassFunction } from '../constructs/full-pass-function';
import { Import } from '../constructs/import';
import type { Installation } from '../constructs/installation';
import { LinkIntake } from '../constructs/link-intake';
import { LookAgainSchedules } from '../constructs/look-again-schedules';
import { MinuteBell } from '../constructs/minute-bell';
import { NotificationsTopic } from '../constructs/notifications-topic';
import { Observation } from '../constructs/observation';
import { OrganizationWatch } from '../constructs/organization-watch';
import { PermissionSetIntake } from '../constructs/permission-set-intake';
import { createPlanFunction } from '../constructs/plan-function';
import { createQueryFunction } from '../constructs/query-function';
import { ReconcileController } from '../constructs/reconcile-controller';
import { UserInterface } from '../constructs/user-interface';
import { Names, type OutputName } from '../names';
import { stackProperties } from './stack-properties';

export interface ControllerStackProps {
  readonly configuration: Configuration;
  /** Folder of the project: holds `state-machines/` and, once bundled, `dist/lambda/`. */
  readonly projectRoot: string;
}

/** In the target account: everything that takes in, plans, applies and answers. */
export class ControllerStack extends Stack {
  private readonly installation: Installation;

  constructor(scope: Construct, id: string, { configuration, projectRoot }: ControllerStackProps) {
    const names = new Names(configuration);
    const description = 'Identity center controller: intake, plans, assignments, permission sets, answers';
    super(scope, id, stackProperties(configuration, configuration.target, names.stack('controller'), description));
    const key = this.createKey(configuration, names);
    this.installation = { configuration, names, key, projectRoot };
    const data = this.createData();
    const { api: postLink } = new LinkIntake(this, 'LinkIntake', this.installation, data);
    const { api: postPermissionSet } = new PermissionSetIntake(this, 'PermissionSetIntake', this.installation, data);
    new ReconcileController(this, 'Reconcile', this.installation, data);
    new ApplyAssignmentsController(this, 'ApplyAssignments', this.installation, data);
    new ConvergePermissionSetsController(this, 'ConvergePermissionSets', this.installation, data);
    new EventIntake(this, 'EventIntake', this.installation);
    new FullPass(this, 'FullPass', this.installation, data);
    new Import(this, 'Import', this.installation, data);
    new LookAgainSchedules(this, 'LookAgainSchedules', this.installation, data);
    new OrganizationWatch(this, 'OrganizationWatch', this.installation, data);
    new MinuteBell(this, 'MinuteBell', this.installation, data);
    const query = createQueryFunction(this, this.installation, data);
    const decidePlan = createPlanFunction(this, this.installation, data);
    const { api } = new UserInterface(this, 'UserInterface', this.installation, {
      data,
      postLink,
      postPermissionSet,
      query,
      decidePlan,
      startFullPass: createFullPassFunction(this, this.installation, data),
    });
    new AuditTrail(this, 'AuditTrail', this.installation, data);
    new Alarms(this, 'Alarms', this.installation, data.topic.arn);
    new Observation(this, 'Observation', this.installation);
    this.createOutputs(api.url, data.bucket.bucketName);
  }

  private createKey(configuration: Configuration, names: Names): DataKey {
    const { environment, linksProvisioningMode, permissionSetProvisioningMode, partition, target } = configuration;
    return new DataKey(this, 'DataKey', {
      alias: names.keyAlias(),
      location: target,
      partition,
      logGroupPrefixes: [`/aws/lambda/${environment}-`, `/aws/vendedlogs/states/${environment}-`, names.apiLogGroup()],
      alarms: alarmsOf(names, configuration),
      bucketNotifications: linksProvisioningMode !== 'api' || permissionSetProvisioningMode !== 'api',
    });
  }

  private createData(): ControllerData {
    const { configuration, names, key } = this.installation;
    return {
      tables: createTables(this, this.installation),
      bucket: new ArtefactsBucket(this, 'ArtefactsBucket', { bucketName: names.artefactsBucket(), key }),
      topic: new NotificationsTopic(this, 'NotificationsTopic', {
        topicName: names.notificationsTopic(),
        email: configuration.notificationEmail,
        key,
        alarms: alarmsOf(names, configuration),
        accountId: configuration.target.accountId,
      }),
    };
  }

  private createOutputs(apiUrl: string, bucketName: string): void {
    const { linksProvisioningMode, permissionSetProvisioningMode } = this.installation.configuration;
    const location = (prefix: ArtefactsPrefix): string => `s3://${bucketName}/${prefix}`;
    this.output('linkApi-endpointURL', apiUrl);
    this.output('permissionSetApi-endpointURL', apiUrl);
    if (linksProvisioningMode !== 'api') this.output('account-assignments-location', location('links_data/'));
    if (permissionSetProvisioningMode !== 'api') this.output('permission-sets-location', location('permission_sets/'));
  }

  private output(output: OutputName, value: string): void {
    const { configuration, names } = this.installation;
    const name = names.output(output);
    new CfnOutput(this, name, { value, ...(configuration.exportOutputs ? { exportName: name } : {}) });
  }
}

function alarmsOf(names: Names, { target }: Configuration): string {
  return regionalArn('cloudwatch', target, `alarm:${names.alarm('*')}`);
}
