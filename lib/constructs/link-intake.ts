import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import { allowReaching } from './cross-account-role';
import { FileIntake } from './file-intake';
import type { Installation } from './installation';

import { organizationVariables, planningVariables } from './planning-variables';

const FILES_TIMEOUT_SECONDS = 60;

/** A dry run keeps the organization and the rows of one pair in memory. */
const PLANNING_MEGABYTES = 1024;
const DRY_RUN = 'A dry run says what a link would change.';

/** Takes links in: through the API, as files, or both. */
export class LinkIntake extends Construct {
  /** The function behind `POST /postLinkData`; absent when links are submitted as files only. */
  readonly api?: BundledFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    const mode = installation.configuration.linksProvisioningMode;
    if (mode !== 's3') this.api = this.createApiFunction();
    if (mode !== 'api') this.createFileIntake();
  }

  private createApiFunction(): BundledFunction {
    const { tables } = this.data;
    const created = new BundledFunction(this, 'LinkApi', this.installation, {
      entry: 'link-api',
      purpose: 'Takes in links that are posted to the API',
      timeoutSeconds: 29,
      memoryMegabytes: PLANNING_MEGABYTES,
      environment: {
        ...tableVariables(tables, 'links', 'ledger', 'control', 'organization', 'permission-sets'),
        ...organizationVariables(this.installation),
        ...planningVariables(this.installation),
        ...this.bell(),
      },
    });
    this.allowSubmitting(created);
    this.allowPlanning(created);
    return created;
  }

  /** A dry run reads what the planner reads, and writes nothing. */
  private allowPlanning({ role }: BundledFunction): void {
    const { tables } = this.data;
    tables.links.allowItems(role, ['Query', 'Scan'], 'All links of a pair are planned together.');
    tables.ledger.allowItems(role, ['Query'], DRY_RUN);
    tables.organization.allowItems(role, ['GetItem', 'Query'], DRY_RUN);
    tables['permission-sets'].allowItems(role, ['GetItem', 'Query'], DRY_RUN);
    for (const reached of ['organization-reader', 'identity-center-reader'] as const) {
      allowReaching({ entry: 'link-api', role }, reached, this.installation, DRY_RUN);
    }
  }

  private createFileIntake(): void {
    const { tables, bucket } = this.data;
    const created = new BundledFunction(this, 'LinkFiles', this.installation, {
      entry: 'link-files',
      purpose: 'Takes in links that are put into, or deleted from, the artefacts bucket',
      timeoutSeconds: FILES_TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'links', 'control'),
        ...this.bell(),
        ARTEFACTS_BUCKET: bucket.bucketName,
      },
    });
    this.allowSubmitting(created);
    bucket.allowLooking(created.role, 'links_data/', 'A link file is what its key holds now, not what an event says.');
    new FileIntake(this, 'Files', this.installation, {
      name: 'link-files',
      prefix: 'links_data/',
      bucket,
      consumer: created,
    });
  }

  private allowSubmitting({ role }: BundledFunction): void {
    const { links, control } = this.data.tables;
    links.allowItems(role, ['GetItem', 'UpdateItem'], 'A link is written over the document that was read.');
    control.allowItems(
      role,
      ['GetItem', 'PutItem', 'DeleteItem'],
      'Each submission has a request and a dirty slice, and replaces the times at which its link begins or ends.',
    );
    allowRinging(this.installation, role, 'reconcile', 'What was submitted is looked at at once.');
  }

  private bell() {
    return { RECONCILE_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'reconcile') };
  }
}
