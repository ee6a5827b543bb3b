import { ENTRIES, local, localWith, printed, STACKS, Synthesized } from './synthesized';

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
  it('are of known types; nothing runs at deployment', () => {
    const types = new Set(synthesized.all().map(({ Type }) => Type));
    expect([...types].sort()).toEqual([
      'AWS::ApiGateway::Deployment',
      'AWS::ApiGateway::Method',
      'AWS::ApiGateway::Resource',
      'AWS::ApiGateway::RestApi',
      'AWS::ApiGateway::Stage',
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::KMS::Alias',
      'AWS::KMS::Key',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
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
      ['ControlTableF3E1E223', 'local-control'],
      ['DataKey17AFBB84', undefined],
      ['LedgerTable38A58B60', 'local-ledger'],
      ['LinksTable3D7ED15B', 'local-links'],
      ['OrganizationTableEB2ED67C', 'local-organization'],
    ]);
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of ids) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });
});

describe('tables', () => {
  const tables = synthesized.ofType('AWS::DynamoDB::Table');

  it('are protected, encrypted with the key, and can be restored', () => {
    expect(tables).toHaveLength(4);
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
      ['commit-plan', 300, 1024],
      ['expand-scopes', 300, 1536],
      ['judge-plan', 60, 512],
      ['link-api', 29, 512],
      ['link-files', 60, 512],
      ['note-and-begin', 30, 512],
      ['query-api', 29, 512],
      ['refresh-organization', 300, 1024],
      ['ring-bells', 30, 512],
      ['step-down', 30, 512],
    ]);
  });

  it('are told the settings of the configuration', () => {
    const configured = new Synthesized(
      localWith([
        'Parameters:\n',
        [
          'Limits: { OutstandingAssignments: 7, RequestsPerSecond: 9 }',
          'IdentityCenterInstanceArn: arn:aws:sso:::instance/ssoins-1111222233334444',
          'Parameters:',
          '  IsAdUsed: true',
          '  DomainName: corp.example.com',
          '  SupportNestedOU: true',
          '  FunctionLogMode: Exception\n',
        ].join('\n'),
      ]),
    );
    const variables = new Map(
      configured.ofType('AWS::Lambda::Function').map(({ Properties }) => {
        const environment = Properties.Environment as { Variables: Record<string, unknown> };
        return [entryOf(Properties.FunctionName), environment.Variables];
      }),
    );
    const instance = { IDENTITY_CENTER_INSTANCE_ARN: 'arn:aws:sso:::instance/ssoins-1111222233334444' };
    expect(variables.get('apply-assignments')).toMatchObject({
      ...instance,
      OUTSTANDING_ASSIGNMENTS: '7',
      REQUESTS_PER_SECOND: '9',
      IDENTITY_CENTER_REGION: 'eu-west-1',
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
    expect(variables.get('refresh-organization')).toMatchObject({ ORGANIZATIONS_REGION: 'us-east-1' });
  });

  it('may be invoked only on behalf of one method or rule', () => {
    const permissions = synthesized.ofType('AWS::Lambda::Permission');
    expect(permissions).toHaveLength(7);
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toMatch(/^(apigateway|events)\.amazonaws\.com$/);
      expect(printed(Properties.SourceArn)).toMatch(/\/prod\/(GET|POST)\/|^<MinuteBellRule\w+\.Arn>$/);
    }
  });
});

describe('logs', () => {
  it('exist before they are written, are encrypted, and end', () => {
    const groups = synthesized.ofType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(ENTRIES.length + 3);
    for (const { Properties } of groups) {
      expect(Properties).toMatchObject({ RetentionInDays: 90, KmsKeyId: expect.anything() });
    }
    const names = groups.map(({ Properties }) => String(Properties.LogGroupName));
    expect(names).toContain('/aws/vendedlogs/states/local-reconcile');
    expect(names).toContain('/aws/apigateway/local-api');
  });
});

describe('state machines', () => {
  it.each(['reconcile', 'apply-assignments'])('%s', (name) => {
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
    expect(looked).toBeGreaterThanOrEqual(7);
  });
});

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

  it('are announced to a queue that S3 may send to when the bucket is created', () => {
    const notification = bucket?.Properties.NotificationConfiguration as { QueueConfigurations: unknown[] };
    const filter = { S3Key: { Rules: [{ Name: 'prefix', Value: 'links_data/' }] } };
    expect(notification.QueueConfigurations).toEqual([
      { Event: 's3:ObjectCreated:*', Queue: expect.anything(), Filter: filter },
      { Event: 's3:ObjectRemoved:*', Queue: expect.anything(), Filter: filter },
    ]);
    expect(bucket?.DependsOn).toEqual([expect.stringMatching(/^LinkIntakeLinkFilesQueuePolicy/)]);
  });

  it('are taken in without a delay, item by item', () => {
    const [mapping] = synthesized.ofType('AWS::Lambda::EventSourceMapping');
    expect(mapping?.Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
    expect(mapping?.Properties).not.toHaveProperty('MaximumBatchingWindowInSeconds');
    const queues = synthesized.ofType('AWS::SQS::Queue');
    const [queue] = queues.filter(({ Properties }) => 'RedrivePolicy' in Properties);
    const [deadLetters] = queues.filter(({ Properties }) => !('RedrivePolicy' in Properties));
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * 60);
    expect(queue?.Properties).toHaveProperty('KmsMasterKeyId');
    expect(queue?.Properties).not.toHaveProperty('DelaySeconds');
    expect(deadLetters?.Properties).toMatchObject({ SqsManagedSseEnabled: true });
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
    expect(routes).toHaveLength(6);
    for (const { AuthorizationType } of routes) expect(AuthorizationType).toBe('AWS_IAM');
    const parts = synthesized.ofType('AWS::ApiGateway::Resource').map(({ Properties }) => Properties.PathPart);
    expect(parts.sort()).toEqual(
      [
        'postLinkData',
        'requests',
        '{requestId}',
        'links',
        '{linkId}',
        'accounts',
        '{accountId}',
        'assignments',
        'assignments',
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

  it('takes links only in the modes api and both', () => {
    const files = new Synthesized(localWith(['LinksProvisioningMode: both', 'LinksProvisioningMode: s3']));
    expect(routesOf(files).map(({ HttpMethod }) => HttpMethod)).toEqual(Array(5).fill('GET'));
    expect(files.ofType('AWS::SQS::Queue')).toHaveLength(2);
    const posts = new Synthesized(localWith(['LinksProvisioningMode: both', 'LinksProvisioningMode: api']));
    expect(routesOf(posts).map(({ HttpMethod }) => HttpMethod)).toContain('POST');
    expect(posts.ofType('AWS::SQS::Queue')).toEqual([]);
    expect(posts.ofType('AWS::S3::Bucket')[0]?.Properties).not.toHaveProperty('NotificationConfiguration');
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

describe('each minute', () => {
  it('bells are rung', () => {
    const [rule] = synthesized.ofType('AWS::Events::Rule');
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  });
});
