import {
  ENTRIES,
  inModes,
  local,
  localAnd,
  localWith,
  MODES,
  type Mode,
  printed,
  STACKS,
  Synthesized,
} from './synthesized';

const synthesized = new Synthesized(local());

describe('places', () => {
  it('each stack is in its own account and Region', () => {
    const places = STACKS.map((id) => synthesized.stack(id)).map(({ stackName, account, region }) => [
      stackName,
      account,
      region,
    ]);
    expect(places).toEqual([
      ['local-identity-center-extensions-organization', '111111111111', 'us-east-1'],
      ['local-identity-center-extensions-identity-center', '222222222222', 'eu-west-1'],
      ['local-identity-center-extensions-management', '111111111111', 'eu-west-1'],
      ['local-identity-center-extensions-controller', '333333333333', 'eu-west-1'],
    ]);
  });

  it.each([
    ['aws-cn', 'cn-north-1', 'cn-northwest-1'],
    ['aws-us-gov', 'us-gov-east-1', 'us-gov-west-1'],
  ])('in the partition %s no template holds a literal of another one', (partition, region, organizationsRegion) => {
    const elsewhere = new Synthesized(localWith(['eu-west-1', region], ['arn:aws:', `arn:${partition}:`]));
    expect(elsewhere.stack('Organization').region).toBe(organizationsRegion);
    expect(elsewhere.text()).not.toContain('arn:aws:');
    expect(elsewhere.text()).not.toMatch(/eu-west-1|us-east-1/);
  });

  it('no stack refers to another one', () => {
    expect(synthesized.text()).not.toContain('Fn::ImportValue');
    for (const id of STACKS) expect(synthesized.stack(id).dependencies).toEqual([]);
  });

  it('the qualifier of the bootstrap is the configured one', () => {
    const other = new Synthesized(
      localWith(['PipelineSettings:\n', 'PipelineSettings:\n  BootstrapQualifier: special1\n']),
    );
    const buckets = other.ofType('AWS::Lambda::Function').map(({ Properties }) => JSON.stringify(Properties.Code));
    for (const code of buckets) expect(code).toContain('cdk-special1-assets-');
  });
});

describe('resources', () => {
  it('wait for others only where they do not refer to them anyway', () => {
    const waiting = synthesized.all().filter(({ DependsOn }) => DependsOn !== undefined);
    expect(waiting.length).toBeGreaterThan(2);
    const twice = waiting.flatMap(({ DependsOn = [], Properties }) => {
      const text = JSON.stringify(Properties);
      return [DependsOn].flat().filter((id) => text.includes(`{"Ref":"${id}"}`) || text.includes(`["${id}","`));
    });
    expect(twice).toEqual([]);
  });

  it('are of known types; nothing runs at deployment', () => {
    const types = new Set(synthesized.all().map(({ Type }) => Type));
    expect([...types].sort()).toEqual([
      'AWS::ApiGateway::Deployment',
      'AWS::ApiGateway::Method',
      'AWS::ApiGateway::Resource',
      'AWS::ApiGateway::RestApi',
      'AWS::ApiGateway::Stage',
      'AWS::Athena::NamedQuery',
      'AWS::Athena::WorkGroup',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::Table',
      'AWS::Events::EventBus',
      'AWS::Events::EventBusPolicy',
      'AWS::Events::Rule',
      'AWS::Glue::Database',
      'AWS::Glue::Table',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::KMS::Alias',
      'AWS::KMS::Key',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::Logs::QueryDefinition',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Subscription',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::StepFunctions::StateMachine',
    ]);
  });

  it('carry the tags of the application wherever they can', () => {
    const tags = [
      { Key: 'App', Value: 'identity-center-extensions' },
      { Key: 'Environment', Value: 'local' },
    ];
    for (const type of ['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::S3::Bucket']) {
      for (const { Properties } of synthesized.ofType(type)) expect(Properties.Tags).toEqual(tags);
    }
  });

  it('logical ids of what holds data are pinned: another id would be another, empty resource', () => {
    const stateful = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'];
    const ids = Object.entries(synthesized.resources('Controller')).filter(([, { Type }]) => stateful.includes(Type));
    expect(ids.map(([id, { Properties }]) => [id, Properties.TableName ?? Properties.BucketName]).sort()).toEqual([
      ['ArtefactsBucketE018A141', 'local-artefacts-333333333333-eu-west-1'],
      ['AuditTrailBucketA91FD435', 'local-audit-333333333333-eu-west-1'],
      ['ControlTableF3E1E223', 'local-control'],
      ['DataKey17AFBB84', undefined],
      ['LedgerTable38A58B60', 'local-ledger'],
      ['LinksTable3D7ED15B', 'local-links'],
      ['OrganizationTableEB2ED67C', 'local-organization'],
      ['PermissionSetsTable9F196B36', 'local-permission-sets'],
    ]);
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of ids) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });
});

describe('tables', () => {
  const tables = synthesized.ofType('AWS::DynamoDB::Table');

  it('are protected, encrypted with the key, and can be restored', () => {
    expect(tables).toHaveLength(5);
    for (const { Properties } of tables) {
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.anything() },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      });
    }
  });

  it('have the indexes that questions are answered from', () => {
    const indexes = tables.flatMap(({ Properties }) => {
      const list = (Properties.GlobalSecondaryIndexes ?? []) as {
        IndexName: string;
        KeySchema: { AttributeName: string }[];
        Projection: { ProjectionType: string };
      }[];
      return list.map(({ IndexName, KeySchema, Projection }) => [
        Properties.TableName,
        IndexName,
        KeySchema.map(({ AttributeName }) => AttributeName).join(' '),
        Projection.ProjectionType,
      ]);
    });
    expect(indexes).toEqual([
      ['local-links', 'byLinkId', 'linkId', 'ALL'],
      ['local-permission-sets', 'byListed', 'listed pk', 'KEYS_ONLY'],
      ['local-ledger', 'byAccount', 'accountId pk', 'KEYS_ONLY'],
      ['local-ledger', 'byPrincipal', 'principalKey pk', 'KEYS_ONLY'],
      ['local-ledger', 'byPermissionSet', 'permissionSetName pk', 'KEYS_ONLY'],
    ]);
  });
});

describe('functions', () => {
  const functions = synthesized.ofType('AWS::Lambda::Function');
  const entryOf = (name: unknown) => String(name).replace(/^local-/, '');

  it('are our own, and have what all functions have', () => {
    expect(functions.map(({ Properties }) => entryOf(Properties.FunctionName)).sort()).toEqual([...ENTRIES].sort());
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', LogGroup: expect.anything() },
        Environment: {
          Variables: expect.objectContaining({
            POWERTOOLS_SERVICE_NAME: entryOf(Properties.FunctionName),
            POWERTOOLS_LOG_LEVEL: 'INFO',
          }),
        },
      });
    }
  });

  it('have time-outs and memory that fit their work', () => {
    const sizes = functions.map(({ Properties }) => [
      entryOf(Properties.FunctionName),
      Properties.Timeout,
      Properties.MemorySize,
    ]);
    expect(sizes.sort()).toEqual([
      ['apply-assignments', 75, 512],
      ['archive-audit', 60, 512],
      ['commit-plan', 300, 1024],
      ['converge-permission-sets', 75, 512],
      ['expand-scopes', 300, 1536],
      ['full-pass', 900, 1024],
      ['full-pass-api', 29, 512],
      ['import', 900, 1024],
      ['judge-plan', 300, 1024],
      ['link-api', 29, 1024],
      ['link-files', 60, 512],
      ['look-again', 300, 512],
      ['note-and-begin', 30, 512],
      ['permission-set-api', 29, 1024],
      ['permission-set-files', 60, 512],
      ['plan-api', 29, 512],
      ['query-api', 29, 512],
      ['refresh-organization', 300, 1024],
      ['ring-bells', 30, 512],
      ['step-down', 30, 512],
      ['tell-audit', 60, 512],
      ['watch-organization', 300, 512],
    ]);
  });

  const variablesOf = (from: Synthesized) =>
    new Map(
      from.ofType('AWS::Lambda::Function').map(({ Properties }) => {
        const environment = Properties.Environment as { Variables: Record<string, unknown> };
        return [entryOf(Properties.FunctionName), environment.Variables];
      }),
    );

  it.each([
    [false, []],
    [true, ['ring-bells']],
  ])('with ImportCurrentSSOConfiguration %s, who starts the import is %p', (wanted, starters) => {
    const parameters = 'Parameters:\n';
    const asked = `${parameters}  ImportCurrentSSOConfiguration: true\n`;
    const configured = wanted ? new Synthesized(localWith([parameters, asked])) : synthesized;
    const machine = JSON.stringify('local-importCurrentConfigSM').slice(1, -1);
    const told = [...variablesOf(configured)].filter(([, variables]) => JSON.stringify(variables).includes(machine));
    expect(told.map(([entry]) => entry)).toEqual(starters);
    const allowed = configured
      .ofType('AWS::IAM::Role')
      .filter(({ Properties }) => JSON.stringify(Properties.Policies).includes(`stateMachine:${machine}`));
    expect(allowed.map(({ Properties }) => Properties.RoleName)).toEqual(
      starters.map((entry) => `local-${entry}-eu-west-1`),
    );
    const machines = configured.ofType('AWS::StepFunctions::StateMachine');
    expect(machines.map(({ Properties }) => Properties.StateMachineName)).toContain('local-importCurrentConfigSM');
  });

  it('are told of link files in the old format where there are such', () => {
    const parameters = 'Parameters:\n';
    const asked = `${parameters}  UpgradeFromVersionLessThanV303: true\n`;
    const told = (of: Synthesized) =>
      [...variablesOf(of)].filter(([, { DOTTED_LINK_FILES }]) => DOTTED_LINK_FILES === 'true').map(([entry]) => entry);
    expect(told(new Synthesized(localWith([parameters, asked])))).toEqual(['link-files']);
    expect(told(synthesized)).toEqual([]);
  });

  it('are told the settings of the configuration', () => {
    const configured = new Synthesized(
      localWith([
        'Parameters:\n',
        [
          'Guard: { MaxRemovals: 12, MaxRemovalPercent: 34 }',
          'Limits: { OutstandingAssignments: 7, RequestsPerSecond: 9, ConcurrentProvisionings: 2 }',
          'Protected: { NamePrefixes: [AWS, Break], Tags: [{ Key: owner, Value: platform }, { Key: frozen }] }',
          'PolicyReaderRoleName: audit/policy-reader',
          'IdentityCenterInstanceArn: arn:aws:sso:::instance/ssoins-1111222233334444',
          'Parameters:',
          '  IsAdUsed: true',
          '  DomainName: corp.example.com',
          '  SupportNestedOU: true',
          '  FunctionLogMode: Exception\n',
        ].join('\n'),
      ]),
    );
    const variables = variablesOf(configured);
    const instance = { IDENTITY_CENTER_INSTANCE_ARN: 'arn:aws:sso:::instance/ssoins-1111222233334444' };
    const policyReader = { POLICY_READER_ROLE_NAME: 'audit/policy-reader', PARTITION: 'aws' };
    expect(variables.get('apply-assignments')).toMatchObject({
      ...instance,
      ...policyReader,
      OUTSTANDING_ASSIGNMENTS: '7',
      REQUESTS_PER_SECOND: '9',
      IDENTITY_CENTER_REGION: 'eu-west-1',
      PERMISSION_SETS_TABLE: expect.anything(),
      POWERTOOLS_LOG_LEVEL: 'ERROR',
    });
    expect(variables.get('expand-scopes')).toMatchObject({
      ...instance,
      IS_AD_USED: 'true',
      DOMAIN_NAME: 'corp.example.com',
      SUPPORT_NESTED_OU: 'true',
      REQUESTS_PER_SECOND: '9',
      MANAGEMENT_ACCOUNT_ID: '111111111111',
    });
    for (const entry of ['judge-plan', 'link-api', 'permission-set-api']) {
      expect(variables.get(entry)).toMatchObject({ MAX_REMOVALS: '12', MAX_REMOVAL_PERCENT: '34' });
    }
    expect(variables.get('refresh-organization')).toMatchObject({ ORGANIZATIONS_REGION: 'us-east-1' });
    const PROTECTED = '{"namePrefixes":["AWS","Break"],"tags":[{"Key":"owner","Value":"platform"},{"Key":"frozen"}]}';
    expect(variables.get('converge-permission-sets')).toMatchObject({
      ...instance,
      ...policyReader,
      PROTECTED,
      CONCURRENT_PROVISIONINGS: '2',
      REQUESTS_PER_SECOND: '9',
      IDENTITY_CENTER_REGION: 'eu-west-1',
    });
    for (const entry of ['permission-set-api', 'permission-set-files']) {
      expect(variables.get(entry)).toMatchObject({
        ...instance,
        PROTECTED,
        IDENTITY_CENTER_REGION: 'eu-west-1',
        IDENTITY_CENTER_READER_ROLE_ARN: expect.anything(),
      });
    }
  });

  it('are told of no reader that the configuration does not need', () => {
    const variables = variablesOf(synthesized);
    for (const entry of ['permission-set-api', 'permission-set-files']) {
      expect(variables.get(entry)).toMatchObject({ PROTECTED: '{"namePrefixes":["AWS"],"tags":[]}' });
    }
    const ofFiles = Object.keys(variables.get('permission-set-files') ?? {});
    expect(ofFiles.filter((name) => name.startsWith('IDENTITY_CENTER'))).toEqual([]);
    for (const entry of ['apply-assignments', 'converge-permission-sets']) {
      expect(variables.get(entry)).not.toHaveProperty('POLICY_READER_ROLE_NAME');
    }
    expect(variables.get('apply-assignments')).not.toHaveProperty('PERMISSION_SETS_TABLE');
  });

  it('may be invoked only on behalf of one method or rule', () => {
    const permissions = synthesized.ofType('AWS::Lambda::Permission');
    // A permission for each method but GET /permission-sets/{name}/generations, whose is that of GET /permission-sets/{name}.
    expect(permissions).toHaveLength(16);
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toMatch(/^(apigateway|events)\.amazonaws\.com$/);
      expect(printed(Properties.SourceArn)).toMatch(
        /\/prod\/(GET|POST)\/|^<(MinuteBellRule|OrganizationWatchRule|LookAgainSchedulesSetAside)[0-9A-F]{0,8}\.Arn>$/,
      );
    }
  });
});

describe('logs', () => {
  it('exist before they are written, are encrypted, and end', () => {
    const groups = synthesized.ofType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(ENTRIES.length + 5 + 1);
    for (const { Properties } of groups) {
      expect(Properties).toMatchObject({ RetentionInDays: 90, KmsKeyId: expect.anything() });
    }
    const names = groups.map(({ Properties }) => String(Properties.LogGroupName));
    expect(names).toContain('/aws/vendedlogs/states/local-reconcile');
    expect(names).toContain('/aws/vendedlogs/states/local-converge-permission-sets');
    expect(names).toContain('/aws/apigateway/local-api');
  });
});

describe('state machines', () => {
  it.each(['reconcile', 'apply-assignments', 'converge-permission-sets'])('%s', (name) => {
    const [machine] = synthesized
      .ofType('AWS::StepFunctions::StateMachine')
      .filter(({ Properties }) => Properties.StateMachineName === `local-${name}`);
    const definition = String(machine?.Properties.DefinitionString);
    const placeholders = new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder));
    expect(new Set(Object.keys(machine?.Properties.DefinitionSubstitutions ?? {}))).toEqual(placeholders);
    expect(placeholders.size).toBeGreaterThan(0);
    expect(JSON.parse(definition)).toMatchObject({ TimeoutSeconds: expect.any(Number) });
    expect(machine?.Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });
});

describe('tasks of state machines', () => {
  interface Task {
    readonly Type: string;
    readonly Resource: string;
    readonly TimeoutSeconds?: number;
  }

  it('wait longer than their functions can run, so that two attempts of one step never overlap', () => {
    const functions = synthesized.resources('Controller');
    let looked = 0;
    for (const { Properties } of synthesized.ofType('AWS::StepFunctions::StateMachine')) {
      const { States } = JSON.parse(String(Properties.DefinitionString)) as { States: Record<string, Task> };
      const substitutions = Properties.DefinitionSubstitutions as Record<string, { 'Fn::GetAtt': [string, string] }>;
      for (const { Resource, TimeoutSeconds } of Object.values(States).filter(({ Type }) => Type === 'Task')) {
        const [id = ''] = substitutions[Resource.slice(2, -1)]?.['Fn::GetAtt'] ?? [];
        expect(TimeoutSeconds).toBeGreaterThan(Number(functions[id]?.Properties.Timeout));
        looked += 1;
      }
    }
    expect(looked).toBeGreaterThanOrEqual(13);
  });
});

/** The beginning of the logical id of a queue's dead letters. */
function ownDeadLetters(queueName: string): string {
  if (queueName === 'local-audit') return 'AuditTrailQueueDeadLetters';
  return `${queueName.includes('permission-set') ? 'PermissionSetIntake' : 'LinkIntake'}FilesQueueDeadLetters`;
}

const mappingsOf = (from: Synthesized) =>
  from.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);

describe('files', () => {
  const [bucket] = synthesized.ofType('AWS::S3::Bucket');

  it('lie in a bucket that is versioned, encrypted and closed', () => {
    expect(bucket?.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('are announced to the queue of their prefix, to which S3 may send when the bucket is created', () => {
    const notification = bucket?.Properties.NotificationConfiguration as { QueueConfigurations: unknown[] };
    const announced = (prefix: string, queue: RegExp) =>
      ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'].map((Event) => ({
        Event,
        Queue: { 'Fn::GetAtt': [expect.stringMatching(queue), 'Arn'] },
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: prefix }] } },
      }));
    expect(notification.QueueConfigurations).toEqual([
      ...announced('links_data/', /^LinkIntakeFilesQueue\w+$/),
      ...announced('permission_sets/', /^PermissionSetIntakeFilesQueue\w+$/),
    ]);
    expect([...(bucket?.DependsOn ?? [])].sort()).toEqual([
      expect.stringMatching(/^LinkIntakeFilesQueuePolicy/),
      expect.stringMatching(/^PermissionSetIntakeFilesQueuePolicy/),
    ]);
  });

  it('are taken in without a delay, item by item, each kind by its own function', () => {
    const mappings = mappingsOf(synthesized).filter(({ EventSourceArn }) => /Files/.test(printed(EventSourceArn)));
    const ends = mappings.map(
      ({ EventSourceArn, FunctionName }) => `${printed(EventSourceArn)} ${printed(FunctionName)}`,
    );
    expect(ends).toEqual([
      expect.stringMatching(/^<LinkIntakeFilesQueue\w+\.Arn> <LinkIntakeLinkFiles\w+>$/),
      expect.stringMatching(/^<PermissionSetIntakeFilesQueue\w+\.Arn> <PermissionSetIntakePermissionSetFiles\w+>$/),
    ]);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
      });
      expect(mapping).not.toHaveProperty('MaximumBatchingWindowInSeconds');
    }
  });

  it('wait in queues that keep what fails', () => {
    const queues = synthesized.ofType('AWS::SQS::Queue').map(({ Properties }) => Properties);
    expect(queues.map(({ QueueName }) => QueueName).sort()).toEqual([
      'local-audit',
      'local-audit-dead-letters',
      'local-audit-untold-dead-letters',
      'local-events-dead-letters',
      'local-identity-center-events-dead-letters',
      'local-link-files',
      'local-link-files-dead-letters',
      'local-management-events-dead-letters',
      'local-organization-events-dead-letters',
      'local-permission-set-files',
      'local-permission-set-files-dead-letters',
    ]);
    for (const queue of queues.filter((candidate) => 'RedrivePolicy' in candidate)) {
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * 60);
      expect('KmsMasterKeyId' in queue || queue.SqsManagedSseEnabled === true).toBe(true);
      expect(queue).not.toHaveProperty('DelaySeconds');
      const { deadLetterTargetArn } = queue.RedrivePolicy as { deadLetterTargetArn: unknown };
      expect(printed(deadLetterTargetArn)).toMatch(
        new RegExp(`^<${ownDeadLetters(String(queue.QueueName))}\\w+\\.Arn>$`),
      );
    }
    for (const deadLetters of queues.filter((candidate) => !('RedrivePolicy' in candidate))) {
      expect(deadLetters).toMatchObject({ SqsManagedSseEnabled: true });
    }
  });
});

describe('the API', () => {
  const routesOf = (from: Synthesized) =>
    Object.entries(from.resources('Controller'))
      .filter(([, { Type }]) => Type === 'AWS::ApiGateway::Method')
      .map(
        ([id, { Properties }]) =>
          ({ id, ...Properties }) as { id: string; HttpMethod: string; AuthorizationType: string },
      );

  it('is regional and lets IAM decide about every method', () => {
    const [api] = synthesized.ofType('AWS::ApiGateway::RestApi');
    expect(api?.Properties.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
    const routes = routesOf(synthesized);
    expect(routes).toHaveLength(14);
    for (const { AuthorizationType } of routes) expect(AuthorizationType).toBe('AWS_IAM');
    const parts = synthesized.ofType('AWS::ApiGateway::Resource').map(({ Properties }) => Properties.PathPart);
    expect(parts.sort()).toEqual(
      [
        'postLinkData',
        'postPermissionSetData',
        'permission-sets',
        '{name}',
        'generations',
        'requests',
        '{requestId}',
        'links',
        '{linkId}',
        'plans',
        '{planId}',
        'approve',
        'reject',
        'accounts',
        '{accountId}',
        'assignments',
        'assignments',
        'full-pass',
      ].sort(),
    );
  });

  it('has one stage with access logs that hold no bodies', () => {
    const stage = synthesized.only('AWS::ApiGateway::Stage');
    expect(stage).toMatchObject({ StageName: 'prod', TracingEnabled: true });
    const { Format } = stage.AccessLogSetting as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toContain('caller');
    expect(Format).not.toContain('body');
  });
});

describe('outputs', () => {
  const outputsOf = (from: Synthesized): Record<string, { Value: unknown; Export?: { Name: string } }> =>
    from.template('Controller').toJSON().Outputs;

  it('keep the names that users know', () => {
    const outputs = Object.values(outputsOf(synthesized));
    expect(outputs.map((output) => output.Export?.Name).sort()).toEqual([
      'local-account-assignments-location',
      'local-linkApi-endpointURL',
      'local-permission-sets-location',
      'local-permissionSetApi-endpointURL',
    ]);
    const urls = outputs.filter((output) => output.Export?.Name.endsWith('URL')).map(({ Value }) => printed(Value));
    expect(new Set(urls).size).toBe(1);
    expect(urls[0]).toMatch(/^https:\/\/<\w+>\.execute-api\.eu-west-1\.<AWS::URLSuffix>\/<\w+>\/$/);
    const files = outputs
      .filter((output) => output.Export?.Name.endsWith('location'))
      .map(({ Value }) => printed(Value));
    expect(files.sort()).toEqual([
      expect.stringMatching(/^s3:\/\/<ArtefactsBucket\w+>\/links_data\/$/),
      expect.stringMatching(/^s3:\/\/<ArtefactsBucket\w+>\/permission_sets\/$/),
    ]);
  });

  it('are not exported beside an installation that exports the same names', () => {
    const quiet = new Synthesized(localWith(['Parameters:\n', 'ExportOutputs: false\nParameters:\n']));
    const outputs = Object.values(outputsOf(quiet));
    expect(outputs).toHaveLength(4);
    for (const output of outputs) expect(output).not.toHaveProperty('Export');
  });
});

describe('people', () => {
  it('are told by e-mail', () => {
    expect(synthesized.ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties)).toEqual([
      { Protocol: 'email', Endpoint: 'identity-center@example.com', TopicArn: expect.anything() },
    ]);
  });
});

describe('ways to submit', () => {
  const combinations = MODES.flatMap((links) => MODES.map((permissionSets) => [links, permissionSets] as const));

  it.each(combinations)('links: %s, permission sets: %s', (links, permissionSets) => {
    const chosen = new Synthesized(inModes({ links, permissionSets }));
    const named = (type: string, name: string) => chosen.ofType(type).map(({ Properties }) => Properties[name]);
    const posts = <T>(mode: Mode, found: T) => (mode === 's3' ? [] : [found]);
    const files = <T>(mode: Mode, found: T) => (mode === 'api' ? [] : [found]);

    const intake = named('AWS::Lambda::Function', 'FunctionName').filter((name) =>
      /-(link|permission-set)-/.test(`${name}`),
    );
    expect(intake).toEqual([
      ...posts(links, 'local-link-api'),
      ...files(links, 'local-link-files'),
      ...posts(permissionSets, 'local-permission-set-api'),
      ...files(permissionSets, 'local-permission-set-files'),
    ]);
    const queues = ['link-files', 'permission-set-files'].filter(
      (_, index) => [links, permissionSets][index] !== 'api',
    );
    const ofFiles = named('AWS::SQS::Queue', 'QueueName').filter((name) => `${name}`.includes('-files'));
    expect(ofFiles.sort()).toEqual(queues.flatMap((queue) => [`local-${queue}`, `local-${queue}-dead-letters`]));
    const ofQueues = mappingsOf(chosen).filter(({ EventSourceArn }) => /Files/.test(printed(EventSourceArn)));
    expect(ofQueues).toHaveLength(queues.length);
    const [artefacts] = chosen.ofType('AWS::S3::Bucket');
    const { NotificationConfiguration } = artefacts?.Properties ?? {};
    const announced = JSON.stringify(NotificationConfiguration ?? {}).match(/(links_data|permission_sets)\//g) ?? [];
    expect(announced).toEqual([
      ...files(links, ['links_data/', 'links_data/']).flat(),
      ...files(permissionSets, ['permission_sets/', 'permission_sets/']).flat(),
    ]);
    expect(NotificationConfiguration === undefined).toBe(queues.length === 0);
    const methods = named('AWS::ApiGateway::Method', 'HttpMethod');
    expect(methods.filter((method) => method === 'GET')).toHaveLength(9);
    const paths = named('AWS::ApiGateway::Resource', 'PathPart').filter((path) => `${path}`.startsWith('post'));
    expect(paths).toEqual([...posts(links, 'postLinkData'), ...posts(permissionSets, 'postPermissionSetData')]);
    const others = ['approve', 'reject', 'full-pass'];
    expect(methods.filter((method) => method === 'POST')).toHaveLength(paths.length + others.length);
    const outputs = Object.keys(chosen.template('Controller').toJSON().Outputs).filter((id) => id.endsWith('location'));
    expect(outputs.sort()).toEqual([
      ...files(links, 'localaccountassignmentslocation'),
      ...files(permissionSets, 'localpermissionsetslocation'),
    ]);
  });
});

describe('from time to time', () => {
  interface Rule {
    readonly Name: string;
    readonly ScheduleExpression: string;
    readonly State: string;
    readonly Targets: readonly { readonly Arn: unknown; readonly Input?: string }[];
  }

  /** Names of the rules with what they invoke, how often, and with what. */
  const schedulesOf = (from: Synthesized) =>
    from.ofType('AWS::Events::Rule').flatMap(({ Properties }) => {
      if (!('ScheduleExpression' in Properties)) return [];
      const { Name, ScheduleExpression, State, Targets } = Properties as unknown as Rule;
      expect(State).toBe('ENABLED');
      expect(Targets).toHaveLength(1);
      const target = printed(Targets[0]?.Arn).replace(/^<(\w+?)[0-9A-F]{8}\.Arn>$/, '$1');
      return [[Name, ScheduleExpression, target, Targets[0]?.Input]];
    });
  const WATCH = ['local-watch-organization', 'rate(5 minutes)', 'OrganizationWatchWatchOrganization', undefined];
  const MINUTE = ['local-ring-bells', 'rate(1 minute)', 'MinuteBellRingBells', undefined];
  const SET_ASIDE = [
    'local-look-again-set-aside',
    'rate(1 hour)',
    'LookAgainSchedulesLookAgain',
    '{"scope":"setAside"}',
  ];
  const full = (schedule: string) => ['local-full-pass', schedule, FULL_PASS, '{}'];
  const FULL_PASS = 'arn:<AWS::Partition>:states:eu-west-1:333333333333:stateMachine:local-full-pass';

  it('bells are rung, the organization is compared, what was set aside is looked at again, and everything', () => {
    expect(schedulesOf(synthesized).sort()).toEqual([full('rate(1 day)'), SET_ASIDE, MINUTE, WATCH]);
  });

  it('everything is looked at when the configuration says so', () => {
    const schedule = 'cron(0 3 ? * MON-FRI *)';
    const configured = new Synthesized(localAnd(`FullPass: { Schedule: ${schedule} }`));
    expect(schedulesOf(configured).sort()).toEqual([full(schedule), SET_ASIDE, MINUTE, WATCH]);
  });

  it('also where drift is only to be reported; then nobody may have permission sets converged because of an event', () => {
    const reporting = new Synthesized(localAnd('FullPass: { Schedule: rate(2 hours), DriftMode: report }'));
    expect(schedulesOf(reporting).sort()).toEqual([full('rate(2 hours)'), SET_ASIDE, MINUTE, WATCH]);
    const modes = reporting
      .ofType('AWS::Lambda::Function')
      .map(({ Properties }) => (Properties.Environment as { Variables: Record<string, string> }).Variables.DRIFT_MODE)
      .filter((mode) => mode !== undefined);
    expect(modes).toEqual(['report', 'report']);
  });
});
