import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, loadConfiguration, PROJECT_ROOT, parseConfiguration } from '../../lib/config';
import { local, localText } from './synthesized';

/** The example with some lines of its file replaced: four accounts, with a pipeline. */
export function envWith(...replacements: readonly (readonly [from: string | RegExp, to: string])[]): Configuration {
  let text = readFileSync(join(PROJECT_ROOT, 'config', 'env.yaml'), 'utf8');
  for (const [from, to] of replacements) {
    const replaced = text.replace(from, to);
    if (replaced === text) throw new Error(`config/env.yaml does not contain ${from}.`);
    text = replaced;
  }
  return parseConfiguration(text, 'config/env.yaml');
}

/** Lines of the source of a pipeline in an account and Region. */
export const SOURCES = {
  s3: ['RepoType: S3', 'SourceBucketName: example-sources', 'SourceObjectKey: releases/source.zip'],
  codeCommit: (partition: string, place: string) => [
    'RepoType: CODECOMMIT',
    `RepoArn: arn:${partition}:codecommit:${place}:identity-center-extensions`,
  ],
};

const NESTED_PIPELINE = 'PipelineSettings:\n';

function inPartition(
  partition: string,
  region: string,
  mode: string,
  { settings, options }: { readonly settings: readonly string[]; readonly options: readonly string[] },
): Configuration {
  const lines = settings.map((line) => `  ${line}\n`).join('');
  const text = localText(
    ['eu-west-1', region],
    ['arn:aws:', `arn:${partition}:`],
    ['Mode: both', `Mode: ${mode}`],
    [NESTED_PIPELINE, `${NESTED_PIPELINE}${lines}`],
  );
  return parseConfiguration(`${text}${options.join('\n')}\n`, 'config/partition.yaml');
}

/**
 * The configurations whose templates are looked at by rules of others: every partition, every source of a pipeline,
 * every way to submit, with and without import, in four accounts and in one, and what changes rights.
 */
export const KEPT_CONFIGURATIONS: readonly (readonly [name: string, load: () => Configuration])[] = [
  ['a laptop: four accounts, both ways to submit, no pipeline', local],
  ['the example: pipeline from a connection', () => loadConfiguration('env')],
  [
    'four accounts in three Regions: import, links by files, permission sets by requests',
    () =>
      envWith(
        ['SSOServiceAccountRegion: eu-west-1', 'SSOServiceAccountRegion: eu-central-1'],
        ['ImportCurrentSSOConfiguration: false', 'ImportCurrentSSOConfiguration: true'],
        ['LinksProvisioningMode: api', 'LinksProvisioningMode: s3'],
      ),
  ],
  ['one account', () => loadConfiguration('single-account')],
  [
    'China: pipeline from a bucket, files, protected tags, a reader of policies',
    () =>
      inPartition('aws-cn', 'cn-north-1', 's3', {
        settings: SOURCES.s3,
        options: [
          'Protected: { Tags: [{ Key: owner, Value: platform }] }',
          'PolicyReaderRoleName: audit/policy-reader',
        ],
      }),
  ],
  [
    'GovCloud: pipeline from CodeCommit, requests, protected tags, own bootstrap, bounded roles',
    () =>
      inPartition('aws-us-gov', 'us-gov-east-1', 'api', {
        settings: [
          ...SOURCES.codeCommit('aws-us-gov', 'us-gov-east-1:000000000000'),
          'BootstrapQualifier: platform',
          'PermissionsBoundary: teams/developers',
        ],
        options: ['Protected: { Tags: [{ Key: owner, Value: platform }] }'],
      }),
  ],
];
