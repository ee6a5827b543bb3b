import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCloudAssembly } from '../../../local/assembly/cloud-assembly';
import { AssetDirectory } from '../../../local/assembly/file-assets';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(files: Record<string, unknown>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), JSON.stringify(content));
}

const stackArtifact = (templateFile: string, environment = 'aws://333333333333/eu-west-1') => ({
  type: 'aws:cloudformation:stack',
  environment,
  dependencies: ['app.assets'],
  properties: { templateFile, stackName: `named-${templateFile}` },
});

describe('reading a cloud assembly', () => {
  test('finds stacks with their assets, and leaves a pipeline and its stacks of other Regions alone', () => {
    write({
      'manifest.json': {
        artifacts: {
          'app.assets': { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
          app: stackArtifact('app.json'),
          pipeline: { ...stackArtifact('pipeline.json'), dependencies: ['support', 'app.assets'] },
          support: stackArtifact('support.json'),
          Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
          stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-stage' } },
        },
      },
      'app.assets.json': {
        files: {
          abc: {
            source: { path: 'asset.abc', packaging: 'zip' },
            destinations: { here: { bucketName: 'b', objectKey: 'abc.zip' } },
          },
        },
        dockerImages: {},
      },
      'app.json': { Resources: { A: { Type: 'AWS::SQS::Queue' } } },
      'pipeline.json': { Resources: { P: { Type: 'AWS::CodePipeline::Pipeline' } } },
      'support.json': { Resources: { B: { Type: 'AWS::S3::Bucket' } } },
    });
    const assembly = readCloudAssembly(directory);
    expect(assembly.stacks.map(({ stackName, accountId, region }) => [stackName, accountId, region])).toEqual([
      ['named-app.json', '333333333333', 'eu-west-1'],
    ]);
    expect(assembly.notStarted).toEqual([
      { stackName: 'named-pipeline.json', reason: 'the pipeline is synthesized, not started' },
      { stackName: 'named-support.json', reason: 'the pipeline is synthesized, not started' },
    ]);
    const assets = new AssetDirectory();
    assets.add(assembly.stacks[0]?.assets ?? []);
    expect(assets.pathOf('abc.zip')).toBe(join(directory, 'asset.abc'));
    expect(() => assets.pathOf('other.zip')).toThrow('The cloud assembly has no asset with the key other.zip');
  });

  test('names every stack without an account or a Region', () => {
    write({
      'manifest.json': {
        artifacts: {
          one: stackArtifact('one.json', 'aws://unknown-account/unknown-region'),
          two: stackArtifact('two.json', 'aws://1/eu-west-1'),
        },
      },
      'one.json': {},
      'two.json': {},
    });
    expect(() => readCloudAssembly(directory)).toThrow(
      /named-one.json: the stack needs an account and a Region[\s\S]*named-two.json/,
    );
  });

  test('says when a directory holds something else', () => {
    write({ 'manifest.json': [] });
    expect(() => readCloudAssembly(directory)).toThrow('is not the manifest of a cloud assembly');
  });
});
