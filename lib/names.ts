import type { Configuration } from './config/configuration';

/** The functions, each named as its handler: `<entry>.handler.ts` somewhere below `lambda/`. */
export type FunctionEntry =
  | 'link-api'
  | 'link-files'
  | 'permission-set-api'
  | 'permission-set-files'
  | 'query-api'
  | 'plan-api'
  | 'full-pass'
  | 'full-pass-api'
  | 'import'
  | 'note-and-begin'
  | 'refresh-organization'
  | 'expand-scopes'
  | 'judge-plan'
  | 'commit-plan'
  | 'step-down'
  | 'tell-audit'
  | 'archive-audit'
  | 'apply-assignments'
  | 'converge-permission-sets'
  | 'look-again'
  | 'ring-bells'
  | 'watch-organization';

export type TableName = 'links' | 'permission-sets' | 'ledger' | 'control' | 'organization';
export type StateMachineName = 'reconcile' | 'apply-assignments' | 'converge-permission-sets' | 'full-pass' | 'import';
/** Queues of the files that users submit. */
export type FilesQueueName = 'link-files' | 'permission-set-files';
/** Roles that functions of the target account assume in other accounts. */
export type ReachedRole =
  | 'organization-reader'
  | 'identity-center-reader'
  | 'assignment-writer'
  | 'permission-set-writer';
/** What listens to events and sends them on: what happens to the organization, and what happens to Identity Center, in either account from which it can be administered. */
export type EventSourceName = 'organization' | 'identity-center' | 'management';
/** Outputs, named as users of earlier installations know them. */
export type OutputName =
  | 'linkApi-endpointURL'
  | 'permissionSetApi-endpointURL'
  | 'account-assignments-location'
  | 'permission-sets-location';

/** The state machine of the import, named as users of earlier installations know it. */
const IMPORT_STATE_MACHINE = 'importCurrentConfigSM';

/** AWS: longest name of a role, of a function, of a bucket. */
const LONGEST_ROLE_NAME = 64;
const LONGEST_FUNCTION_NAME = 64;
const LONGEST_BUCKET_NAME = 63;
const LONGEST_RULE_NAME = 64;

/**
 * Every physical name of an installation. Stacks know what is in other stacks by these names alone, so that they can
 * be deployed in any order.
 */
export class Names {
  constructor(private readonly configuration: Configuration) {}

  stack(part: 'organization' | 'identity-center' | 'management' | 'controller' | 'pipeline'): string {
    return this.named(`${this.configuration.app}-${part}`);
  }

  function(entry: FunctionEntry): string {
    return within(LONGEST_FUNCTION_NAME, this.named(entry));
  }

  functionRole(entry: FunctionEntry): string {
    return this.role(entry, this.configuration.target.region);
  }

  stateMachine(name: StateMachineName): string {
    return this.named(name === 'import' ? IMPORT_STATE_MACHINE : name);
  }

  stateMachineRole(name: StateMachineName): string {
    return this.role(`${name}-run`, this.configuration.target.region);
  }

  /** A role in the management account or the one from which Identity Center is administered. */
  reachedRole(name: ReachedRole): string {
    const { management, identityCenter } = this.configuration;
    return this.role(name, name === 'organization-reader' ? management.region : identityCenter.region);
  }

  table(name: TableName): string {
    return this.named(name);
  }

  /** AWS: bucket names are unique in a partition and have no capitals. */
  artefactsBucket(): string {
    const { accountId, region } = this.configuration.target;
    return within(LONGEST_BUCKET_NAME, this.named(`artefacts-${accountId}-${region}`).toLowerCase());
  }

  filesQueue(name: FilesQueueName): string {
    return this.named(name);
  }

  filesDeadLetterQueue(name: FilesQueueName): string {
    return this.named(`${name}-dead-letters`);
  }

  /** Where events of all accounts come together. */
  eventBus(): string {
    return this.named('events');
  }

  /** The rule that starts the controller for each event of the bus. */
  eventsRule(): string {
    return this.named('events');
  }

  eventsRole(): string {
    return this.role('events', this.configuration.target.region);
  }

  eventsDeadLetterQueue(): string {
    return this.named('events-dead-letters');
  }

  /** Where everything is told that somebody may have to answer for. */
  auditBus(): string {
    return this.named('audit');
  }

  /** The rule that sends every event of the audit bus to the queue of the archive. */
  auditRule(): string {
    return this.named('audit');
  }

  auditQueue(): string {
    return this.named('audit');
  }

  /** Events that were not archived. */
  auditDeadLetterQueue(): string {
    return this.named('audit-dead-letters');
  }

  /** Where in a table's stream changes stand that were not told. */
  untoldDeadLetterQueue(): string {
    return this.named('audit-untold-dead-letters');
  }

  auditBucket(): string {
    const { accountId, region } = this.configuration.target;
    return within(LONGEST_BUCKET_NAME, this.named(`audit-${accountId}-${region}`).toLowerCase());
  }

  /** AWS: names in Glue have no capitals, and Athena takes no hyphens without quotation marks. */
  auditDatabase(): string {
    return this.named('identity_center_audit').toLowerCase().replaceAll('-', '_');
  }

  auditWorkGroup(): string {
    return this.named('audit');
  }

  /** A rule that sends events on to the bus. */
  forwardingRule(source: EventSourceName, what: string): string {
    return within(LONGEST_RULE_NAME, this.named(`${source}-${what}`));
  }

  forwardingRole(source: EventSourceName): string {
    const { management, identityCenter } = this.configuration;
    return this.role(`${source}-events`, source === 'organization' ? management.region : identityCenter.region);
  }

  forwardingDeadLetterQueue(source: EventSourceName): string {
    return this.named(`${source}-events-dead-letters`);
  }

  notificationsTopic(): string {
    return this.named('notifications');
  }

  /** Where the metrics of this installation are. */
  metricsNamespace(): string {
    return `IdentityCenterExtensions/${this.configuration.environment}`;
  }

  alarm(key: string): string {
    return this.named(key);
  }

  dashboard(): string {
    return this.named('identity-center-extensions');
  }

  /** A folder of saved queries, and the query in it. */
  savedQuery(key: string): string {
    return `${this.named('identity-center-extensions')}/${key}`;
  }

  keyAlias(): string {
    return `alias/${this.named('data')}`;
  }

  api(): string {
    return this.named('api');
  }

  minuteRule(): string {
    return this.named('ring-bells');
  }

  /** The schedule on which the organization is compared with what is known of it. */
  watchRule(): string {
    return this.named('watch-organization');
  }

  /** The schedule on which what was set aside is looked at again. */
  lookAgainRule(): string {
    return this.named('look-again-set-aside');
  }

  /** The schedule of the full pass. */
  fullPassRule(): string {
    return this.named('full-pass');
  }

  fullPassRuleRole(): string {
    return this.role('full-pass-rule', this.configuration.target.region);
  }

  callerPolicy(kind: 'link' | 'permission-set'): string {
    return this.named(`${kind}-caller`);
  }

  functionLogGroup(entry: FunctionEntry): string {
    return `/aws/lambda/${this.function(entry)}`;
  }

  /** AWS: under this prefix the log delivery of state machines does not use up the size of a resource policy. */
  stateMachineLogGroup(name: StateMachineName): string {
    return `/aws/vendedlogs/states/${this.stateMachine(name)}`;
  }

  apiLogGroup(): string {
    return `/aws/apigateway/${this.api()}`;
  }

  pipeline(): string {
    return this.stack('pipeline');
  }

  pipelineLogGroup(): string {
    return `/aws/codebuild/${this.pipeline()}`;
  }

  /** The rule that starts the pipeline when its source was uploaded. */
  pipelineSourceRule(): string {
    return this.named('pipeline-source');
  }

  pipelineSourceRole(region: string): string {
    return this.role('pipeline-source', region);
  }

  output(name: OutputName): string {
    return this.named(name);
  }

  private role(key: string, region: string): string {
    return within(LONGEST_ROLE_NAME, this.named(`${key}-${region}`));
  }

  private named(suffix: string): string {
    return `${this.configuration.environment}-${suffix}`;
  }
}

function within(limit: number, name: string): string {
  if (name.length > limit) throw new Error(`The name ${name} is longer than the ${limit} characters that AWS allows.`);
  return name;
}
