import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../../lib/config';
import { readCloudAssembly } from '../../local/assembly/cloud-assembly';
import manifest from '../../package.json';
import { envWith, KEPT_CONFIGURATIONS } from './kept-configurations';
import { local, printed, statementsOf } from './synthesized';
import { type Action, Written } from './written';

const STACKS = ['Controller', 'IdentityCenter', 'Management', 'Organization'];
const CONNECTION = 'arn:aws:codeconnections:eu-west-1:444444444444:connection/aaaabbbb-cccc-dddd-eeee-ffff00001111';
const NO_ACTION: Action = { Name: '', RunOrder: 0, ActionTypeId: { Provider: '' }, Configuration: {} };

const configurationOf = (beginning: string): Configuration => {
  const [, load] = KEPT_CONFIGURATIONS.find(([name]) => name.startsWith(beginning)) ?? [];
  if (!load) throw new Error(`No configuration is called ${beginning}.`);
  return load();
};

const threeRegions = new Written(configurationOf('four accounts in three Regions'));
const china = new Written(configurationOf('China'));
const govCloud = new Written(configurationOf('GovCloud'));

describe('a pipeline', () => {
  it('is in the deployment account, with a bucket in each other Region that it deploys to', () => {
    const { artifacts } = JSON.parse(readFileSync(join(threeRegions.outdir, 'manifest.json'), 'utf8'));
    const places = ['Pipeline', ...artifacts.Pipeline.dependencies]
      .filter((id) => artifacts[id].type === 'aws:cloudformation:stack')
      .map((id) => [artifacts[id].properties.stackName, artifacts[id].environment]);
    expect(places).toEqual([
      ['env-identity-center-extensions-pipeline', 'aws://444444444444/eu-west-1'],
      ['env-identity-center-extensions-pipeline-support-us-east-1', 'aws://444444444444/us-east-1'],
      ['env-identity-center-extensions-pipeline-support-eu-central-1', 'aws://444444444444/eu-central-1'],
    ]);
  });

  it('is absent without a source', () => {
    const paths = new Written(local()).paths();
    expect(paths).toEqual(STACKS.map((stack) => `${stack}.template.json`));
  });

  it('deploys account by account: organization, Identity Center, controller', () => {
    const stages = threeRegions.stages().map(({ Name, Actions }) => [
      Name,
      ...Actions.filter(({ ActionTypeId }) => ActionTypeId.Provider === 'CloudFormation')
        .filter(({ Configuration }) => Configuration.ActionMode === 'CHANGE_SET_EXECUTE')
        .map(({ Configuration, Region = 'eu-west-1' }) => `${Configuration.StackName} ${Region}`),
    ]);
    expect(stages).toEqual([
      ['Source'],
      ['Build'],
      ['UpdatePipeline'],
      ['Assets'],
      [
        'Organization',
        'env-identity-center-extensions-organization us-east-1',
        'env-identity-center-extensions-management eu-central-1',
      ],
      ['IdentityCenter', 'env-identity-center-extensions-identity-center eu-central-1'],
      ['Controller', 'env-identity-center-extensions-controller eu-west-1'],
    ]);
  });

  it('deploys the very templates that are deployed without it', () => {
    const nested = threeRegions.paths().filter((path) => path.startsWith('assembly-'));
    const direct = STACKS.map((stack) => threeRegions.text(`${stack}.template.json`));
    expect(nested.map((path) => threeRegions.text(path)).sort()).toEqual(direct.sort());
  });

  it('runs the tests of the project before it synthesizes and deploys', () => {
    const { install, build } = threeRegions.commandsOf('TestAndSynth');
    expect(install).toEqual(['npm ci']);
    expect(build).toEqual([
      'npm run lint',
      'npm run types',
      'npm run licences',
      'npm test',
      'npx cdk synth -c config=env',
    ]);
    const scripts = build.flatMap((command) => /^npm (?:run )?(\w+)$/.exec(command)?.[1] ?? []);
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
  });

  it('synthesizes the file that it was made from unless another command is given', () => {
    expect(china.commandsOf('TestAndSynth').build.at(-1)).toBe('npx cdk synth --quiet -c config=config/partition.yaml');
  });

  it('looks into the accounts before anything is deployed to them, and when all is', () => {
    const preflight = (...options: string[]) => [
      `npm run preflight -- config/env.yaml --by-role${options.join('')} || [ $? -eq 2 ]`,
    ];
    expect(threeRegions.commandsOf('Preflight')).toEqual({ install: ['npm ci'], build: preflight() });
    expect(threeRegions.commandsOf('Verification')).toEqual({ install: ['npm ci'], build: preflight(' --deployed') });
    const orders = (stage: string, provider: string) =>
      threeRegions
        .stages()
        .filter(({ Name }) => Name === stage)
        .flatMap(({ Actions }) => Actions.filter(({ ActionTypeId }) => ActionTypeId.Provider === provider))
        .map(({ RunOrder }) => RunOrder);
    const [first, last] = [orders('Organization', 'CodeBuild'), orders('Controller', 'CodeBuild')];
    expect([first, last].map(({ length }) => length)).toEqual([1, 1]);
    expect(first[0]).toBeLessThan(Math.min(...orders('Organization', 'CloudFormation')));
    expect(last[0]).toBeGreaterThan(Math.max(...orders('Controller', 'CloudFormation')));
  });

  it('looks with the roles that are made for looking, and with no others', () => {
    const assumed = threeRegions
      .ofType('AWS::IAM::Policy')
      .flatMap(statementsOf)
      .filter(({ Resource }) => JSON.stringify(Resource).includes('lookup-role'));
    const roles = [
      ['111111111111', 'us-east-1'],
      ['111111111111', 'eu-central-1'],
      ['222222222222', 'eu-central-1'],
      ['333333333333', 'eu-west-1'],
      ['444444444444', 'eu-west-1'],
    ].map(([accountId = '', region = '']) => {
      return `arn:<AWS::Partition>:iam::${accountId}:role/cdk-hnb659fds-lookup-role-${accountId}-${region}`;
    });
    expect(assumed).toHaveLength(2);
    for (const { Action, Resource, Effect } of assumed) {
      expect([Action, Effect]).toEqual(['sts:AssumeRole', 'Allow']);
      expect([Resource].flat().map(printed).sort()).toEqual([...roles].sort());
    }
  });

  it('updates itself first, with the pinned command line', () => {
    const { install, build } = threeRegions.commandsOf('SelfMutate');
    expect(install).toEqual([`npm install -g aws-cdk@${manifest.devDependencies['aws-cdk']}`]);
    expect(build).toEqual(['cdk -a . deploy Pipeline --require-approval=never --verbose']);
  });

  it('hands files over encrypted with keys that rotate and that the other accounts may use', () => {
    const support = threeRegions.paths().filter((path) => path.startsWith('cross-region-stack-'));
    expect(support).toHaveLength(2);
    for (const path of ['Pipeline.template.json', ...support]) {
      const [key] = threeRegions.ofType('AWS::KMS::Key', path);
      expect(key?.Properties.EnableKeyRotation).toBe(true);
      const [bucket] = threeRegions.ofType('AWS::S3::Bucket', path);
      expect(JSON.stringify(bucket?.Properties.BucketEncryption)).toContain('"SSEAlgorithm":"aws:kms"');
      expect(JSON.stringify(bucket?.Properties.PublicAccessBlockConfiguration)).not.toContain('false');
      const [policy] = threeRegions.ofType('AWS::S3::BucketPolicy', path);
      expect(JSON.stringify(policy?.Properties)).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
    }
    const readers = JSON.stringify(threeRegions.ofType('AWS::KMS::Key').map(({ Properties }) => Properties.KeyPolicy));
    expect(readers).toContain('role/cdk-hnb659fds-deploy-role-333333333333-eu-west-1');
  });

  it('logs for a limited time', () => {
    const groups = threeRegions.ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties);
    expect(groups).toMatchObject([
      { LogGroupName: '/aws/codebuild/env-identity-center-extensions-pipeline', RetentionInDays: 90 },
    ]);
    const projects = threeRegions.ofType('AWS::CodeBuild::Project');
    expect(projects).toHaveLength(5);
    for (const { Properties } of projects) {
      expect(Properties.LogsConfig).toMatchObject({
        CloudWatchLogs: { Status: 'ENABLED', GroupName: expect.anything() },
      });
    }
  });

  it('is not started by the local cloud, and what it deploys is', () => {
    const { stacks, notStarted } = readCloudAssembly(threeRegions.outdir);
    expect(stacks.map(({ stackName }) => stackName).sort()).toEqual([
      'env-identity-center-extensions-controller',
      'env-identity-center-extensions-identity-center',
      'env-identity-center-extensions-management',
      'env-identity-center-extensions-organization',
    ]);
    expect(notStarted).toHaveLength(3);
  });
});

describe('the source', () => {
  it('is a connection that starts the pipeline at each push', () => {
    const [{ ActionTypeId, Configuration } = NO_ACTION] = threeRegions.sources();
    expect(ActionTypeId.Provider).toBe('CodeStarSourceConnection');
    expect(Configuration).toEqual({
      BranchName: 'main',
      ConnectionArn: CONNECTION,
      FullRepositoryId: 'example/identity-center-extensions',
    });
    const uses = threeRegions
      .ofType('AWS::IAM::Policy')
      .flatMap(statementsOf)
      .filter(({ Resource }) => Resource === CONNECTION);
    expect(uses.flatMap(({ Action }) => Action).sort()).toEqual([
      'codeconnections:UseConnection',
      'codestar-connections:UseConnection',
    ]);
  });

  it('may be in a group of groups, and of a connection of the former name', () => {
    const nested = new Written(
      envWith(
        ['RepoName: example/identity-center-extensions', 'RepoName: platform/access/identity-center-extensions'],
        ['arn:aws:codeconnections:', 'arn:aws:codestar-connections:'],
      ),
    );
    expect(nested.sources()[0]?.Configuration.FullRepositoryId).toBe('platform/access/identity-center-extensions');
    expect(nested.text('Pipeline.template.json')).not.toContain('codeconnections');
  });

  it('is an archive in a bucket that starts the pipeline when it is uploaded', () => {
    const [{ ActionTypeId, Configuration } = NO_ACTION] = china.sources();
    expect(ActionTypeId.Provider).toBe('S3');
    expect(Configuration).toEqual({
      PollForSourceChanges: false,
      S3Bucket: 'example-sources',
      S3ObjectKey: 'releases/source.zip',
    });
    const [rule] = china.ofType('AWS::Events::Rule');
    expect(rule?.Properties).toMatchObject({
      Name: 'local-pipeline-source',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['example-sources'] }, object: { key: ['releases/source.zip'] } },
      },
    });
    const arn = 'arn:<AWS::Partition>:codepipeline:cn-north-1:000000000000:local-identity-center-extensions-pipeline';
    expect((rule?.Properties.Targets ?? []) as { Arn: unknown }[]).toHaveLength(1);
    for (const target of (rule?.Properties.Targets ?? []) as { Arn: unknown }[]) expect(printed(target.Arn)).toBe(arn);
    const [pipeline] = china.ofType('AWS::CodePipeline::Pipeline');
    expect(pipeline?.Properties.Name).toBe('local-identity-center-extensions-pipeline');
    const starter = china.ofType('AWS::IAM::Role').find(({ Properties }) => 'RoleName' in Properties);
    expect(starter?.Properties.RoleName).toBe('local-pipeline-source-cn-north-1');
    const statements = starter ? statementsOf(starter) : [];
    expect(statements.flatMap(({ Action, Resource }) => [Action, Resource].flat().map(printed))).toEqual([
      'codepipeline:StartPipelineExecution',
      arn,
    ]);
  });

  it('is a branch of CodeCommit that starts the pipeline when it changes', () => {
    const [{ ActionTypeId, Configuration } = NO_ACTION] = govCloud.sources();
    expect(ActionTypeId.Provider).toBe('CodeCommit');
    expect(Configuration).toEqual({
      BranchName: 'main',
      PollForSourceChanges: false,
      RepositoryName: 'identity-center-extensions',
    });
    const [rule] = govCloud.ofType('AWS::Events::Rule');
    expect(rule?.Properties.EventPattern).toMatchObject({
      source: ['aws.codecommit'],
      detail: { event: ['referenceCreated', 'referenceUpdated'], referenceName: ['main'] },
    });
  });
});

describe('accounts with rules of their own', () => {
  const all = govCloud.paths();

  it('bound every role by the policy that the configuration names', () => {
    const roles = all.flatMap((path) => govCloud.ofType('AWS::IAM::Role', path));
    expect(roles.length).toBeGreaterThan(60);
    const boundaries = roles.map(({ Properties }) => printed(Properties.PermissionsBoundary ?? 'none'));
    const names = boundaries.map((arn) => arn.replace(/\d{12}/, '…'));
    expect([...new Set(names)]).toEqual(['arn:aws-us-gov:iam::…:policy/teams/developers']);
    expect(threeRegions.text('Controller.template.json')).not.toContain('PermissionsBoundary');
  });

  it('are reached by the roles of their own bootstrap', () => {
    const text = all.map((path) => govCloud.text(path)).join('\n');
    expect(text).toContain('cdk-platform-deploy-role-333333333333-us-gov-east-1');
    expect(text).not.toContain('hnb659fds');
  });
});

describe('rights of a pipeline', () => {
  it.each([
    ['a connection', threeRegions],
    ['a bucket', china],
    ['CodeCommit', govCloud],
  ])('from %s: patterns of actions are only those that the CDK writes', (_, written) => {
    const grantees = [...written.ofType('AWS::IAM::Policy'), ...written.ofType('AWS::IAM::Role')];
    const actions = grantees.flatMap(statementsOf).flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(30);
    expect([...new Set(actions.filter((action) => action.includes('*')))].sort()).toEqual([
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
      's3:Abort*',
      's3:DeleteObject*',
      's3:GetBucket*',
      's3:GetObject*',
      's3:List*',
    ]);
    for (const { Properties } of grantees) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});
