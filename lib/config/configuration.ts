import type {
  ConfigurationFile,
  DriftMode,
  FunctionLogMode,
  ProvisioningMode,
  RetentionMode,
} from '../../schemas/generated/config';
import type { OPTION_BLOCKS } from './option-blocks';
import { organizationsRegion, type Partition, partitionOf } from './partition';

/** An account and the Region in which this installation has its stack there. */
export interface Location {
  readonly accountId: string;
  readonly region: string;
}

/** Where the pipeline takes its source from. */
export type PipelineSource =
  | { readonly type: 'CODECOMMIT'; readonly repositoryArn: string; readonly branch: string }
  | {
      readonly type: 'CODESTAR';
      readonly repository: string;
      readonly connectionArn: string;
      readonly branch: string;
    }
  | { readonly type: 'S3'; readonly bucket: string; readonly key: string };

export interface Pipeline {
  readonly location: Location;
  readonly source: PipelineSource;
  /** Synthesizes this configuration. */
  readonly synthCommand: string;
  /** Where in the source this configuration is. */
  readonly configurationPath: string;
}

/** One installation: what a valid configuration file means, with every default filled in. */
export interface Configuration {
  readonly app: string;
  readonly environment: string;
  readonly version?: string;
  readonly bootstrapQualifier: string;
  /** Name, with its path, of the policy that bounds every role; it is in every account. */
  readonly permissionsBoundary?: string;
  readonly partition: Partition;
  /** The management account; the Region is the one that serves Organizations. */
  readonly management: Location;
  /** The account from which Identity Center is administered; the Region is its primary one. */
  readonly identityCenter: Location;
  /** Where the solution runs. */
  readonly target: Location;
  /** Absent: the stacks are deployed without a pipeline. */
  readonly pipeline?: Pipeline;
  readonly linksProvisioningMode: ProvisioningMode;
  readonly permissionSetProvisioningMode: ProvisioningMode;
  readonly linkCallerRoleArn: string;
  readonly permissionSetCallerRoleArn: string;
  readonly notificationEmail: string;
  readonly isAdUsed: boolean;
  /** Present when `isAdUsed`. */
  readonly domainName?: string;
  readonly importCurrentConfiguration: boolean;
  readonly upgradeFromVersionLessThanV303: boolean;
  readonly supportNestedOu: boolean;
  readonly functionLogMode: FunctionLogMode;
  readonly limits: {
    readonly outstandingAssignments: number;
    readonly requestsPerSecond: number;
    readonly concurrentProvisionings: number;
  };
  readonly fullPass: { readonly schedule: string; readonly driftMode: DriftMode };
  readonly guard: { readonly maxRemovals: number; readonly maxRemovalPercent: number };
  readonly protected: {
    readonly namePrefixes: readonly string[];
    readonly tags: readonly { readonly Key: string; readonly Value?: string }[];
  };
  readonly identityCenterInstanceArn?: string;
  readonly identityCenterKmsKeyArn?: string;
  readonly policyReaderRoleName?: string;
  readonly audit: { readonly retentionMode: RetentionMode; readonly retentionYears: number };
  readonly exportOutputs: boolean;
  /** What the person who wrote the file should know; no reason to stop. */
  readonly warnings: readonly string[];
}

/** A file with its option blocks at the top level. */
type LiftedFile = ConfigurationFile & Pick<ConfigurationFile, (typeof OPTION_BLOCKS)[number]>;

/** The defaults of `schemas/config.schema.json`; a test compares the two. */
export const DEFAULTS = {
  app: 'identity-center-extensions',
  bootstrapQualifier: 'hnb659fds',
  branch: 'main',
  functionLogMode: 'Info',
  limits: { outstandingAssignments: 15, requestsPerSecond: 20, concurrentProvisionings: 3 },
  fullPass: { schedule: 'rate(1 day)', driftMode: 'repair' },
  guard: { maxRemovals: 100, maxRemovalPercent: 25 },
  protected: { namePrefixes: ['AWS'], tags: [] },
  audit: { retentionMode: 'GOVERNANCE', retentionYears: 1 },
} as const;

/** The meaning of a file that was found valid; `path` is where a pipeline finds it in the source. */
export function configurationOf(file: ConfigurationFile, path: string): Configuration {
  const { PipelineSettings: settings } = file;
  const lifted: LiftedFile = { ...file.Parameters, ...file };
  const partition = partitionOf(settings.TargetAccountRegion) ?? 'aws';
  return {
    app: file.App ?? DEFAULTS.app,
    environment: file.Environment,
    ...present('version', file.Version),
    bootstrapQualifier: settings.BootstrapQualifier ?? DEFAULTS.bootstrapQualifier,
    ...present('permissionsBoundary', settings.PermissionsBoundary),
    partition,
    management: { accountId: settings.OrgMainAccountId, region: organizationsRegion(partition) },
    identityCenter: { accountId: settings.SSOServiceAccountId, region: settings.SSOServiceAccountRegion },
    target: { accountId: settings.TargetAccountId, region: settings.TargetAccountRegion },
    ...present('pipeline', pipelineOf(settings, path)),
    ...parametersOf(file.Parameters),
    ...optionsOf(lifted),
    warnings: warningsOf(file),
  };
}

function parametersOf(parameters: ConfigurationFile['Parameters']) {
  return {
    linksProvisioningMode: parameters.LinksProvisioningMode,
    permissionSetProvisioningMode: parameters.PermissionSetProvisioningMode,
    linkCallerRoleArn: parameters.LinkCallerRoleArn,
    permissionSetCallerRoleArn: parameters.PermissionSetCallerRoleArn,
    notificationEmail: parameters.NotificationEmail,
    isAdUsed: parameters.IsAdUsed ?? false,
    ...(parameters.IsAdUsed === true ? present('domainName', parameters.DomainName) : {}),
    importCurrentConfiguration: parameters.ImportCurrentSSOConfiguration ?? false,
    upgradeFromVersionLessThanV303: parameters.UpgradeFromVersionLessThanV303 ?? false,
    supportNestedOu: parameters.SupportNestedOU ?? false,
    functionLogMode: parameters.FunctionLogMode ?? DEFAULTS.functionLogMode,
  };
}

function optionsOf(file: LiftedFile) {
  const { Limits, FullPass, Guard, Protected, Audit } = file;
  return {
    limits: {
      outstandingAssignments: Limits?.OutstandingAssignments ?? DEFAULTS.limits.outstandingAssignments,
      requestsPerSecond: Limits?.RequestsPerSecond ?? DEFAULTS.limits.requestsPerSecond,
      concurrentProvisionings: Limits?.ConcurrentProvisionings ?? DEFAULTS.limits.concurrentProvisionings,
    },
    fullPass: {
      schedule: FullPass?.Schedule ?? DEFAULTS.fullPass.schedule,
      driftMode: FullPass?.DriftMode ?? DEFAULTS.fullPass.driftMode,
    },
    guard: {
      maxRemovals: Guard?.MaxRemovals ?? DEFAULTS.guard.maxRemovals,
      maxRemovalPercent: Guard?.MaxRemovalPercent ?? DEFAULTS.guard.maxRemovalPercent,
    },
    protected: {
      namePrefixes: Protected?.NamePrefixes ?? DEFAULTS.protected.namePrefixes,
      tags: Protected?.Tags ?? DEFAULTS.protected.tags,
    },
    ...present('identityCenterInstanceArn', file.IdentityCenterInstanceArn),
    ...present('identityCenterKmsKeyArn', file.IdentityCenterKmsKeyArn),
    ...present('policyReaderRoleName', file.PolicyReaderRoleName),
    audit: {
      retentionMode: Audit?.RetentionMode ?? DEFAULTS.audit.retentionMode,
      retentionYears: Audit?.RetentionYears ?? DEFAULTS.audit.retentionYears,
    },
    exportOutputs: file.ExportOutputs ?? true,
  };
}

function pipelineOf(settings: ConfigurationFile['PipelineSettings'], path: string): Pipeline | undefined {
  const source = pipelineSourceOf(settings);
  const { DeploymentAccountId: accountId, DeploymentAccountRegion: region } = settings;
  if (source === undefined || accountId === undefined || region === undefined) return undefined;
  const synthCommand = settings.SynthCommand ?? `npx cdk synth --quiet -c config=${path}`;
  return { location: { accountId, region }, source, synthCommand, configurationPath: path };
}

function pipelineSourceOf(settings: ConfigurationFile['PipelineSettings']): PipelineSource | undefined {
  const { RepoType: type, RepoBranchName: branch = DEFAULTS.branch } = settings;
  if (type === 'CODECOMMIT') return { type, repositoryArn: settings.RepoArn ?? '', branch };
  if (type === 'CODESTAR') {
    const { RepoName: repository = '', CodeStarConnectionArn: connectionArn = '' } = settings;
    return { type, repository, connectionArn, branch };
  }
  if (type === 'S3') return { type, bucket: settings.SourceBucketName ?? '', key: settings.SourceObjectKey ?? '' };
  return undefined;
}

function warningsOf({ Parameters: { AccountAssignmentVisibilityTimeoutHours: hours } }: ConfigurationFile): string[] {
  if (hours === undefined) return [];
  return [
    'Parameters.AccountAssignmentVisibilityTimeoutHours is ignored: operations that take long are waited for in any case. Remove the key.',
  ];
}

/** A property only if it has a value. */
function present<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}
