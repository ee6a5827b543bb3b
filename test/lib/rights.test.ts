import { buildApp } from '../../lib/app';
import { listGrants } from '../../lib/list-grants';
import {
  local,
  localWith,
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
const role = (name: string): Resource => {
  const found = roles.find((candidate) => nameOf(candidate) === name);
  if (!found) throw new Error(`There is no role ${name}.`);
  return found;
};
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
  /^arn:<AWS::Partition>:s3:::local-artefacts-333333333333-eu-west-1\/(links_data|plans)\/\*$/,
  /^arn:<AWS::Partition>:execute-api:eu-west-1:333333333333:<\w+>\/prod\/GET\/(requests\/\*|links\/\*|accounts\/\*\/assignments)$/,
];
const WITHOUT_RESOURCE =
  /^(xray:\w+|logs:\w+LogDelivery|logs:ListLogDeliveries|logs:PutResourcePolicy|logs:Describe(ResourcePolicies|LogGroups)|sso:ListInstances|organizations:ListAccounts|tag:GetResources)$/;

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

describe('trust', () => {
  const trustOf = (name: string) =>
    (role(name).Properties.AssumeRolePolicyDocument as { Statement: unknown[] }).Statement;

  it('execution roles trust Lambda, and nobody else', () => {
    for (const { Properties } of synthesized.ofType('AWS::Lambda::Function')) {
      const name = String(Properties.FunctionName);
      expect(trustOf(`${name}-eu-west-1`)).toEqual([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
  });

  it.each(['reconcile', 'apply-assignments'])('the role of %s trusts Step Functions for this state machine', (name) => {
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
  });

  it.each([
    ['local-organization-reader-us-east-1', ['refresh-organization', 'expand-scopes']],
    ['local-identity-center-reader-eu-west-1', ['expand-scopes']],
    ['local-assignment-writer-eu-west-1', ['apply-assignments']],
  ])('%s trusts the execution roles of %p, of this organization', (name, entries) => {
    const [statement, ...others] = trustOf(name);
    expect(others).toEqual([]);
    const { Principal, Condition } = statement as {
      Principal: { AWS: unknown };
      Condition: { ArnEquals: Record<string, unknown[]>; StringEquals: unknown };
    };
    expect(printed(Principal.AWS)).toBe('arn:<AWS::Partition>:iam::333333333333:root');
    expect(Condition.ArnEquals['aws:PrincipalArn']?.map(printed)).toEqual(
      entries.map((entry) => `arn:<AWS::Partition>:iam::333333333333:role/local-${entry}-eu-west-1`),
    );
    expect(Condition.StringEquals).toEqual({ 'aws:PrincipalOrgID': `\${aws:ResourceOrgID}` });
  });

  it('whoever is trusted may also assume, and nobody else may', () => {
    const assuming = roles
      .filter((candidate) => statementsOf(candidate).some(({ Action }) => list(Action).includes('sts:AssumeRole')))
      .map(nameOf);
    expect(assuming.sort()).toEqual([
      'local-apply-assignments-eu-west-1',
      'local-expand-scopes-eu-west-1',
      'local-refresh-organization-eu-west-1',
    ]);
  });
});

describe('writing to Identity Center', () => {
  it('is the right of one role', () => {
    const writers = grantees.filter((grantee) =>
      statementsOf(grantee).some(({ Action }) =>
        list(Action).some((action) => /^sso:(Create|Delete|Put|Attach|Detach|Update|Provision)/.test(action)),
      ),
    );
    expect(writers.map(nameOf)).toEqual(['local-assignment-writer-eu-west-1']);
  });

  it('is limited to the configured instance', () => {
    const instance = 'arn:aws:sso:::instance/ssoins-1111222233334444';
    const configured = new Synthesized(
      localWith(['Parameters:\n', `IdentityCenterInstanceArn: ${instance}\nParameters:\n`]),
    );
    const [writer] = configured
      .ofType('AWS::IAM::Role')
      .filter(({ Properties }) => Properties.RoleName === 'local-assignment-writer-eu-west-1');
    const [create] = (writer ? statementsOf(writer) : []).filter(({ Action }) =>
      list(Action).includes('sso:CreateAccountAssignment'),
    );
    expect([create?.Resource].flat().map(printed)).toEqual([
      instance,
      'arn:<AWS::Partition>:sso:::permissionSet/ssoins-1111222233334444/*',
      'arn:<AWS::Partition>:sso:::account/*',
    ]);
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

  it('of links have their prefix of the bucket and no other', () => {
    const rights = rightsOf(policy('local-link-caller'));
    const bucket = 'arn:<AWS::Partition>:s3:::local-artefacts-333333333333-eu-west-1';
    const inBucket = Object.entries(rights).filter(([target]) => target.startsWith(bucket));
    expect(inBucket).toEqual([
      [`${bucket}/links_data/*`, ['s3:DeleteObject', 's3:GetObject', 's3:PutObject']],
      [bucket, ['s3:ListBucket']],
    ]);
    const [listing] = statementsOf(policy('local-link-caller')).filter(({ Action }) =>
      list(Action).includes('s3:ListBucket'),
    );
    expect(listing?.Condition).toEqual({ StringLike: { 's3:prefix': 'links_data/*' } });
  });

  it('of links have no part of the bucket when links are posted only', () => {
    const posts = new Synthesized(localWith(['LinksProvisioningMode: both', 'LinksProvisioningMode: api']));
    expect(JSON.stringify(statementsOf(policy('local-link-caller', posts)))).not.toMatch(/s3:|kms:/);
  });

  it('of permission sets see what became of what they submitted', () => {
    expect(methodsOf(policy('local-permission-set-caller'))).toEqual(['GET/requests/*']);
    expect(Object.keys(rightsOf(policy('local-permission-set-caller')))).toHaveLength(1);
  });
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
      's3.amazonaws.com',
    ]);
  });

  it('is not open to S3 when S3 announces nothing', () => {
    const posts = new Synthesized(localWith(['LinksProvisioningMode: both', 'LinksProvisioningMode: api']));
    expect(statements(posts)).toHaveLength(2);
  });
});

describe('what others may do with our resources', () => {
  it('is to send over TLS, S3 to the queue of link files', () => {
    const documents = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy'].flatMap((type) =>
      synthesized
        .ofType(type)
        .map(({ Properties }) => Properties.PolicyDocument as { Statement: { Effect: string }[] }),
    );
    expect(documents).toHaveLength(4);
    const allowing = documents.flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === 'Allow'));
    expect(allowing).toEqual([
      expect.objectContaining({
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: expect.anything(), StringEquals: { 'aws:SourceAccount': '333333333333' } },
      }),
    ]);
    for (const { Statement } of documents) {
      expect(Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });
});
