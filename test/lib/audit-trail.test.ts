import { AUDIT_SOURCE as TOLD_AS } from '../../lambda/aws/event-bridge-audit-bus';
import { AUDIT_PREFIX as KEPT_BELOW } from '../../lambda/domain/audit/audit-objects';
import type { AuditColumn } from '../../lib/audit-table';
import { AUDIT_PREFIX } from '../../lib/constructs/audit-bucket';
import { AUDIT_SOURCE } from '../../lib/constructs/audit-trail';
import { local, localAnd, printed, type Resource, type Statement, Synthesized, statementsOf } from './synthesized';

const synthesized = new Synthesized(local());
const ROLE = (entry: string) => `arn:<AWS::Partition>:iam::333333333333:role/local-${entry}-eu-west-1`;
const bucketOf = (from: Synthesized): Resource => {
  const found = from
    .ofType('AWS::S3::Bucket')
    .find(({ Properties }) => Properties.BucketName === 'local-audit-333333333333-eu-west-1');
  if (!found) throw new Error('There is no audit bucket.');
  return found;
};
const writtenAs = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner) =>
    typeof inner === 'object' && inner !== null && Object.keys(inner).some((key) => key.startsWith('Fn::'))
      ? printed(inner)
      : inner,
  );

describe('what was committed is told', () => {
  test('of each audited table, in order and in batches, only what the function understands', () => {
    const mappings = synthesized
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(({ Properties }) => Properties)
      .filter(({ EventSourceArn }) => /Stream/.test(printed(EventSourceArn)));
    const patterns = mappings.map(({ EventSourceArn, FilterCriteria }) => [
      /^<(\w+?)Table/.exec(printed(EventSourceArn))?.[1],
      (FilterCriteria as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => JSON.parse(Pattern)),
    ]);
    expect(patterns).toEqual([
      ['Control', [{ dynamodb: { Keys: { sk: { S: ['REQUEST', 'PLAN'] } } } }]],
      ['Ledger', [{ dynamodb: { Keys: { pk: { S: [{ prefix: 'arn:' }] } } } }]],
      ['PermissionSets', [{ dynamodb: { Keys: { sk: { S: ['CONVERGENCE'] } } } }]],
    ]);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        BatchSize: 500,
        MaximumBatchingWindowInSeconds: 10,
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        // A stream keeps changes for 24 hours: somebody has the rest of the day.
        MaximumRecordAgeInSeconds: 6 * 3600,
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
      });
    }
  });

  test('from streams with both images, which no other table has', () => {
    const streams = synthesized
      .ofType('AWS::DynamoDB::Table')
      .flatMap(({ Properties: { TableName, StreamSpecification } }) =>
        StreamSpecification ? [[TableName, StreamSpecification]] : [],
      );
    expect(streams).toEqual(
      ['permission-sets', 'ledger', 'control'].map((name) => [
        `local-${name}`,
        { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      ]),
    );
  });

  test('on a bus on which one role alone can put events', () => {
    const [policy] = synthesized
      .ofType('AWS::Events::EventBusPolicy')
      .filter(({ Properties }) => Properties.StatementId === 'one-sender');
    expect(writtenAs(policy?.Properties.Statement)).toEqual({
      Effect: 'Deny',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: 'arn:<AWS::Partition>:events:eu-west-1:333333333333:event-bus/local-audit',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': ROLE('tell-audit') } },
    });
  });

  test('and every event of it reaches the archive', () => {
    const [rule] = synthesized
      .ofType('AWS::Events::Rule')
      .filter(({ Properties }) => Properties.Name === 'local-audit');
    expect(rule?.Properties).toMatchObject({
      EventPattern: { source: [TOLD_AS] },
      Targets: [{ Id: 'archive', DeadLetterConfig: expect.anything() }],
    });
    expect([AUDIT_SOURCE, AUDIT_PREFIX]).toEqual([TOLD_AS, KEPT_BELOW]);
    const [queue] = synthesized
      .ofType('AWS::SQS::Queue')
      .filter(({ Properties }) => Properties.QueueName === 'local-audit');
    // AWS: six times the time-out of the function, and its window.
    expect(queue?.Properties).toMatchObject({ SqsManagedSseEnabled: true, VisibilityTimeout: 6 * 60 + 120 });
    const [mapping] = synthesized
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => /AuditTrailQueue/.test(printed(Properties.EventSourceArn)));
    expect(mapping?.Properties).toMatchObject({ BatchSize: 1_000, MaximumBatchingWindowInSeconds: 120 });
  });
});

describe('what was told is kept', () => {
  test.each([
    ['a year, unless the configuration says otherwise', synthesized, { Mode: 'GOVERNANCE', Years: 1 }],
    [
      'as long as the configuration says',
      new Synthesized(localAnd('Audit: { RetentionMode: COMPLIANCE, RetentionYears: 7 }')),
      { Mode: 'COMPLIANCE', Years: 7 },
    ],
  ])('for %s', (_, from, DefaultRetention) => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = bucketOf(from);
    expect(Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
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
    expect(Properties).not.toHaveProperty('LifecycleConfiguration');
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  test('written by one role, over TLS, and nobody touches for how long', () => {
    const [policy] = synthesized
      .ofType('AWS::S3::BucketPolicy')
      .filter(({ Properties }) => /AuditTrail/.test(printed(Properties.Bucket)));
    const { Statement } = (policy?.Properties.PolicyDocument ?? {}) as { Statement: Statement[] };
    const denied = Statement.map(({ Effect, Principal, Action, Condition }) => [
      Effect,
      Principal,
      Action,
      Condition && writtenAs(Condition),
    ]);
    expect(denied).toEqual([
      ['Deny', '*', 's3:*', { Bool: { 'aws:SecureTransport': 'false' } }],
      ['Deny', '*', 's3:PutObject', { ArnNotEquals: { 'aws:PrincipalArn': ROLE('archive-audit') } }],
      ['Deny', '*', ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutObjectRetention'], undefined],
    ]);
  });

  test('and no role has a right to shorten or delete', () => {
    const allowed = [...synthesized.ofType('AWS::IAM::Role'), ...synthesized.ofType('AWS::IAM::Policy')]
      .flatMap(statementsOf)
      .filter(({ Resource }) => JSON.stringify(Resource).includes('local-audit-333333333333'))
      .flatMap(({ Action }) => Action);
    expect(allowed).toEqual(['s3:PutObject']);
    expect(synthesized.text()).not.toMatch(/"Allow"[^}]*(Bypass|Retention|LegalHold)/);
  });
});

describe('what was kept can be asked for', () => {
  const table = synthesized.only('AWS::Glue::Table').TableInput as {
    Parameters: Record<string, unknown>;
    PartitionKeys: readonly AuditColumn[];
    StorageDescriptor: { Columns: readonly AuditColumn[]; Location: unknown };
  };

  test('in a table over the bucket, by days that nobody has to add', () => {
    expect(printed(table.StorageDescriptor.Location)).toMatch(/^s3:\/\/<AuditTrailBucket\w+>\/audit\/$/);
    expect(table.PartitionKeys.map(({ name, ...rest }) => ({ name, ...rest }))).toHaveLength(1);
    expect(writtenAs(table.Parameters)).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'storage.location.template': expect.stringMatching(/\/audit\/day=\$\{day\}\/$/),
    });
  });

  test('with queries in a workgroup whose results go to the artefacts bucket, encrypted', () => {
    const { WorkGroupConfiguration } = synthesized.only('AWS::Athena::WorkGroup') as {
      WorkGroupConfiguration: {
        ResultConfiguration: { OutputLocation: unknown };
        EnforceWorkGroupConfiguration: boolean;
      };
    };
    expect(WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
    });
    expect(printed(WorkGroupConfiguration.ResultConfiguration.OutputLocation)).toMatch(
      /^s3:\/\/<ArtefactsBucket\w+>\/audit-queries\/$/,
    );
    const queries = synthesized.ofType('AWS::Athena::NamedQuery').map(({ Properties }) => Properties);
    expect(queries.map(({ Name }) => Name)).toEqual([
      'access-to-an-account',
      'by-a-caller',
      'changes-of-a-link',
      'failures',
      'a-request',
    ]);
    for (const { QueryString } of queries)
      expect(QueryString).toContain('FROM local_identity_center_audit.audit_events');
  });
});
