import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { loadConfiguration, PROJECT_ROOT, parseConfiguration, WrongConfiguration } from '../../lib/config';
import { DEFAULTS } from '../../lib/config/configuration';
import schema from '../../schemas/config.schema.json';
import { configurationKeys } from '../support/configuration-keys';
import { localText } from './synthesized';

/** The lines of the one message about a wrong file, without the first. */
function problemsOf(text: string): string[] {
  try {
    parseConfiguration(text, 'config/test.yaml');
  } catch (error) {
    if (!(error instanceof WrongConfiguration)) throw error;
    const [first = '', ...problems] = error.message.split('\n');
    expect(first).toMatch(new RegExp(`^config/test.yaml has ${problems.length} problems?:$`));
    return problems.map((line) => line.trim());
  }
  return [];
}

const changed = (from: RegExp | string, to: string) => problemsOf(localText([from, to]));
const added = (section: 'Parameters' | 'PipelineSettings', lines: string) =>
  localText([`${section}:\n`, `${section}:\n${lines}`]);

describe('files of this repository', () => {
  it('config/env.yaml is a valid example that names every section', () => {
    const env = loadConfiguration('env');
    expect(env.environment).toBe('env');
    expect(env.pipeline?.source.type).toBe('CODESTAR');
    const text = readFileSync(join(PROJECT_ROOT, 'config', 'env.yaml'), 'utf8');
    const { properties } = schema;
    for (const key of Object.keys(properties)) expect(text).toContain(`${key}:`);
    for (const key of Object.keys(schema.$defs.pipelineSettings.properties)) expect(text).toContain(`${key}:`);
    for (const key of Object.keys(schema.$defs.parameters.properties)) {
      if (key !== 'AccountAssignmentVisibilityTimeoutHours') expect(text).toContain(`${key}:`);
    }
  });

  it('config/local.yaml names the accounts of the local organization', () => {
    const local = loadConfiguration('local');
    expect(local.management).toEqual({ accountId: '111111111111', region: 'us-east-1' });
    expect(local.identityCenter).toEqual({ accountId: '222222222222', region: 'eu-west-1' });
    expect(local.target).toEqual({ accountId: '333333333333', region: 'eu-west-1' });
    expect(local).toMatchObject({
      environment: 'local',
      linksProvisioningMode: 'both',
      permissionSetProvisioningMode: 'both',
      supportNestedOu: true,
      importCurrentConfiguration: false,
      isAdUsed: false,
      functionLogMode: 'Info',
      exportOutputs: true,
      warnings: [],
    });
  });

  it('says which configurations there are when a name fits none', () => {
    expect(() => loadConfiguration('locla')).toThrow('did you mean local?');
    expect(() => loadConfiguration('production')).toThrow('there are: env, local');
  });
});

describe('defaults', () => {
  it('are those of the schema', () => {
    const { limits, fullPass, guard, protected: guarded, parameters, pipelineSettings } = schema.$defs;
    expect(DEFAULTS.app).toBe(schema.properties.App.default);
    expect(DEFAULTS.bootstrapQualifier).toBe(pipelineSettings.properties.BootstrapQualifier.default);
    expect(DEFAULTS.branch).toBe(pipelineSettings.properties.RepoBranchName.default);
    expect(DEFAULTS.functionLogMode).toBe(parameters.properties.FunctionLogMode.default);
    expect(Object.values(DEFAULTS.limits)).toEqual(Object.values(limits.properties).map((entry) => entry.default));
    expect(Object.values(DEFAULTS.fullPass)).toEqual(Object.values(fullPass.properties).map((entry) => entry.default));
    expect(Object.values(DEFAULTS.guard)).toEqual(Object.values(guard.properties).map((entry) => entry.default));
    expect(Object.values(DEFAULTS.protected)).toEqual(Object.values(guarded.properties).map((entry) => entry.default));
  });

  it('fill in what a file leaves out', () => {
    const { limits, guard, app } = parseConfiguration(added('Parameters', '  Guard: { MaxRemovals: 0 }\n'), 'test');
    expect(app).toBe('identity-center-extensions');
    expect(guard).toEqual({ maxRemovals: 0, maxRemovalPercent: 25 });
    expect(limits).toEqual({ outstandingAssignments: 15, requestsPerSecond: 20, concurrentProvisionings: 3 });
  });
});

describe('values as people write them', () => {
  it('account ids need no quotes and keep their zeros', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{12}$/), fc.constantFrom('', '"', "'"), (id, quote) => {
        const text = localText(['OrgMainAccountId: 111111111111', `OrgMainAccountId: ${quote}${id}${quote}`]);
        expect(parseConfiguration(text, 'test').management.accountId).toBe(id);
      }),
    );
  });

  it.each([
    ['LinksProvisioningMode: both', 'LinksProvisioningMode: API', 'api'],
    ['LinksProvisioningMode: both', 'LinksProvisioningMode: "S3"', 's3'],
    ['LinksProvisioningMode: both', 'LinksProvisioningMode: Both', 'both'],
  ])('enumerations in any case: %s → %s', (from, to, expected) => {
    expect(parseConfiguration(localText([from, to]), 'test').linksProvisioningMode).toBe(expected);
  });

  it.each(['Debug', 'INFO', 'warn', 'exception'])('FunctionLogMode %s', (mode) => {
    const text = added('Parameters', `  FunctionLogMode: ${mode}\n`);
    expect(parseConfiguration(text, 'test').functionLogMode.toLowerCase()).toBe(mode.toLowerCase());
  });

  it('numbers where text is expected are taken as written', () => {
    expect(parseConfiguration(`Version: 1.10\n${localText()}`, 'test').version).toBe('1.10');
  });

  it('keys without a value are as if they were not there', () => {
    const text = added('Parameters', '  DomainName:\n  Guard:\n  FunctionLogMode: ""\n');
    expect(parseConfiguration(text, 'test').functionLogMode).toBe('Info');
  });

  it('settings blocks may stand beside or among the parameters, not both', () => {
    const beside = `${localText()}Limits: { OutstandingAssignments: 7 }\n`;
    const among = added('Parameters', '  Limits: { OutstandingAssignments: 7 }\n');
    for (const text of [beside, among]) {
      expect(parseConfiguration(text, 'test').limits.outstandingAssignments).toBe(7);
    }
    expect(problemsOf(`${among}Limits: { OutstandingAssignments: 8 }\n`)).toEqual([
      'Limits: is given twice: here and as Parameters.Limits',
    ]);
  });

  it('a key of older files is accepted, and said to be ignored', () => {
    const text = added('Parameters', '  AccountAssignmentVisibilityTimeoutHours: 14\n');
    expect(parseConfiguration(text, 'test').warnings).toEqual([
      expect.stringMatching(/^Parameters\.AccountAssignmentVisibilityTimeoutHours is ignored/),
    ]);
  });

  it('pipeline settings of a kind that is not used may be placeholders', () => {
    const text = added('PipelineSettings', '  RepoArn: <arn>\n  SourceBucketName: <bucket>\n');
    expect(parseConfiguration(text, 'test').pipeline).toBeUndefined();
    expect(
      parseConfiguration(localText(['  DeploymentAccountId: 000000000000\n', '']), 'test').pipeline,
    ).toBeUndefined();
  });

  it.each([
    ['RepoType: codecommit\n  RepoArn: arn:aws:codecommit:eu-west-1:000000000000:repo', 'CODECOMMIT'],
    ['RepoType: S3\n  SourceBucketName: sources\n  SourceObjectKey: source.zip', 'S3'],
  ])('a pipeline: %s', (lines, type) => {
    const { pipeline } = parseConfiguration(added('PipelineSettings', `  ${lines}\n`), 'test');
    expect(pipeline?.source.type).toBe(type);
    expect(pipeline?.location).toEqual({ accountId: '000000000000', region: 'eu-west-1' });
  });
});

describe('problems', () => {
  it('are all told at once, each with its path and what is expected', () => {
    const text = localText(
      ['Environment: local', 'Enviroment: local'],
      ['TargetAccountId: 333333333333', 'TargetAccountId: 33333333333'],
      ['LinksProvisioningMode: both', 'LinksProvisioningMode: apii'],
      ['  NotificationEmail: identity-center@example.com\n', '  SupportNestedOU: "true"\n  IsAdUsed: true\n'],
    );
    expect(problemsOf(text).sort()).toEqual([
      expect.stringMatching(/^Enviroment: is not a known property; did you mean Environment\?$/),
      expect.stringMatching(/^Environment: is missing: expected the environment's name/),
      expect.stringMatching(/^Parameters\.DomainName: is missing: expected the directory's domain name/),
      'Parameters.LinksProvisioningMode: expected api, s3 or both (did you mean api?), got "apii"',
      'Parameters.NotificationEmail: is missing: expected an e-mail address',
      expect.stringMatching(/^Parameters\.SupportNestedOU: expected a boolean .*, got "true"$/),
      'PipelineSettings.TargetAccountId: expected an account id of 12 digits, got "33333333333"',
    ]);
  });

  it.each([
    ['no YAML', 'a: [1', /^line 1: /],
    ['an empty file', '', /^Environment: is missing/],
    ['a list', '- a', /expected an object/],
    ['a key given twice', `${localText()}Environment: again\n`, /^line \d+: Map keys must be unique/],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text)).toContainEqual(expect.stringMatching(expected));
  });

  it.each([
    ['Environment: local', 'Environment: 1local', /^Environment: expected .*, got "1local"$/],
    ['Environment: local', `Environment: ${'e'.repeat(21)}`, /^Environment: expected .*at most 20 characters/],
    ['role/link-caller', 'user/link-caller', /^Parameters\.LinkCallerRoleArn: expected the ARN of an IAM role/],
    ['NotificationEmail: identity-center@example.com', 'NotificationEmail: nobody', /expected an e-mail address/],
    [
      'TargetAccountRegion: eu-west-1',
      'TargetAccountRegion: Ireland',
      /^PipelineSettings\.TargetAccountRegion: expected a Region such as eu-west-1, got "Ireland"$/,
    ],
    [
      'arn:aws:iam::333333333333:role/link-caller',
      'arn:aws:iam::333333333334:role/link-caller',
      /^Parameters\.LinkCallerRoleArn: expected a role of the target account 333333333333, got one of account 333333333334$/,
    ],
    [
      'SSOServiceAccountRegion: eu-west-1',
      'SSOServiceAccountRegion: cn-north-1',
      /^PipelineSettings\.SSOServiceAccountRegion: expected a Region of the partition aws/,
    ],
    [
      'SSOServiceAccountRegion: eu-west-1',
      'SSOServiceAccountRegion: us-iso-east-1',
      /^PipelineSettings\.SSOServiceAccountRegion: us-iso-east-1 is in a partition that is not supported$/,
    ],
    [
      'arn:aws:iam::333333333333:role/permission-set-caller',
      'arn:aws-cn:iam::333333333333:role/permission-set-caller',
      /^Parameters\.PermissionSetCallerRoleArn: expected an ARN of the partition aws, got one of aws-cn$/,
    ],
  ])('%s → %s', (from, to, expected) => {
    const problems = changed(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it.each([
    ['RepoType: CODECOMMIT', ['RepoArn']],
    ['RepoType: CODESTAR', ['RepoName', 'CodeStarConnectionArn']],
    ['RepoType: S3', ['SourceBucketName', 'SourceObjectKey']],
  ])('%s needs its own keys', (line, keys) => {
    const problems = problemsOf(added('PipelineSettings', `  ${line}\n`));
    expect(problems).toEqual(
      keys.map((key) => expect.stringMatching(`^PipelineSettings\\.${key}: is missing: expected`)),
    );
  });

  it('a pipeline needs an account', () => {
    const text = added(
      'PipelineSettings',
      '  RepoType: S3\n  SourceBucketName: sources\n  SourceObjectKey: a\n',
    ).replace('  DeploymentAccountId: 000000000000\n', '');
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^PipelineSettings\.DeploymentAccountId: is missing/)]);
  });

  it.each([
    ['Limits: { OutstandingAssignments: 0 }', 'Limits.OutstandingAssignments'],
    ['Limits: { ConcurrentProvisioning: 3 }', 'Limits.ConcurrentProvisioning'],
    ['FullPass: { Schedule: daily }', 'FullPass.Schedule'],
    ['FullPass: { Schedule: rate(1 days) }', 'FullPass.Schedule'],
    ['FullPass: { DriftMode: fix }', 'FullPass.DriftMode'],
    ['Guard: { MaxRemovalPercent: 101 }', 'Guard.MaxRemovalPercent'],
    ['Protected: { NamePrefixes: AWS }', 'Protected.NamePrefixes'],
    ['Protected: { Tags: [{ Value: a }] }', 'Protected.Tags.0.Key'],
    ['IdentityCenterInstanceArn: ssoins-1', 'IdentityCenterInstanceArn'],
    ['IdentityCenterKmsKeyArn: key', 'IdentityCenterKmsKeyArn'],
    ['Audit: { RetentionMode: forever }', 'Audit.RetentionMode'],
    ['Audit: { RetentionYears: 0.5 }', 'Audit.RetentionYears'],
    ['ExportOutputs: yes', 'ExportOutputs'],
  ])('%s', (line, path) => {
    expect(problemsOf(`${localText()}${line}\n`)).toEqual([expect.stringMatching(`^${path}: `)]);
  });

  it('every known key that is misspelled by one letter is recognized', () => {
    const keys = Object.keys(schema.$defs.parameters.properties);
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(), (key, position) => {
        const at = position % key.length;
        const wrong = `${key.slice(0, at)}z${key.slice(at + 1)}`;
        const problems = problemsOf(added('Parameters', `  ${wrong}: 1\n`));
        expect(problems).toContainEqual(`Parameters.${wrong}: is not a known property; did you mean ${key}?`);
      }),
    );
  });
});

describe('every key', () => {
  const example = readFileSync(join(PROJECT_ROOT, 'config', 'env.yaml'), 'utf8');
  const paths = configurationKeys().map(([path]) => path);
  /** What no key accepts: a list where one value is expected, text where a list is. */
  const wrong = (path: string) => (/^Protected\./.test(path) ? 'wrong' : [['wrong']]);

  /** The example with keys set, as text. */
  function exampleWith(values: Readonly<Record<string, unknown>>): string {
    const file = parse(example, { schema: 'failsafe' });
    for (const [path, value] of Object.entries(values)) {
      const keys = path.split('.');
      const last = keys.pop() ?? '';
      let section = file;
      for (const key of keys) {
        section[key] ??= {};
        section = section[key];
      }
      section[last] = value;
    }
    return stringify(file).replaceAll(/"(true|false|\d{1,3})"/g, '$1');
  }
  const pathsOf = (problems: readonly string[]) => problems.map((problem) => problem.slice(0, problem.indexOf(': ')));

  it('of a wrong type is told by its path, alone', () => {
    expect(problemsOf(exampleWith({}))).toEqual([]);
    expect(paths.length).toBeGreaterThan(40);
    const told = paths.map((path) => [path, ...pathsOf(problemsOf(exampleWith({ [path]: wrong(path) })))]);
    expect(told).toEqual(paths.map((path) => [path, path]));
  });

  it('of a wrong type is told in one message with all others', () => {
    const values = Object.fromEntries(paths.map((path) => [path, wrong(path)]));
    expect(pathsOf(problemsOf(exampleWith(values))).sort()).toEqual([...paths].sort());
  });

  it('that is a section is told when it is none', () => {
    const sections = [...new Set(paths.filter((path) => path.includes('.')).map((path) => path.split('.')[0] ?? ''))];
    expect(sections).toHaveLength(7);
    for (const section of sections) {
      expect(problemsOf(exampleWith({ [section]: 'wrong' }))).toEqual([expect.stringMatching(`^${section}: expected`)]);
    }
  });

  it('that is misspelled by one letter is recognized, in every section, all in one message', () => {
    const misspelled = paths.map((path) => path.replace(/(.)$/, (last) => (last === 'z' ? 'y' : 'z')));
    const problems = problemsOf(exampleWith(Object.fromEntries(misspelled.map((path) => [path, 'any']))));
    expect(problems.sort()).toEqual(
      misspelled
        .map((path, index) => `${path}: is not a known property; did you mean ${paths[index]?.split('.').at(-1)}?`)
        .sort(),
    );
  });
});

describe('combinations of accounts and Regions that do not reach each other', () => {
  const repository = (arn: string) => added('PipelineSettings', `  RepoType: CODECOMMIT\n  RepoArn: ${arn}\n`);

  it.each([
    ['arn:aws:codecommit:eu-west-1:333333333333:repo', '333333333333, eu-west-1'],
    ['arn:aws:codecommit:eu-central-1:000000000000:repo', '000000000000, eu-central-1'],
  ])('a repository of another place than the pipeline: %s', (arn, place) => {
    expect(problemsOf(repository(arn))).toEqual([
      `PipelineSettings.RepoArn: expected a repository in the account and Region of the pipeline (000000000000, eu-west-1), got one in ${place}`,
    ]);
  });

  it('a connection of another partition', () => {
    const lines = [
      '  RepoType: CODESTAR',
      '  RepoName: example/repository',
      '  CodeStarConnectionArn: arn:aws-cn:codeconnections:cn-north-1:000000000000:connection/a\n',
    ];
    expect(problemsOf(added('PipelineSettings', lines.join('\n')))).toEqual([
      'PipelineSettings.CodeStarConnectionArn: expected an ARN of the partition aws, got one of aws-cn',
    ]);
  });

  it('a key of another Region than Identity Center', () => {
    const key = (region: string) =>
      `IdentityCenterKmsKeyArn: arn:aws:kms:${region}:111111111111:key/11112222-3333-4444-5555-666677778888\n`;
    const problem = 'expected a key of the Region of Identity Center, eu-west-1, got one of eu-west-2';
    expect(problemsOf(`${localText()}${key('eu-west-1')}`)).toEqual([]);
    expect(problemsOf(`${localText()}${key('eu-west-2')}`)).toEqual([`IdentityCenterKmsKeyArn: ${problem}`]);
    expect(problemsOf(added('Parameters', `  ${key('eu-west-2')}`))).toEqual([
      `Parameters.IdentityCenterKmsKeyArn: ${problem}`,
    ]);
  });

  it('are told with everything else that is wrong', () => {
    const text = repository('arn:aws:codecommit:eu-central-1:333333333333:repo')
      .replace('iam::333333333333:role/link-caller', 'iam::222222222222:role/link-caller')
      .replace('SSOServiceAccountRegion: eu-west-1', 'SSOServiceAccountRegion: us-gov-west-1')
      .replace('Environment: local', 'Environmnt: local');
    expect(problemsOf(text).map((problem) => problem.split(': ')[0])).toEqual([
      'Environment',
      'Environmnt',
      'PipelineSettings.SSOServiceAccountRegion',
      'Parameters.LinkCallerRoleArn',
      'PipelineSettings.RepoArn',
    ]);
  });
});

describe('a pipeline', () => {
  it('has a command for its own file unless one is given', () => {
    const lines = '  RepoType: S3\n  SourceBucketName: sources\n  SourceObjectKey: source.zip\n';
    const { pipeline } = parseConfiguration(added('PipelineSettings', lines), 'config/prod.yaml');
    expect(pipeline?.synthCommand).toBe('npx cdk synth --quiet -c config=config/prod.yaml');
    const given = parseConfiguration(added('PipelineSettings', `${lines}  SynthCommand: make synth\n`), 'test');
    expect(given.pipeline?.synthCommand).toBe('make synth');
  });

  it.each(['', 'developers', 'teams/developers'])('and every role may be bounded: %p', (name) => {
    const text = added('PipelineSettings', `  PermissionsBoundary: ${name}\n`);
    expect(parseConfiguration(text, 'test').permissionsBoundary).toBe(name || undefined);
  });

  it('is not bounded by the ARN of a policy', () => {
    const text = added('PipelineSettings', '  PermissionsBoundary: arn:aws:iam::333333333333:policy/developers\n');
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^PipelineSettings\.PermissionsBoundary: expected the name of the IAM policy/),
    ]);
  });
});
