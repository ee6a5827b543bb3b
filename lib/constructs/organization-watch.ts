import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import { allowReaching, reachedRoleArn } from './cross-account-role';
import type { Installation } from './installation';
import { schedule } from './schedule';

/** Small organizations are read this often, large ones less: as often as takes a twentieth of the time. */
const EXPRESSION = 'rate(5 minutes)';

/** Compares the organization with what is known of it: not every change is told by an event. */
export class OrganizationWatch extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, { tables }: ControllerData) {
    super(scope, id);
    const { configuration, names } = installation;
    const created = new BundledFunction(this, 'WatchOrganization', installation, {
      entry: 'watch-organization',
      purpose: 'Marks the accounts that are no longer as they are known',
      timeoutSeconds: 300,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'control', 'organization'),
        ORGANIZATION_READER_ROLE_ARN: reachedRoleArn('organization-reader', configuration, names),
        ORGANIZATIONS_REGION: configuration.management.region,
        MANAGEMENT_ACCOUNT_ID: configuration.management.accountId,
        RECONCILE_STATE_MACHINE_ARN: stateMachineArn(installation, 'reconcile'),
      },
    });
    const { role } = created;
    tables.organization.allowItems(role, ['GetItem', 'Query'], 'What is read is compared with the snapshot.');
    tables.organization.allowItems(role, ['PutItem'], 'It is noted when the organization was last compared.');
    tables.control.allowItems(role, ['GetItem', 'PutItem'], 'Accounts that differ are marked for the planner.');
    const why = 'Accounts, their parents, states and tags are read in the management account.';
    allowReaching({ entry: 'watch-organization', role }, 'organization-reader', installation, why);
    allowRinging(installation, role, 'reconcile', 'What differs is looked at at once.');
    schedule(this, 'Rule', {
      ruleName: names.watchRule(),
      description: 'Every five minutes: is the organization as it is known?',
      expression: EXPRESSION,
      target: created,
    });
  }
}
