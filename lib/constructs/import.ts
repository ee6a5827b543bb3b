import { Construct } from 'constructs';
import { BundledFunction } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import { allowReaching, reachedRoleArn } from './cross-account-role';
import type { Installation } from './installation';
import { instanceVariable, protectedVariable } from './permission-set-intake';
import { StateMachine } from './state-machine';

/** AWS: the longest that a function may run. Each step takes over as much as its time allows. */
const STEP_TIMEOUT_SECONDS = 900;
const MEMORY_MEGABYTES = 1024;

/** Takes over what exists in Identity Center, on demand or once after a deployment. */
export class Import extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    new StateMachine(this, 'StateMachine', installation, {
      name: 'import',
      purpose: 'Takes over permission sets and account assignments that exist',
      functions: { Import: this.createFunction() },
    });
  }

  private createFunction(): BundledFunction {
    const created = new BundledFunction(this, 'Import', this.installation, {
      entry: 'import',
      purpose: 'Makes documents and links of what exists in Identity Center',
      timeoutSeconds: STEP_TIMEOUT_SECONDS,
      memoryMegabytes: MEMORY_MEGABYTES,
      environment: {
        ...tableVariables(this.data.tables, 'links', 'ledger', 'control', 'permission-sets'),
        ...this.variables(),
        ARTEFACTS_BUCKET: this.data.bucket.bucketName,
      },
    });
    this.allowStoring(created);
    const { role } = created;
    const { bucket } = this.data;
    bucket.allowWriting(role, 'imports/', 'The report, and the lists that an import walks over.');
    bucket.allowReading(role, 'imports/', 'An import goes on over the lists that it began with.');
    const why = 'An import reads the whole instance.';
    allowReaching({ entry: 'import', role }, 'identity-center-reader', this.installation, why);
    return created;
  }

  private allowStoring({ role }: BundledFunction): void {
    const { links, ledger, control, 'permission-sets': permissionSets } = this.data.tables;
    const documents = ['GetItem', 'UpdateItem'] as const;
    links.allowItems(role, documents, 'A link is written over the one that was read.');
    permissionSets.allowItems(
      role,
      [...documents, 'PutItem'],
      'A document is written over the one that was read, with its history; what the controller knows is noted.',
    );
    ledger.allowItems(role, ['Query', 'BatchGetItem'], 'What has a row is known already.');
    control.allowItems(
      role,
      ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
      'One full pass or import reads at a time; leaders are noted here.',
    );
    control.allowItems(
      role,
      ['PutItem', 'DeleteItem'],
      'Each submission has a request and a mark; where an import got to is noted; people are told.',
    );
  }

  private variables() {
    const { configuration, names } = this.installation;
    const { isAdUsed, domainName } = configuration;
    return {
      IDENTITY_CENTER_READER_ROLE_ARN: reachedRoleArn('identity-center-reader', configuration, names),
      IDENTITY_CENTER_REGION: configuration.identityCenter.region,
      MANAGEMENT_ACCOUNT_ID: configuration.management.accountId,
      REQUESTS_PER_SECOND: String(configuration.limits.requestsPerSecond),
      PROTECTED: protectedVariable(configuration),
      IS_AD_USED: String(isAdUsed),
      ...(domainName === undefined ? {} : { DOMAIN_NAME: domainName }),
      ...instanceVariable(configuration),
    };
  }
}
