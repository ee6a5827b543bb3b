import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { isRegionSwitch, loadRegionSwitch, parseRegionSwitch, WrongConfiguration } from '../../lib/config';
import { buildRegionSwitchApp } from '../../lib/region-switch-app';
import schema from '../../schemas/region-switch.schema.json';
import { readMarkdown } from '../support/markdown';
import { temporaryFolder } from './temporary-folder';

const TEXT = `
SSOServiceAccountId: 000000000012
SSOServiceAccountRegion: eu-west-1
SSOServiceTargetAccountRegion: eu-central-1
`;

test('the names that earlier installations give choose the file of this repository', () => {
  for (const name of ['region-switch', 'region-switch-discover', 'Region-Switch-Deploy']) {
    expect(isRegionSwitch(name)).toBe(true);
    expect(loadRegionSwitch(name).to).toEqual({ accountId: '222222222222', region: 'eu-central-1' });
  }
  expect(isRegionSwitch('env')).toBe(false);
});

test('an account id keeps its zeros, and what is optional has its default', () => {
  const { from, bootstrapQualifier } = parseRegionSwitch(TEXT, 'test');
  expect([from.accountId, bootstrapQualifier]).toEqual(['000000000012', 'hnb659fds']);
});

test.each([
  ['a missing key', TEXT.replace(/SSOServiceAccountId.*/, ''), 'SSOServiceAccountId'],
  ['an unknown key', `${TEXT}SSOServiceRegion: x\n`, 'SSOServiceRegion'],
  [
    'the same Region twice',
    TEXT.replace('eu-central-1', 'eu-west-1'),
    'SSOServiceTargetAccountRegion: expected another',
  ],
  ['another partition', TEXT.replace('eu-central-1', 'cn-north-1'), 'expected a Region of the partition aws'],
])('refuses %s', (_, text, told) => {
  const parse = () => parseRegionSwitch(text, 'test');
  expect(parse).toThrow(WrongConfiguration);
  expect(parse).toThrow(told);
});

test('the table of keys in the guide is the schema', () => {
  const table = readMarkdown('docs/region-switch.md').tables.find(({ header }) => header[0] === 'key');
  const properties: Record<string, { description: string; default?: string }> = schema.properties;
  expect(table?.rows).toEqual(
    Object.entries(properties).map(([name, { description, default: fallback }]) => [
      `\`${name}\``,
      description,
      fallback === undefined ? 'required' : `\`${JSON.stringify(fallback)}\``,
    ]),
  );
});

test('each Region has one private, versioned bucket that goes with its stack, and the checks find nothing', () => {
  const outdir = temporaryFolder();
  const app = buildRegionSwitchApp({ regionSwitch: loadRegionSwitch('region-switch'), outdir });
  const quiet = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  app.synth();
  quiet.mockRestore();
  expect(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
  for (const [id, region] of [
    ['RegionSwitchFrom', 'eu-west-1'],
    ['RegionSwitchTo', 'eu-central-1'],
  ] as const) {
    const stack = app.node.findChild(id) as Stack;
    expect([stack.account, stack.region]).toEqual(['222222222222', region]);
    const resources = Object.values(Template.fromStack(stack).toJSON().Resources) as { Type: string }[];
    expect(resources.map(({ Type }) => Type).sort()).toEqual(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']);
    Template.fromStack(stack).hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Delete',
      Properties: {
        BucketName: `region-switch-222222222222-${region}`,
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      },
    });
  }
});
