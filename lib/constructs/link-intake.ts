import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import { allowDryRun, DRY_RUN_MEGABYTES, dryRunVariables } from './dry-run';
import { FileIntake } from './file-intake';
import type { Installation } from './installation';

const FILES_TIMEOUT_SECONDS = 60;

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
      memoryMegabytes: DRY_RUN_MEGABYTES,
      environment: { ...dryRunVariables(this.installation, this.data), ...this.bell() },
    });
    this.allowSubmitting(created);
    allowDryRun('link-api', created, this.installation, this.data);
    const byOtherNames = 'Before an assignment goes, links by another name of its principal are asked.';
    tables.links.allowItems(created.role, ['Scan'], byOtherNames);
    tables['permission-sets'].allowItems(created.role, ['GetItem'], 'Links wait for permission sets to be complete.');
    return created;
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
        ...(this.installation.configuration.upgradeFromVersionLessThanV303 ? { DOTTED_LINK_FILES: 'true' } : {}),
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
