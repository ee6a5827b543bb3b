import { buildApp } from '../../lib/app';
import type { Configuration } from '../../lib/config';
import { listGrants } from '../../lib/list-grants';
import {
  inModes,
  local,
  localAnd,
  localWith,
  MODES,
  printed,
  projectWithEmptyFunctions,
  type Resource,
  Synthesized,
  statementsOf,
} from './synthesized';
import { temporaryFolder } from './temporary-folder';

const synthesized = new Synthesized(local());
const roles = synthesized.ofType('AWS::IAM::Role');
const grantees = [...roles, ...synthesized.ofType('AWS::IAM::Policy')];

const list = (value: string | readonly string[]) => [value].flat();
const nameOf = ({ Properties }: Resource) => String(Properties.RoleName ?? Properties.PolicyName);
const role = (name: string, from = synthesized): Resource => {
  const found = from.ofType('AWS::IAM::Role').find((candidate) => nameOf(candidate) === name);
  if (!found) throw new Error(`There is no role ${name}.`);
  return found;
};
/** An intrinsic that stands for an ARN, in readable form; everything else as it is. */
const printedArn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('Fn::'))
    ? printed(value)
    : value;
/** Actions of a role by resource, the resources in readable form. */
const rightsOf = (resource: Resource): Record<string, string[]> => {
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource: resources } of statementsOf(resource)) {
    for (const target of [resources].flat().map(printed)) {
      rights[target] = [...(rights[target] ?? []), ...list(Action)].sort();
    }
  }
  return rights;
};

/** Resources that AWS cannot name, or whose names are not known before: the only patterns that are allowed. */
const PATTERNS = [
  /^arn:<AWS::Partition>:logs:eu-west-1:333333333333:log-group:<\w+>:\*$/,
  /^arn:<AWS::Partition>:organizations::111111111111:(account\/o-\*\/\*|ou\/o-\*\/ou-\*)$/,
  /^arn:<AWS::Partition>:sso:::(instance\/\*|permissionSet\/\*\/\*|account\/\*)$/,
  /^arn:<AWS::Partition>:identitystore::(111111111111:identitystore|:group|:user)\/\*$/,
  /^arn:<AWS::Partition>:iam::\*:saml-provider\/AWSSSO_\*_DO_NOT_DELETE$/,
  /^arn:<AWS::Partition>:s3:::local-artefacts-333333333333-eu-west-1\/(full-pass|imports|inventory|links_data|permission_sets|plans)\/\*$/,
  /^arn:<AWS::Partition>:s3:::local-audit-333333333333-eu-west-1\/audit\/\*$/,
  /^arn:<AWS::Partition>:execute-api:eu-west-1:333333333333:<\w+>\/prod\/GET\/(requests\/\*|links\/\*|accounts\/\*\/assignments|permission-sets\/\*)$/,
];
const WITHOUT_RESOURCE =
  /^(xray:\w+|dynamodb:ListStreams|logs:\w+LogDelivery|logs:ListLogDeliveries|logs:PutResourcePolicy|logs:Describe(ResourcePolicies|LogGroups)|sso:ListInstances|organizations:ListAccounts|tag:GetResources)$/;

describe('rights', () => {
  it('name their actions; no managed policies', () => {
    let looked = 0;
    for (const grantee of grantees) {
      expect(grantee.Properties).not.toHaveProperty('ManagedPolicyArns');
      for (const { Action, Effect } of statementsOf(grantee)) {
        expect(Effect).toBe('Allow');
        for (const action of list(Action)) {
          expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
          looked += 1;
        }
      }
    }
    expect(looked).toBeGreaterThan(100);
  });

  it('name their resources but for what is listed', () => {
    const unlisted = grantees.flatMap(statementsOf).flatMap(({ Action, Resource }) => {
      const resources = [Resource].flat().map(printed);
      const open = resources.includes('*') ? list(Action).filter((action) => !WITHOUT_RESOURCE.test(action)) : [];
      const patterns = resources.filter((resource) => resource !== '*' && resource.includes('*'));
      return [...open, ...patterns.filter((resource) => !PATTERNS.some((pattern) => pattern.test(resource)))];
    });
    expect(unlisted).toEqual([]);
  });

  it('to the key are limited to one service', () => {
    const uses = grantees.flatMap((grantee) =>
      statementsOf(grantee).filter(({ Action }) => list(Action).some((action) => action.startsWith('kms:'))),
    );
    expect(uses.length).toBeGreaterThan(10);
    for (const { Condition } of uses) {
      const { StringEquals } = Condition as { StringEquals: Record<string, string[]> };
      expect(StringEquals['kms:ViaService']).toEqual([expect.stringMatching(/^(dynamodb|s3|sqs|sns)\.eu-west-1\./)]);
    }
  });

  it('have reasons, and the list of them is complete', () => {
    const app = buildApp({
      configuration: local(),
      outdir: temporaryFolder(),
      projectRoot: projectWithEmptyFunctions(),
      checks: false,
    });
    const grants = listGrants(app);
    const statements = grantees.flatMap((grantee) => statementsOf(grantee));
    expect(grants).toHaveLength(statements.length);
    for (const { why, purpose } of grants) {
      expect(why).toMatch(/^[A-Z].*\.$/);
      expect(purpose).not.toBe('');
    }
    expect(new Set(grants.map((grant) => grant.role)).size).toBe(grantees.length);
  });
});

describe('functions that work with permission sets, with times of links or with notifications', () => {
  const ringing = (...machines: readonly string[]) =>
    Object.fromEntries(
      machines.map((machine) => [
        `arn:<AWS::Partition>:states:eu-west-1:333333333333:stateMachine:local-${machine}`,
        ['states:StartExecution'],
      ]),
    );
  const on = (...actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`);
  const submitting = {
    '<PermissionSetsTable.Arn>': on('GetItem', 'PutItem', 'UpdateItem'),
    '<LinksTable.Arn>': on('Scan'),
    '<ControlTable.Arn>': on('GetItem', 'PutItem'),
    ...ringing('converge-permission-sets'),
  };
  const readers = {
    'arn:<AWS::Partition>:iam::111111111111:role/local-organization-reader-us-east-1': ['sts:AssumeRole'],
    'arn:<AWS::Partition>:iam::222222222222:role/local-identity-center-reader-eu-west-1': ['sts:AssumeRole'],
  };
  const bucket = 'arn:<AWS::Partition>:s3:::local-artefacts-333333333333-eu-west-1';

  it.each<[entry: string, rights: Record<string, string[]>]>([
    [
      'permission-set-api',
      {
        ...submitting,
        ...readers,
        // A dry run reads what the planner, the guard and the deletion of a permission set read.
        '<LinksTable.Arn>': on('Query', 'Scan'),
        '<LedgerTable.Arn>': on('BatchGetItem', 'Query', 'Scan'),
        '<LedgerTable.Arn>/index/byPermissionSet': on('Query'),
        '<OrganizationTable.Arn>': on('GetItem', 'Query'),
        '<PermissionSetsTable.Arn>': on('GetItem', 'PutItem', 'Query', 'UpdateItem'),
        '<ControlTable.Arn>': on('BatchGetItem', 'GetItem', 'PutItem', 'Query'),
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
    [
      'permission-set-files',
      {
        ...submitting,
        [bucket]: ['s3:ListBucket'],
        [`${bucket}/permission_sets/*`]: ['s3:GetObject'],
        '<PermissionSetIntakeFilesQueue.Arn>': ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        // Through DynamoDB, S3 and SQS.
        '<DataKey.Arn>': Array(3).fill('kms:Decrypt'),
      },
    ],
    [
      'converge-permission-sets',
      {
        '<PermissionSetsTable.Arn>': on('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        '<LinksTable.Arn>': on('Scan'),
        '<LedgerTable.Arn>': on('BatchGetItem'),
        '<LedgerTable.Arn>/index/byPermissionSet': on('Query'),
        '<ControlTable.Arn>': on('ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'),
        ...ringing('converge-permission-sets', 'reconcile'),
        'arn:<AWS::Partition>:iam::222222222222:role/local-permission-set-writer-eu-west-1': ['sts:AssumeRole'],
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
    [
      'look-again',
      {
        '<PermissionSetsTable.Arn>': on('PutItem', 'Query'),
        '<LedgerTable.Arn>': on('Query'),
        '<ControlTable.Arn>': on('GetItem', 'PutItem'),
        ...ringing('converge-permission-sets', 'reconcile'),
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
    [
      'full-pass',
      {
        '<PermissionSetsTable.Arn>': on('GetItem', 'PutItem'),
        '<PermissionSetsTable.Arn>/index/byListed': on('Query'),
        '<LedgerTable.Arn>': on('BatchGetItem', 'Query', 'Scan'),
        '<ControlTable.Arn>': on('ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        [`${bucket}/full-pass/*`]: ['s3:GetObject', 's3:PutObject'],
        [`${bucket}/inventory/*`]: ['s3:GetObject', 's3:PutObject'],
        ...ringing('converge-permission-sets', 'full-pass', 'reconcile'),
        ...readers,
        // Through DynamoDB and S3.
        '<DataKey.Arn>': [...Array(2).fill('kms:Decrypt'), 'kms:GenerateDataKey'],
      },
    ],
    [
      'import',
      {
        '<LinksTable.Arn>': on('GetItem', 'UpdateItem'),
        '<PermissionSetsTable.Arn>': on('GetItem', 'PutItem', 'UpdateItem'),
        '<LedgerTable.Arn>': on('BatchGetItem', 'Query'),
        '<ControlTable.Arn>': on('ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'),
        [`${bucket}/imports/*`]: ['s3:GetObject', 's3:PutObject'],
        'arn:<AWS::Partition>:iam::222222222222:role/local-identity-center-reader-eu-west-1': ['sts:AssumeRole'],
        // Through DynamoDB and S3.
        '<DataKey.Arn>': [...Array(2).fill('kms:Decrypt'), 'kms:GenerateDataKey'],
      },
    ],
    [
      'watch-organization',
      {
        '<OrganizationTable.Arn>': on('GetItem', 'PutItem', 'Query'),
        '<ControlTable.Arn>': on('GetItem', 'PutItem'),
        ...ringing('reconcile'),
        'arn:<AWS::Partition>:iam::111111111111:role/local-organization-reader-us-east-1': ['sts:AssumeRole'],
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
    [
      'link-api',
      {
        // A dry run reads what the planner and the guard read.
        '<LinksTable.Arn>': on('GetItem', 'Query', 'Scan', 'UpdateItem'),
        '<LedgerTable.Arn>': on('Query', 'Scan'),
        '<OrganizationTable.Arn>': on('GetItem', 'Query'),
        '<PermissionSetsTable.Arn>': on('GetItem', 'Query'),
        '<ControlTable.Arn>': on('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query'),
        ...readers,
        ...ringing('reconcile'),
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
    [
      'ring-bells',
      {
        '<LedgerTable.Arn>': on('Query'),
        '<PermissionSetsTable.Arn>': on('Query'),
        '<ControlTable.Arn>': on('BatchGetItem', 'DeleteItem', 'PutItem', 'Query'),
        ...ringing('apply-assignments', 'converge-permission-sets', 'full-pass', 'reconcile'),
        '<NotificationsTopic>': ['sns:Publish'],
        // Through DynamoDB and SNS.
        '<DataKey.Arn>': [...Array(2).fill('kms:Decrypt'), 'kms:GenerateDataKey'],
      },
    ],
    [
      'full-pass-api',
      {
        '<ControlTable.Arn>': on('GetItem', 'PutItem'),
        ...ringing('full-pass'),
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
    [
      'apply-assignments',
      {
        '<LedgerTable.Arn>': on('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        '<ControlTable.Arn>': on('ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'),
        ...ringing('apply-assignments'),
        'arn:<AWS::Partition>:iam::222222222222:role/local-assignment-writer-eu-west-1': ['sts:AssumeRole'],
        '<DataKey.Arn>': ['kms:Decrypt'],
      },
    ],
  ])('%s may do this beside logging and tracing, and nothing else', (entry, rights) => {
    const own = Object.entries(rightsOf(role(`local-${entry}-eu-west-1`)))
      .filter(([resource]) => resource !== '*' && !resource.includes(':log-group:'))
      .map(([resource, actions]) => [resource.replace(/[0-9A-F]{8}(?=[.>])/, ''), actions]);
    expect(Object.fromEntries(own)).toEqual(rights);
  });
});

test('only one function sends to the topic', () => {
  const sending = grantees.filter((grantee) =>
    statementsOf(grantee).some(({ Action }) => list(Action).some((action) => action.startsWith('sns:'))),
  );
  expect(sending.map(nameOf)).toEqual(['local-ring-bells-eu-west-1']);
});

describe('trust', () => {
  const trustOf = (name: string, from = synthesized) =>
    (role(name, from).Properties.AssumeRolePolicyDocument as { Statement: unknown[] }).Statement;

  interface CrossAccountTrust {
    readonly Principal: { readonly AWS: unknown };
    readonly Condition: {
      readonly ArnEquals: Record<string, unknown[]>;
      readonly StringEquals: Record<string, string>;
    };
  }

  /** The roles that may assume a role of another account. */
  const trusted = (name: string, from = synthesized): string[] => {
    const { Condition } = trustOf(name, from)[0] as CrossAccountTrust;
    return Condition.ArnEquals['aws:PrincipalArn']?.map(printed) ?? [];
  };
  const executionRole = (entry: string) => `arn:<AWS::Partition>:iam::333333333333:role/local-${entry}-eu-west-1`;

  it('execution roles trust Lambda, and nobody else', () => {
    for (const { Properties } of synthesized.ofType('AWS::Lambda::Function')) {
      const name = String(Properties.FunctionName);
      expect(trustOf(`${name}-eu-west-1`)).toEqual([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
  });

  it.each(['reconcile', 'apply-assignments', 'converge-permission-sets'])(
    'the role of %s trusts Step Functions for this state machine',
    (name) => {
      const [statement, ...others] = trustOf(`local-${name}-run-eu-west-1`);
      expect(others).toEqual([]);
      const { ArnEquals } = (statement as { Condition: { ArnEquals: Record<string, unknown> } }).Condition;
      expect(printed(ArnEquals['aws:SourceArn'])).toBe(
        `arn:<AWS::Partition>:states:eu-west-1:333333333333:stateMachine:local-${name}`,
      );
      expect(statement).toMatchObject({
        Principal: { Service: 'states.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '333333333333' } },
      });
    },
  );

  it.each([
    [
      'reconcile',
      ['commit-plan', 'expand-scopes', 'judge-plan', 'note-and-begin', 'refresh-organization', 'step-down'],
    ],
    ['apply-assignments', ['apply-assignments']],
    ['converge-permission-sets', ['converge-permission-sets']],
  ])('the role of %s invokes %p and no other function', (name, entries) => {
    const functions = Object.entries(synthesized.resources('Controller')).filter(
      ([, { Type }]) => Type === 'AWS::Lambda::Function',
    );
    const invoked = statementsOf(role(`local-${name}-run-eu-west-1`))
      .filter(({ Action }) => list(Action).includes('lambda:InvokeFunction'))
      .flatMap(({ Resource }) => [Resource].flat().map(printed));
    const names = functions.filter(([id]) => invoked.includes(`<${id}.Arn>`)).map(([, found]) => found);
    expect(names.map(({ Properties }) => Properties.FunctionName).sort()).toEqual(
      entries.map((entry) => `local-${entry}`),
    );
    expect(invoked).toHaveLength(entries.length);
  });

  it.each([
    [
      'local-organization-reader-us-east-1',
      ['refresh-organization', 'expand-scopes', 'full-pass', 'watch-organization', 'link-api', 'permission-set-api'],
    ],
    [
      'local-identity-center-reader-eu-west-1',
      ['expand-scopes', 'full-pass', 'import', 'link-api', 'permission-set-api'],
    ],
    ['local-assignment-writer-eu-west-1', ['apply-assignments']],
    ['local-permission-set-writer-eu-west-1', ['converge-permission-sets']],
  ])('%s trusts the execution roles of %p, of this organization', (name, entries) => {
    const [statement, ...others] = trustOf(name);
    expect(others).toEqual([]);
    const { Principal, Condition } = statement as CrossAccountTrust;
    expect(printed(Principal.AWS)).toBe('arn:<AWS::Partition>:iam::333333333333:root');
    expect(Object.keys(Condition)).toEqual(['ArnEquals', 'StringEquals']);
    expect(Object.keys(Condition.ArnEquals)).toEqual(['aws:PrincipalArn']);
    expect(trusted(name)).toEqual(entries.map(executionRole));
    expect(Condition.StringEquals).toEqual({ 'aws:PrincipalOrgID': `\${aws:ResourceOrgID}` });
  });

  const TAGS = 'Protected: { Tags: [{ Key: owner, Value: platform }] }';

  it('in the reader of Identity Center is given to the intake of files where tags protect permission sets', () => {
    expect(trusted('local-identity-center-reader-eu-west-1', new Synthesized(localAnd(TAGS)))).toEqual(
      ['expand-scopes', 'full-pass', 'import', 'link-api', 'permission-set-api', 'permission-set-files'].map(
        executionRole,
      ),
    );
  });

  it.each<[string, Configuration]>([
    ['as it is', local()],
    ...MODES.map((mode): [string, Configuration] => [
      `with protected tags, permission sets in mode ${mode}`,
      inModes({ permissionSets: mode }, TAGS),
    ]),
    ...MODES.map((mode): [string, Configuration] => [`links in mode ${mode}`, inModes({ links: mode })]),
  ])('whoever is trusted may also assume, and nobody else may: %s', (_, configuration) => {
    const from = new Synthesized(configuration);
    const allowed = from.ofType('AWS::IAM::Role').flatMap((assuming) =>
      statementsOf(assuming)
        .filter(({ Action }) => list(Action).includes('sts:AssumeRole'))
        .flatMap(({ Resource }) => [Resource].flat().map(printed))
        .map((reached) => `arn:<AWS::Partition>:iam::333333333333:role/${nameOf(assuming)} → ${reached}`),
    );
    const reachable = [
      ['111111111111', 'local-organization-reader-us-east-1'],
      ['222222222222', 'local-identity-center-reader-eu-west-1'],
      ['222222222222', 'local-assignment-writer-eu-west-1'],
      ['222222222222', 'local-permission-set-writer-eu-west-1'],
    ] as const;
    const trusting = reachable.flatMap(([accountId, name]) =>
      trusted(name, from).map((assuming) => `${assuming} → arn:<AWS::Partition>:iam::${accountId}:role/${name}`),
    );
    expect(allowed.sort()).toEqual(trusting.sort());
  });
});

describe('what is configured only where it is wanted', () => {
  const READER = 'local-identity-center-reader-eu-west-1';
  const actionsOf = (resource: Resource) => statementsOf(resource).flatMap(({ Action }) => list(Action));

  it('tags of permission sets are read where tags protect them, if no dry run reads them anyway', () => {
    const files = new Synthesized(inModes({ permissionSets: 's3' }));
    expect(actionsOf(role(READER, files))).not.toContain('sso:ListTagsForResource');
    const tagged = new Synthesized(inModes({ permissionSets: 's3' }, 'Protected: { Tags: [{ Key: owner }] }'));
    const rights = rightsOf(role(READER, tagged));
    const open = Object.entries(rights).filter(([, actions]) => actions.includes('sso:ListTagsForResource'));
    expect(open.map(([resource]) => resource)).toEqual([
      'arn:<AWS::Partition>:sso:::instance/*',
      'arn:<AWS::Partition>:sso:::permissionSet/*/*',
    ]);
    // The new right is the only one.
    expect(actionsOf(role(READER, tagged)).filter((action) => action !== 'sso:ListTagsForResource')).toEqual(
      actionsOf(role(READER, files)),
    );
  });

  it('all of a permission set is read where one can be posted, since a dry run compares it', () => {
    const files = actionsOf(role(READER, new Synthesized(inModes({ permissionSets: 's3' }))));
    const added = actionsOf(role(READER)).filter((action) => !files.includes(action));
    expect(added.sort()).toEqual([
      'sso:GetInlinePolicyForPermissionSet',
      'sso:GetPermissionsBoundaryForPermissionSet',
      'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
      'sso:ListManagedPoliciesInPermissionSet',
      'sso:ListTagsForResource',
    ]);
    const tagged = new Synthesized(localAnd('Protected: { Tags: [{ Key: owner }] }'));
    expect(rightsOf(role(READER, tagged))).toEqual(rightsOf(role(READER)));
  });

  it('accounts are asked for their policies where a role for that is named, by the two workers', () => {
    const assuming = (from: Synthesized) =>
      from
        .ofType('AWS::IAM::Role')
        .filter((candidate) => Object.keys(rightsOf(candidate)).some((resource) => resource.includes(':iam::*:role/')))
        .map((candidate) => [nameOf(candidate), rightsOf(candidate)]);
    expect(assuming(synthesized)).toEqual([]);
    const reading = new Synthesized(localAnd('PolicyReaderRoleName: audit/policy-reader'));
    const right = { 'arn:<AWS::Partition>:iam::*:role/audit/policy-reader': ['sts:AssumeRole'] };
    expect(assuming(reading)).toEqual([
      ['local-apply-assignments-eu-west-1', expect.objectContaining(right)],
      ['local-converge-permission-sets-eu-west-1', expect.objectContaining(right)],
    ]);
    const tableOf = (from: Synthesized) =>
      Object.keys(rightsOf(role('local-apply-assignments-eu-west-1', from))).filter((resource) =>
        resource.startsWith('<PermissionSetsTable'),
      );
    expect([tableOf(synthesized).length, tableOf(reading).length]).toEqual([0, 1]);
  });
});

describe('writing to Identity Center', () => {
  const WRITE = /^sso:(Create|Delete|Put|Attach|Detach|Update|Provision|Tag|Untag)/;
  const READS = { '*': ['sso:ListInstances'] };
  const SAML = { 'arn:<AWS::Partition>:iam::*:saml-provider/AWSSSO_*_DO_NOT_DELETE': ['iam:GetSAMLProvider'] };
  const INSTANCE = 'arn:<AWS::Partition>:sso:::instance/*';
  const PERMISSION_SETS = 'arn:<AWS::Partition>:sso:::permissionSet/*/*';
  const ACCOUNTS = 'arn:<AWS::Partition>:sso:::account/*';

  it('is the right of two roles', () => {
    const writers = grantees.filter((grantee) =>
      statementsOf(grantee).some(({ Action }) => list(Action).some((action) => WRITE.test(action))),
    );
    expect(writers.map(nameOf)).toEqual(['local-assignment-writer-eu-west-1', 'local-permission-set-writer-eu-west-1']);
  });

  it('assignments: the rights of their writer are these', () => {
    const submits = ['sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment'];
    const follows = ['Creation', 'Deletion'].flatMap((kind) => [
      `sso:DescribeAccountAssignment${kind}Status`,
      `sso:ListAccountAssignment${kind}Status`,
    ]);
    expect(rightsOf(role('local-assignment-writer-eu-west-1'))).toEqual({
      ...READS,
      ...SAML,
      [INSTANCE]: [...submits, ...follows].sort(),
      [PERMISSION_SETS]: submits,
      [ACCOUNTS]: submits,
    });
  });

  it('permission sets: the rights of their writer are these', () => {
    const inAccounts = ['sso:ListAccountAssignments', 'sso:ProvisionPermissionSet'];
    const ofSets = [
      'sso:AttachCustomerManagedPolicyReferenceToPermissionSet',
      'sso:AttachManagedPolicyToPermissionSet',
      'sso:CreatePermissionSet',
      'sso:DeleteInlinePolicyFromPermissionSet',
      'sso:DeletePermissionSet',
      'sso:DeletePermissionsBoundaryFromPermissionSet',
      'sso:DescribePermissionSet',
      'sso:DetachCustomerManagedPolicyReferenceFromPermissionSet',
      'sso:DetachManagedPolicyFromPermissionSet',
      'sso:GetInlinePolicyForPermissionSet',
      'sso:GetPermissionsBoundaryForPermissionSet',
      'sso:ListAccountsForProvisionedPermissionSet',
      'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
      'sso:ListManagedPoliciesInPermissionSet',
      'sso:ListTagsForResource',
      'sso:PutInlinePolicyToPermissionSet',
      'sso:PutPermissionsBoundaryToPermissionSet',
      'sso:TagResource',
      'sso:UntagResource',
      'sso:UpdatePermissionSet',
    ];
    const ofInstance = [
      'sso:DescribePermissionSetProvisioningStatus',
      'sso:ListPermissionSetProvisioningStatus',
      'sso:ListPermissionSets',
    ];
    expect(rightsOf(role('local-permission-set-writer-eu-west-1'))).toEqual({
      ...READS,
      ...SAML,
      [INSTANCE]: [...inAccounts, ...ofSets, ...ofInstance].sort(),
      [PERMISSION_SETS]: [...inAccounts, ...ofSets].sort(),
      [ACCOUNTS]: inAccounts,
    });
  });

  it.each([
    ['local-assignment-writer-eu-west-1', 'sso:CreateAccountAssignment', true],
    ['local-permission-set-writer-eu-west-1', 'sso:ProvisionPermissionSet', true],
    ['local-permission-set-writer-eu-west-1', 'sso:UpdatePermissionSet', false],
  ])('is limited to the configured instance: %s, %s', (name, action, inAccounts) => {
    const instance = 'arn:aws:sso:::instance/ssoins-1111222233334444';
    const configured = new Synthesized(localAnd(`IdentityCenterInstanceArn: ${instance}`));
    const [statement] = statementsOf(role(name, configured)).filter(({ Action }) => list(Action).includes(action));
    expect([statement?.Resource].flat().map(printed)).toEqual([
      instance,
      'arn:<AWS::Partition>:sso:::permissionSet/ssoins-1111222233334444/*',
      ...(inAccounts ? [ACCOUNTS] : []),
    ]);
    expect(JSON.stringify(statementsOf(role(name, configured)))).not.toMatch(/sso:::(instance\/\*|permissionSet\/\*)/);
  });

  it('includes its key only if there is one', () => {
    const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11112222-3333-4444-5555-666677778888';
    const configured = new Synthesized(
      localWith(['Parameters:\n', `IdentityCenterKmsKeyArn: ${keyArn}\nParameters:\n`]),
    );
    const users = configured
      .ofType('AWS::IAM::Role')
      .filter((candidate) => statementsOf(candidate).some(({ Resource }) => [Resource].flat().includes(keyArn)));
    expect(users.map(nameOf).sort()).toEqual([
      'local-assignment-writer-eu-west-1',
      'local-identity-center-reader-eu-west-1',
      'local-organization-reader-us-east-1',
      'local-permission-set-writer-eu-west-1',
    ]);
    expect(synthesized.text()).not.toContain(keyArn);
  });
});

describe('callers', () => {
  const policy = (name: string, from = synthesized): Resource => {
    const found = from.ofType('AWS::IAM::Policy').find((candidate) => nameOf(candidate) === name);
    if (!found) throw new Error(`There is no policy ${name}.`);
    return found;
  };
  const methodsOf = (resource: Resource) =>
    Object.keys(rightsOf(resource))
      .filter((target) => target.includes(':execute-api:'))
      .map((target) => target.replace(/^.*\/prod\//, ''));

  it('are given a policy on their existing role, whatever its path', () => {
    const withPath = new Synthesized(localWith(['role/link-caller', 'role/teams/access/link-caller']));
    expect(policy('local-link-caller', withPath).Properties.Roles).toEqual(['link-caller']);
  });

  it('of links post links and see what became of them', () => {
    expect(methodsOf(policy('local-link-caller'))).toEqual([
      'POST/postLinkData',
      'GET/requests/*',
      'GET/links',
      'GET/links/*',
      'GET/accounts/*/assignments',
      'GET/assignments',
    ]);
  });

  it('of permission sets post permission sets and see how they stand', () => {
    expect(methodsOf(policy('local-permission-set-caller'))).toEqual([
      'POST/postPermissionSetData',
      'GET/permission-sets',
      'GET/permission-sets/*',
      'GET/requests/*',
    ]);
  });

  it.each([
    ['link', 'links_data/'],
    ['permission-set', 'permission_sets/'],
  ])('(%s) have their prefix %s of the bucket and no other', (kind, prefix) => {
    const rights = rightsOf(policy(`local-${kind}-caller`));
    const bucket = 'arn:<AWS::Partition>:s3:::local-artefacts-333333333333-eu-west-1';
    const others = Object.entries(rights).filter(([target]) => !target.includes(':execute-api:'));
    expect(others).toEqual([
      [`${bucket}/${prefix}*`, ['s3:DeleteObject', 's3:GetObject', 's3:PutObject']],
      [bucket, ['s3:ListBucket']],
      [expect.stringMatching(/^<DataKey\w+\.Arn>$/), ['kms:Decrypt', 'kms:GenerateDataKey']],
    ]);
    const listings = statementsOf(policy(`local-${kind}-caller`)).filter(({ Action }) =>
      list(Action).includes('s3:ListBucket'),
    );
    expect(listings.map(({ Condition }) => Condition)).toEqual([{ StringLike: { 's3:prefix': `${prefix}*` } }]);
  });

  it.each(MODES.flatMap((links) => MODES.map((permissionSets) => [links, permissionSets] as const)))(
    'have what their own way of submitting needs (links: %s, permission sets: %s)',
    (links, permissionSets) => {
      const chosen = new Synthesized(inModes({ links, permissionSets }));
      for (const [kind, mode, post] of [
        ['link', links, 'POST/postLinkData'],
        ['permission-set', permissionSets, 'POST/postPermissionSetData'],
      ] as const) {
        const own = policy(`local-${kind}-caller`, chosen);
        expect(methodsOf(own).filter((method) => method.startsWith('POST'))).toEqual(mode === 's3' ? [] : [post]);
        expect(methodsOf(own)).toContain('GET/requests/*');
        expect(/s3:|kms:/.test(JSON.stringify(statementsOf(own)))).toBe(mode !== 'api');
      }
    },
  );
});

describe('the key', () => {
  const statements = (from: Synthesized) => {
    const { KeyPolicy } = from.only('AWS::KMS::Key');
    return (KeyPolicy as { Statement: { Principal: Record<string, unknown> }[] }).Statement;
  };

  it('rotates, and its policy names the account and the services that use it', () => {
    expect(synthesized.only('AWS::KMS::Key').EnableKeyRotation).toBe(true);
    const principals = statements(synthesized).map(({ Principal }) => printed(Object.values(Principal)[0]));
    expect(principals).toEqual([
      'arn:<AWS::Partition>:iam::333333333333:root',
      'logs.eu-west-1.<AWS::URLSuffix>',
      'cloudwatch.amazonaws.com',
      's3.amazonaws.com',
    ]);
  });

  it('is not open to S3 when S3 announces nothing', () => {
    expect(statements(new Synthesized(inModes({ links: 'api', permissionSets: 'api' })))).toHaveLength(3);
  });

  it.each([
    ['links', { links: 's3', permissionSets: 'api' }],
    ['permission sets', { links: 'api', permissionSets: 'both' }],
  ] as const)('is open to S3 when it announces files of %s', (_, modes) => {
    const open = statements(new Synthesized(inModes(modes))).filter(({ Principal }) => 'Service' in Principal);
    expect(open).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': '333333333333' } },
    });
  });
});

describe('what others may do with our resources', () => {
  it('is to send over TLS, S3 to the queues of files, EventBridge to that of the archive and those of events that could not be delivered, alarms to the topic', () => {
    const documents = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy'].flatMap((type) =>
      synthesized
        .ofType(type)
        .map(({ Properties }) => Properties.PolicyDocument as { Statement: { Effect: string; Resource: unknown }[] }),
    );
    // Three queues with their dead letters, those of four places that send events and of changes that were not told, the topic and two buckets.
    expect(documents).toHaveLength(6 + 4 + 1 + 1 + 2);
    const allowing = documents.flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === 'Allow'));
    const sending = (service: string, account: string, from: string, queue: string) => ({
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Action: 'sqs:SendMessage',
      Resource: expect.stringMatching(new RegExp(`^<${queue}[0-9A-F]{8}\\.Arn>$`)),
      Condition: {
        ArnEquals: { 'aws:SourceArn': `arn:<AWS::Partition>:${from}` },
        StringEquals: { 'aws:SourceAccount': account },
      },
    });
    const events = (account: string, region: string, rule: string, queue = 'EventsDeadLetters') =>
      sending('events', account, `events:${region}:${account}:rule/local-${rule}`, queue);
    const files = (queue: string) =>
      sending('s3', '333333333333', 's3:::local-artefacts-333333333333-eu-west-1', queue);
    expect(allowing.map((statement) => JSON.parse(JSON.stringify(statement), (_, value) => printedArn(value)))).toEqual(
      [
        events('111111111111', 'us-east-1', 'organization-organization'),
        events('111111111111', 'us-east-1', 'organization-tags'),
        events('222222222222', 'eu-west-1', 'identity-center-directory'),
        events('222222222222', 'eu-west-1', 'identity-center-identity-center'),
        events('111111111111', 'eu-west-1', 'management-directory'),
        events('111111111111', 'eu-west-1', 'management-identity-center'),
        files('LinkIntakeFilesQueue'),
        files('PermissionSetIntakeFilesQueue'),
        events('333333333333', 'eu-west-1', 'events/local-events', 'EventIntakeDeadLetters'),
        events('333333333333', 'eu-west-1', 'audit/local-audit', 'AuditTrailQueueDeadLetters'),
        events('333333333333', 'eu-west-1', 'audit/local-audit', 'AuditTrailQueue'),
        expect.objectContaining({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' }),
      ],
    );
    for (const { Statement } of documents) {
      expect(Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });
});
