import type { ConfigurationFile } from '../../schemas/generated/config';
import type { SchemaProblem } from '../../schemas/schema-problems';
import { OPTION_BLOCKS } from './option-blocks';
import { partitionOf } from './partition';

/** A file that may be incomplete or wrong elsewhere: rules look only at what is there. */
export type DraftFile = {
  readonly [Section in keyof ConfigurationFile]?: Partial<NonNullable<ConfigurationFile[Section]>>;
};

const REGION_KEYS = ['TargetAccountRegion', 'SSOServiceAccountRegion', 'DeploymentAccountRegion'] as const;
const CALLER_ROLES = ['LinkCallerRoleArn', 'PermissionSetCallerRoleArn'] as const;

/** What a schema cannot say: rules that compare one key with another. */
export function brokenRules(file: DraftFile): SchemaProblem[] {
  return [
    ...regionProblems(file),
    ...callerRoleProblems(file),
    ...repositoryProblems(file),
    ...partitionProblems(file),
    ...identityCenterKeyProblems(file),
    ...doubledBlocks(file),
  ];
}

function regionProblems({ PipelineSettings: settings = {} }: DraftFile): SchemaProblem[] {
  const home = partitionOfText(settings.TargetAccountRegion);
  return REGION_KEYS.flatMap((key) => {
    const region: unknown = settings[key];
    if (typeof region !== 'string') return [];
    const path = `PipelineSettings.${key}`;
    const partition = partitionOf(region);
    if (partition === undefined) return [{ path, message: `${region} is in a partition that is not supported` }];
    if (home === undefined || partition === home) return [];
    return [{ path, message: `expected a Region of the partition ${home}, like TargetAccountRegion, got "${region}"` }];
  });
}

/** AWS: only the account of a role can attach a policy to it. */
function callerRoleProblems({ PipelineSettings, Parameters }: DraftFile): SchemaProblem[] {
  const target: unknown = PipelineSettings?.TargetAccountId;
  return CALLER_ROLES.flatMap((key) => {
    const arn: unknown = Parameters?.[key];
    const [, accountId] = typeof arn === 'string' ? (/^arn:[^:]*:iam::(\d{12}):role\//.exec(arn) ?? []) : [];
    if (accountId === undefined || !isAccountId(target) || accountId === target) return [];
    const message = `expected a role of the target account ${target}, got one of account ${accountId}`;
    return [{ path: `Parameters.${key}`, message }];
  });
}

/** AWS: a pipeline hears of changes only in repositories of its own account and Region. */
function repositoryProblems({ PipelineSettings: settings = {} }: DraftFile): SchemaProblem[] {
  const {
    DeploymentAccountId: accountId,
    DeploymentAccountRegion: region,
    RepoArn: arn,
  }: Record<string, unknown> = settings;
  if (settings.RepoType !== 'CODECOMMIT' || typeof arn !== 'string') return [];
  const [, itsRegion, itsAccountId] = /^arn:[^:]*:codecommit:([^:]+):(\d{12}):/.exec(arn) ?? [];
  if (itsRegion === undefined || (itsRegion === region && itsAccountId === accountId)) return [];
  const message = `expected a repository in the account and Region of the pipeline (${accountId}, ${region}), got one in ${itsAccountId}, ${itsRegion}`;
  return [{ path: 'PipelineSettings.RepoArn', message }];
}

function partitionProblems(file: DraftFile): SchemaProblem[] {
  const home = partitionOfText(file.PipelineSettings?.TargetAccountRegion);
  if (home === undefined) return [];
  const arns: Readonly<Record<string, unknown>> = {
    'Parameters.LinkCallerRoleArn': file.Parameters?.LinkCallerRoleArn,
    'Parameters.PermissionSetCallerRoleArn': file.Parameters?.PermissionSetCallerRoleArn,
    'Parameters.IdentityCenterInstanceArn': file.Parameters?.IdentityCenterInstanceArn,
    'Parameters.IdentityCenterKmsKeyArn': file.Parameters?.IdentityCenterKmsKeyArn,
    IdentityCenterInstanceArn: file.IdentityCenterInstanceArn,
    IdentityCenterKmsKeyArn: file.IdentityCenterKmsKeyArn,
    ...sourceArns(file),
  };
  return Object.entries(arns).flatMap(([path, arn]) => {
    const [, partition] = typeof arn === 'string' ? (/^arn:([^:]+):/.exec(arn) ?? []) : [];
    if (partition === undefined || partition === home) return [];
    return [{ path, message: `expected an ARN of the partition ${home}, got one of ${partition}` }];
  });
}

/** AWS: a service encrypts with keys of its own Region. */
function identityCenterKeyProblems({
  PipelineSettings: settings = {},
  Parameters,
  ...file
}: DraftFile): SchemaProblem[] {
  const region: unknown = settings.SSOServiceAccountRegion;
  const arns: Readonly<Record<string, unknown>> = {
    'Parameters.IdentityCenterKmsKeyArn': Parameters?.IdentityCenterKmsKeyArn,
    IdentityCenterKmsKeyArn: file.IdentityCenterKmsKeyArn,
  };
  return Object.entries(arns).flatMap(([path, arn]) => {
    const [, itsRegion] = typeof arn === 'string' ? (/^arn:[^:]*:kms:([^:]+):\d{12}:key\//.exec(arn) ?? []) : [];
    if (itsRegion === undefined || typeof region !== 'string' || itsRegion === region) return [];
    return [{ path, message: `expected a key of the Region of Identity Center, ${region}, got one of ${itsRegion}` }];
  });
}

/** The ARN of the source that the pipeline takes; those of other kinds may be placeholders. */
function sourceArns({ PipelineSettings: settings = {} }: DraftFile): Readonly<Record<string, unknown>> {
  if (settings.RepoType === 'CODECOMMIT') return { 'PipelineSettings.RepoArn': settings.RepoArn };
  if (settings.RepoType === 'CODESTAR')
    return { 'PipelineSettings.CodeStarConnectionArn': settings.CodeStarConnectionArn };
  return {};
}

function doubledBlocks(file: DraftFile): SchemaProblem[] {
  const both = OPTION_BLOCKS.filter((block) => file[block] !== undefined && file.Parameters?.[block] !== undefined);
  return both.map((block) => ({ path: block, message: `is given twice: here and as Parameters.${block}` }));
}

function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{12}$/.test(value);
}

function partitionOfText(region: unknown) {
  return typeof region === 'string' ? partitionOf(region) : undefined;
}
