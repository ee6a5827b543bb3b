import { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction, type FunctionEnvironment } from './bundled-function';
import { type ControllerData, indexesOf, tableVariables } from './controller-data';
import { allowReaching, reachedRoleArn } from './cross-account-role';
import { allowDryRun, DRY_RUN_MEGABYTES, dryRunVariables } from './dry-run';
import { FileIntake } from './file-intake';
import type { Installation } from './installation';

const FILES_TIMEOUT_SECONDS = 60;
const LOOKS_UP_TAGS = 'A permission set that exists is not taken over if it carries a protected tag.';

/** Takes permission sets in: through the API, as files, or both. */
export class PermissionSetIntake extends Construct {
  /** The function behind `POST /postPermissionSetData`; absent when permission sets are submitted as files only. */
  readonly api?: BundledFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    const mode = installation.configuration.permissionSetProvisioningMode;
    if (mode !== 's3') this.api = this.createApiFunction();
    if (mode !== 'api') this.createFileIntake();
  }

  private createApiFunction(): BundledFunction {
    const created = new BundledFunction(this, 'PermissionSetApi', this.installation, {
      entry: 'permission-set-api',
      purpose: 'Takes in permission sets that are posted to the API',
      timeoutSeconds: 29,
      memoryMegabytes: DRY_RUN_MEGABYTES,
      environment: {
        ...dryRunVariables(this.installation, this.data),
        ...this.submittingVariables(),
      },
    });
    this.allowSubmitting(created);
    allowDryRun('permission-set-api', created, this.installation, this.data);
    this.allowLookingAtAssignments(created);
    return created;
  }

  /** A deletion waits until the last assignment is gone. */
  private allowLookingAtAssignments({ role }: BundledFunction): void {
    const { ledger } = this.data.tables;
    const why = 'A dry run of a deletion says which assignments keep the permission set.';
    ledger.allowItems(role, ['BatchGetItem'], why);
    ledger.allowIndexes(
      role,
      indexesOf('ledger').filter((name) => name === 'byPermissionSet'),
      why,
    );
  }

  private createFileIntake(): void {
    const { bucket } = this.data;
    const created = new BundledFunction(this, 'PermissionSetFiles', this.installation, {
      entry: 'permission-set-files',
      purpose: 'Takes in permission sets that are put into, or deleted from, the artefacts bucket',
      timeoutSeconds: FILES_TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(this.data.tables, 'links', 'control', 'permission-sets'),
        ...this.submittingVariables(),
        ...this.tagVariables(),
        ARTEFACTS_BUCKET: bucket.bucketName,
      },
    });
    this.allowSubmitting(created);
    this.allowLookingUpTags(created);
    bucket.allowReadingIfThere(created.role, 'permission_sets/', 'A file is what its key holds now.');
    new FileIntake(this, 'Files', this.installation, {
      name: 'permission-set-files',
      prefix: 'permission_sets/',
      bucket,
      consumer: created,
    });
  }

  private submittingVariables(): FunctionEnvironment {
    return {
      CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'converge-permission-sets'),
      PROTECTED: protectedVariable(this.installation.configuration),
    };
  }

  private tagVariables(): FunctionEnvironment {
    const { configuration, names } = this.installation;
    if (!this.looksUpTags()) return {};
    return {
      IDENTITY_CENTER_READER_ROLE_ARN: reachedRoleArn('identity-center-reader', configuration, names),
      IDENTITY_CENTER_REGION: configuration.identityCenter.region,
      ...instanceVariable(configuration),
    };
  }

  private looksUpTags(): boolean {
    return this.installation.configuration.protected.tags.length > 0;
  }

  private allowSubmitting({ role }: BundledFunction): void {
    const { links, control, 'permission-sets': permissionSets } = this.data.tables;
    const actions = ['GetItem', 'UpdateItem', 'PutItem'] as const;
    permissionSets.allowItems(role, actions, 'A document is written over the one that was read, with its history.');
    links.allowItems(role, ['Scan'], 'A permission set is not deleted while links reference it.');
    control.allowItems(role, ['GetItem', 'PutItem'], 'Each submission has a request.');
    const why = 'What was submitted is looked at at once.';
    allowRinging(this.installation, role, 'converge-permission-sets', why);
  }

  /** The function behind the API may do so anyway: a dry run looks at all of a permission set. */
  private allowLookingUpTags({ role }: BundledFunction): void {
    if (!this.looksUpTags()) return;
    const { 'permission-sets': permissionSets } = this.data.tables;
    permissionSets.allowItems(role, ['Query'], 'Names of permission sets are remembered.');
    const entry = 'permission-set-files';
    allowReaching({ entry, role }, 'identity-center-reader', this.installation, LOOKS_UP_TAGS);
  }
}

/** What a function has to know of permission sets that others look after. */
export function protectedVariable({ protected: { namePrefixes, tags } }: Configuration): string {
  return JSON.stringify({ namePrefixes, tags });
}

export function instanceVariable({ identityCenterInstanceArn }: Configuration): FunctionEnvironment {
  return identityCenterInstanceArn === undefined ? {} : { IDENTITY_CENTER_INSTANCE_ARN: identityCenterInstanceArn };
}
