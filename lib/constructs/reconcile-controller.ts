import { Construct } from 'constructs';
import { allowRinging, stateMachineArn } from './bell';
import { BundledFunction, type BundledFunctionProps } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import { allowReaching } from './cross-account-role';
import type { Installation } from './installation';
import { guardVariables, organizationVariables, planningVariables } from './planning-variables';
import { StateMachine } from './state-machine';

/** Planning keeps a whole organization and the rows of many pairs in memory. */
const PLANNING_MEGABYTES = 1536;
const READING_MEGABYTES = 1024;
/** Steps that read or write in bulk; what is left when the time is nearly over is the next step's. */
const BULK_TIMEOUT_SECONDS = 300;

const LEAD = 'Whoever leads is noted here, and every attempt of a step notes it anew.';
const FENCE = 'Each transaction checks that this run still leads.';

/** The controller that keeps the ledger equal to what the links mean. */
export class ReconcileController extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    new StateMachine(this, 'StateMachine', installation, {
      name: 'reconcile',
      purpose: 'Plans and commits what dirty slices mean',
      functions: {
        NoteAndBegin: this.noteAndBegin(),
        RefreshOrganization: this.refreshOrganization(),
        ExpandScopes: this.expandScopes(),
        JudgePlan: this.judgePlan(),
        CommitPlan: this.commitPlan(),
        StepDown: this.stepDown(),
      },
    });
  }

  private noteAndBegin(): BundledFunction {
    const { tables } = this.data;
    const { configuration } = this.installation;
    const created = this.create('NoteAndBegin', {
      entry: 'note-and-begin',
      purpose: 'Notes what an event marks dirty and asks for the lead',
      timeoutSeconds: 30,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'ledger', 'control', 'permission-sets'),
        CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'converge-permission-sets'),
        DRIFT_MODE: configuration.fullPass.driftMode,
        MANAGEMENT_ACCOUNT_ID: configuration.management.accountId,
        IDENTITY_CENTER_ACCOUNT_ID: configuration.identityCenter.accountId,
      },
    });
    const { role } = created;
    tables.control.allowItems(role, ['GetItem', 'UpdateItem'], LEAD);
    tables.control.allowItems(
      role,
      ['PutItem'],
      'What an event is about is marked dirty; people are told who changed what is managed.',
    );
    tables['permission-sets'].allowItems(role, ['GetItem'], 'Events name permission sets by ARN, links by name.');
    tables.ledger.allowItems(role, ['GetItem'], 'Only what somebody else did to managed assignments is told.');
    if (configuration.fullPass.driftMode === 'repair') {
      tables['permission-sets'].allowItems(role, ['PutItem'], 'A permission set that was changed outside becomes due.');
      allowRinging(this.installation, role, 'converge-permission-sets', 'It is converged at once.');
    }
    return created;
  }

  private refreshOrganization(): BundledFunction {
    const { tables } = this.data;
    const created = this.create('RefreshOrganization', {
      entry: 'refresh-organization',
      purpose: 'Brings the snapshot of the organization up to date as far as dirty slices need it',
      timeoutSeconds: BULK_TIMEOUT_SECONDS,
      memoryMegabytes: READING_MEGABYTES,
      environment: {
        ...tableVariables(tables, 'links', 'control', 'organization'),
        ...organizationVariables(this.installation),
      },
    });
    const { role } = created;
    tables.links.allowItems(role, ['BatchGetItem', 'Scan'], 'The scopes of dirty links say what to read.');
    tables.control.allowItems(role, ['GetItem', 'UpdateItem'], LEAD);
    tables.control.allowItems(
      role,
      ['Query', 'PutItem', 'DeleteItem'],
      'Dirty slices are read; what keeps failing is parked.',
    );
    tables.control.allowItems(role, ['ConditionCheckItem'], FENCE);
    const snapshot = ['GetItem', 'Query', 'PutItem', 'DeleteItem'] as const;
    tables.organization.allowItems(role, snapshot, 'The snapshot is made equal to what was read.');
    const why = 'Accounts, their parents and tags are read in the management account.';
    allowReaching({ entry: 'refresh-organization', role }, 'organization-reader', this.installation, why);
    return created;
  }

  private expandScopes(): BundledFunction {
    const { tables, bucket } = this.data;
    const created = this.create('ExpandScopes', {
      entry: 'expand-scopes',
      purpose: 'Plans: compares what links claim with the ledger',
      timeoutSeconds: BULK_TIMEOUT_SECONDS,
      memoryMegabytes: PLANNING_MEGABYTES,
      environment: {
        ...tableVariables(tables, 'links', 'ledger', 'control', 'organization', 'permission-sets'),
        ...planningVariables(this.installation),
        ARTEFACTS_BUCKET: bucket.bucketName,
      },
    });
    const { role } = created;
    tables.links.allowItems(role, ['Query', 'Scan'], 'All links of a pair are planned together.');
    tables.ledger.allowItems(
      role,
      ['GetItem', 'BatchGetItem', 'Query'],
      'What links claim is compared with the rows of the pair.',
    );
    tables.control.allowItems(role, ['GetItem', 'UpdateItem'], LEAD);
    tables.control.allowItems(
      role,
      ['Query'],
      'A plan that somebody decided about names its pairs, and pairs of which a plan is held are planned as a whole.',
    );
    tables.organization.allowItems(role, ['Query'], 'Scopes are expanded over the snapshot.');
    tables['permission-sets'].allowItems(
      role,
      ['GetItem', 'Query', 'PutItem'],
      'Links wait for permission sets that are not complete; names are remembered.',
    );
    bucket.allowWriting(role, 'plans/', 'A plan is a document before it has any effect.');
    const existing = 'What is assigned to a principal already can be read in the management account only.';
    allowReaching({ entry: 'expand-scopes', role }, 'organization-reader', this.installation, existing);
    const names = 'Permission sets and principals are looked up by name.';
    allowReaching({ entry: 'expand-scopes', role }, 'identity-center-reader', this.installation, names);
    return created;
  }

  private judgePlan(): BundledFunction {
    const { tables, bucket } = this.data;
    const created = this.create('JudgePlan', {
      entry: 'judge-plan',
      purpose: 'Decides which removals of a plan wait for a person',
      timeoutSeconds: BULK_TIMEOUT_SECONDS,
      memoryMegabytes: READING_MEGABYTES,
      environment: {
        ...tableVariables(tables, 'ledger', 'control'),
        ARTEFACTS_BUCKET: bucket.bucketName,
        ...guardVariables(this.installation),
      },
    });
    const { role } = created;
    bucket.allowReading(role, 'plans/', 'The removals of the whole pass are judged.');
    tables.ledger.allowItems(role, ['Scan'], 'Removals are compared with the number of managed assignments.');
    tables.control.allowItems(role, ['ConditionCheckItem'], FENCE);
    tables.control.allowItems(
      role,
      ['Query', 'BatchGetItem'],
      'What people decided about held plans, and what was removed in the last hour.',
    );
    tables.control.allowItems(
      role,
      ['PutItem', 'UpdateItem', 'DeleteItem'],
      'The lead is kept; a plan is held before anything of it takes effect.',
    );
    return created;
  }

  private commitPlan(): BundledFunction {
    const { tables, bucket } = this.data;
    const created = this.create('CommitPlan', {
      entry: 'commit-plan',
      purpose: 'Writes what a plan decided into the ledger',
      timeoutSeconds: BULK_TIMEOUT_SECONDS,
      memoryMegabytes: READING_MEGABYTES,
      environment: {
        ...tableVariables(tables, 'links', 'ledger', 'control'),
        ARTEFACTS_BUCKET: bucket.bucketName,
        APPLY_ASSIGNMENTS_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'apply-assignments'),
      },
    });
    const { role } = created;
    tables.links.allowItems(role, ['UpdateItem'], 'Links are told what planning found.');
    tables.ledger.allowItems(
      role,
      ['PutItem', 'UpdateItem', 'DeleteItem'],
      'Rows and work items are what a plan becomes.',
    );
    tables.control.allowItems(role, ['ConditionCheckItem'], FENCE);
    tables.control.allowItems(
      role,
      ['PutItem', 'UpdateItem', 'DeleteItem'],
      'Requests and people are told; marks that were planned go.',
    );
    tables.control.allowItems(role, ['Query', 'BatchGetItem'], 'What is held or decided says which removals go on.');
    bucket.allowReading(role, 'plans/', 'The plan is carried out as it was written down.');
    allowRinging(this.installation, role, 'apply-assignments', 'New work is begun at once.');
    return created;
  }

  private stepDown(): BundledFunction {
    const { tables } = this.data;
    const created = this.create('StepDown', {
      entry: 'step-down',
      purpose: 'Gives the lead up, and rings when something is due',
      timeoutSeconds: 30,
      memoryMegabytes: 512,
      environment: {
        ...tableVariables(tables, 'control'),
        RECONCILE_STATE_MACHINE_ARN: stateMachineArn(this.installation, 'reconcile'),
      },
    });
    tables.control.allowItems(
      created.role,
      ['UpdateItem', 'Query'],
      'The lead ends, then marks are looked for once more.',
    );
    allowRinging(
      this.installation,
      created.role,
      'reconcile',
      'What was marked meanwhile is looked at by another run.',
    );
    return created;
  }

  private create(id: string, props: BundledFunctionProps): BundledFunction {
    return new BundledFunction(this, id, this.installation, props);
  }
}
