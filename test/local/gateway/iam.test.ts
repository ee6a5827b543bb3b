import type { ResourceInput } from '../../../local/assembly/resource';
import { VirtualClock } from '../../../local/clock';
import { Iam } from '../../../local/cloud/iam';
import type { PolicyStatement, Principal } from '../../../local/cloud/service';
import { ORGANIZATION } from './endpoint';
import { variable } from './policy-variable';

const TARGET = '333333333333';
const CENTER = '222222222222';
const WRITER = `arn:aws:iam::${CENTER}:role/writer`;
const APPLY = `arn:aws:iam::${TARGET}:role/apply`;

const document = (...Statement: PolicyStatement[]) => ({ Version: '2012-10-17', Statement });
const trust = (Principal: unknown, Condition?: PolicyStatement['Condition']) =>
  document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition === undefined ? {} : { Condition }) });
const account = (accountId: string): Principal => ({
  kind: 'accountKey',
  accountId,
  arn: `arn:aws:iam::${accountId}:root`,
});
const service = (name: string): Principal => ({ kind: 'service', accountId: TARGET, arn: name });

function newIam(): { iam: Iam; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, iam: new Iam({ clock, organization: ORGANIZATION }) };
}

function roleInput(accountId: string, RoleName: string, more: Record<string, unknown>): ResourceInput {
  const properties = { RoleName, AssumeRolePolicyDocument: trust({ AWS: accountId }), ...more };
  return { accountId, region: 'eu-west-1', stackName: 'stack', logicalId: RoleName, properties };
}

const policies = (...statements: PolicyStatement[]) => [{ PolicyName: 'p', PolicyDocument: document(...statements) }];
const mayAssume = policies({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: WRITER });

/** The trust of the roles that another account's function may assume before that function's role exists. */
const writerTrust = trust(
  { AWS: `arn:aws:iam::${TARGET}:root` },
  { ArnEquals: { 'aws:PrincipalArn': [APPLY] }, StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
);

function crossAccount(): { iam: Iam; clock: VirtualClock; session: (role: string) => Principal } {
  const { iam, clock } = newIam();
  iam.createRole(roleInput(CENTER, 'writer', { AssumeRolePolicyDocument: writerTrust }));
  iam.createRole(roleInput(TARGET, 'apply', { Policies: mayAssume }));
  iam.createRole(roleInput(TARGET, 'without-right', {}));
  iam.createRole(roleInput(TARGET, 'not-trusted', { Policies: mayAssume }));
  const session = (role: string) =>
    iam.assumeRole({
      roleArn: `arn:aws:iam::${TARGET}:role/${role}`,
      sessionName: 'session',
      principal: account(TARGET),
    }).principal;
  return { iam, clock, session };
}

describe('AssumeRole', () => {
  const assumeWriter = (iam: Iam, principal: Principal) =>
    iam.assumeRole({ roleArn: WRITER, sessionName: 'work', principal });

  test('across accounts: trusted by its ARN and allowed by its own policy', () => {
    const { iam, session } = crossAccount();
    const { principal, userId } = assumeWriter(iam, session('apply'));
    expect(principal).toEqual({
      kind: 'role',
      accountId: CENTER,
      arn: `arn:aws:sts::${CENTER}:assumed-role/writer/work`,
      roleArn: WRITER,
      sessionName: 'work',
    });
    expect(userId).toMatch(/^AROA[0-9A-F]{17}:work$/);
  });

  test.each([
    ['a role that is not in the condition', 'not-trusted', 'because no resource-based policy'],
    ['a role without the right', 'without-right', 'because no resource-based policy'],
  ])('across accounts: refuses %s', (_name, role, message) => {
    const { iam, session } = crossAccount();
    expect(() => assumeWriter(iam, session(role))).toThrow(message);
  });

  test('across accounts: refuses the trusted role when its own policy does not allow it', () => {
    const { iam } = newIam();
    iam.createRole(roleInput(CENTER, 'writer', { AssumeRolePolicyDocument: writerTrust }));
    iam.createRole(roleInput(TARGET, 'apply', {}));
    const { principal } = iam.assumeRole({ roleArn: APPLY, sessionName: 'session', principal: account(TARGET) });
    expect(() => assumeWriter(iam, principal)).toThrow('because no identity-based policy');
  });

  test('refuses the administrator of the trusted account, who is not the role', () => {
    const { iam } = crossAccount();
    expect(() => assumeWriter(iam, account(TARGET))).toThrow('is not authorized to perform: sts:AssumeRole');
  });

  test('refuses a caller outside of the organization', () => {
    const { iam } = newIam();
    const inside = trust({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } });
    iam.createRole(roleInput(CENTER, 'writer', { AssumeRolePolicyDocument: inside }));
    expect(() => assumeWriter(iam, account(TARGET))).not.toThrow();
    expect(() => assumeWriter(iam, account('999999999999'))).toThrow('sts:AssumeRole');
  });

  test('answers AccessDenied for a role that does not exist', () => {
    const { iam } = newIam();
    const attempt = () => iam.assumeRole({ roleArn: WRITER, sessionName: 'work', principal: account(CENTER) });
    expect(attempt).toThrow(expect.objectContaining({ code: 'AccessDenied', statusCode: 403 }));
  });

  test('lets the trusted service in, and no other', () => {
    const { iam } = newIam();
    const lambda = trust({ Service: 'lambda.amazonaws.com' });
    iam.createRole(roleInput(TARGET, 'function', { AssumeRolePolicyDocument: lambda }));
    const roleArn = `arn:aws:iam::${TARGET}:role/function`;
    const attempt = (name: string) => iam.assumeRole({ roleArn, sessionName: 'f', principal: service(name) });
    expect(attempt('lambda.amazonaws.com').principal.roleArn).toBe(roleArn);
    expect(() => attempt('states.amazonaws.com')).toThrow('Service: states.amazonaws.com is not authorized');
  });

  test('weighs the source that a service acts for', () => {
    const { iam } = newIam();
    const states = trust({ Service: 'states.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': TARGET } });
    iam.createRole(roleInput(TARGET, 'machine', { AssumeRolePolicyDocument: states }));
    const attempt = (context: Record<string, string>) =>
      iam.assumeRole({
        roleArn: `arn:aws:iam::${TARGET}:role/machine`,
        sessionName: 'x',
        principal: service('states.amazonaws.com'),
        context,
      });
    expect(() => attempt({ 'aws:sourceaccount': TARGET })).not.toThrow();
    expect(() => attempt({ 'aws:sourceaccount': CENTER })).toThrow('sts:AssumeRole');
  });

  test('sessions end in simulated time', async () => {
    const { iam, clock } = crossAccount();
    const session = iam.assumeRole({
      roleArn: APPLY,
      sessionName: 'session',
      principal: account(TARGET),
      durationSeconds: 900,
    });
    await clock.runUntil(clock.sleep(899_000));
    expect(iam.isExpired(session)).toBe(false);
    await clock.runUntil(clock.sleep(1000));
    expect(iam.isExpired(session)).toBe(true);
  });

  test.each([
    ['longer than the role allows', 7200, 'MaxSessionDuration'],
    ['shorter than 15 minutes', 899, 'DurationSeconds must be'],
  ])('refuses a session %s', (_name, durationSeconds, message) => {
    const { iam } = crossAccount();
    const request = { roleArn: APPLY, sessionName: 's1', principal: account(TARGET), durationSeconds };
    expect(() => iam.assumeRole(request)).toThrow(message);
  });

  test('role chaining is limited to an hour', () => {
    const { iam, session } = crossAccount();
    const request = { roleArn: WRITER, sessionName: 'work', principal: session('apply'), durationSeconds: 3601 };
    expect(() => iam.assumeRole(request)).toThrow('1 hour session limit for roles assumed by role chaining');
  });
});

describe('what is refused at creation', () => {
  const ok: PolicyStatement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
  test.each<[string, Record<string, unknown>, string]>([
    [
      'managed policies',
      { ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] },
      'AWS::IAM::Role property ManagedPolicyArns',
    ],
    [
      'a trust policy that names a missing role',
      { AssumeRolePolicyDocument: trust({ AWS: WRITER }) },
      `Invalid principal in policy: "AWS":"${WRITER}"`,
    ],
    [
      'a trust policy that names a user',
      { AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${TARGET}:user/u` }) },
      'Invalid principal',
    ],
    ['a federated principal', { AssumeRolePolicyDocument: trust({ Federated: 'x' }) }, 'principal type Federated'],
    [
      'a trust policy with a resource',
      { AssumeRolePolicyDocument: document({ ...ok, Principal: '*' }) },
      'prohibited field Resource',
    ],
    [
      'an identity policy with a principal',
      { Policies: policies({ ...ok, Principal: '*' }) },
      'should not specify a principal',
    ],
    [
      'an action without service',
      { Policies: policies({ ...ok, Action: 'SendMessage' }) },
      'must be prefaced by a vendor',
    ],
    ['a resource that is no ARN', { Policies: policies({ ...ok, Resource: 'queue' }) }, 'must be in ARN format'],
    ['an unknown element', { Policies: policies({ ...ok, NotPrincipal: '*' }) }, 'policy element NotPrincipal'],
    [
      'an unknown condition key',
      { Policies: policies({ ...ok, Condition: { Bool: { 'aws:Unknown': 'x' } } }) },
      'condition key aws:Unknown',
    ],
    ['a missing boundary', { PermissionsBoundary: `arn:aws:iam::${TARGET}:policy/none` }, 'does not exist'],
    [
      'too much policy',
      {
        Policies: policies({
          ...ok,
          Resource: Array.from({ length: 200 }, (_, n) => `arn:aws:sqs:eu-west-1:${TARGET}:queue-number-${n}`),
        }),
      },
      'Maximum policy size',
    ],
    ['a name that is too long', { RoleName: 'x'.repeat(65) }, '1-64 characters'],
  ])('%s', (_name, properties, message) => {
    const { iam } = newIam();
    expect(() => iam.createRole(roleInput(TARGET, 'role', properties))).toThrow(message);
  });

  test('a resource policy that names a role which does not exist yet', () => {
    const { iam } = newIam();
    const policy = document({ ...ok, Principal: { AWS: APPLY } });
    expect(() => iam.checkResourcePolicy(policy, 'queue policy of q')).toThrow(`queue policy of q: Invalid principal`);
    iam.createRole(roleInput(TARGET, 'apply', {}));
    expect(iam.checkResourcePolicy(policy, 'queue policy of q')).toEqual(policy);
  });
});

describe('the report', () => {
  const QUEUE = `arn:aws:sqs:eu-west-1:${TARGET}:queue`;
  const unusedOf = (iam: Iam) => iam.report().unused.map(({ action, resource }) => `${action} ${resource}`);

  function setUp(...statements: PolicyStatement[]): { iam: Iam; principal: Principal } {
    const { iam } = newIam();
    iam.createRole(roleInput(TARGET, 'apply', { Policies: policies(...statements) }));
    const { principal } = iam.assumeRole({ roleArn: APPLY, sessionName: 'session', principal: account(TARGET) });
    return { iam, principal };
  }

  test('lists every action of a template on every resource pattern until a call used it', () => {
    const { iam, principal } = setUp({
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
      Resource: [QUEUE, `${QUEUE}-*`],
    });
    iam.authorize({ principal, action: 'sqs:SendMessage', resources: [QUEUE] });
    iam.authorize({ principal, action: 'sqs:ReceiveMessage', resources: [`${QUEUE}-dead`] });
    expect(iam.report().unused).toEqual([
      { role: APPLY, action: 'sqs:ReceiveMessage', resource: QUEUE },
      { role: APPLY, action: 'sqs:SendMessage', resource: `${QUEUE}-*` },
    ]);
  });

  test('expands wildcards to the actions they stand for', () => {
    const { iam, principal } = setUp({ Effect: 'Allow', Action: 'sqs:*Message', Resource: QUEUE });
    iam.authorize({ principal, action: 'sqs:SendMessage', resources: [QUEUE] });
    expect(unusedOf(iam)).toEqual([`sqs:DeleteMessage ${QUEUE}`, `sqs:ReceiveMessage ${QUEUE}`]);
  });

  test('a pattern that stands for no action stays as it is', () => {
    const { iam } = setUp({ Effect: 'Allow', Action: 'sqs:Fly*', Resource: QUEUE });
    expect(unusedOf(iam)).toEqual([`sqs:Fly* ${QUEUE}`]);
  });

  test('a denied call uses nothing, also when one of its resources is allowed', () => {
    const { iam, principal } = setUp({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE });
    expect(() => iam.authorize({ principal, action: 'sqs:SendMessage', resources: [QUEUE, `${QUEUE}2`] })).toThrow();
    expect(iam.report()).toEqual({
      denied: [{ role: APPLY, action: 'sqs:SendMessage', resource: `${QUEUE}2` }],
      unused: [{ role: APPLY, action: 'sqs:SendMessage', resource: QUEUE }],
    });
  });

  test('denies, extra roles and account keys do not count', () => {
    const { iam } = setUp({ Effect: 'Deny', Action: 'sqs:SendMessage', Resource: '*' });
    iam.createOtherRole({ accountId: TARGET, name: 'extra', allow: ['sqs:*'] });
    expect(() =>
      iam.authorize({ principal: account(TARGET), action: 'a:B', resources: ['*'], resourceAccountId: CENTER }),
    ).toThrow();
    expect(iam.report()).toEqual({ denied: [], unused: [] });
  });

  test('a policy attached by a template to a role that was there before counts', () => {
    const { iam } = newIam();
    iam.createCallerRole({ accountId: TARGET, name: 'caller' });
    const PolicyDocument = document({
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: 'arn:aws:execute-api:*:*:*',
    });
    iam.createPolicy({
      ...roleInput(TARGET, 'x', {}),
      properties: { PolicyName: 'call', PolicyDocument, Roles: ['caller'] },
    });
    expect(unusedOf(iam)).toEqual(['execute-api:Invoke arn:aws:execute-api:*:*:*']);
  });
});

describe('statements and the calls that need them', () => {
  const reads = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/a/*' } as const;
  const same = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::bucket/a/*' } as const;
  const writes = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::bucket/*' } as const;

  function asked(statements: readonly PolicyStatement[], ...actions: readonly string[]) {
    const { iam } = newIam();
    iam.createRole(roleInput(TARGET, 'worker', { Policies: policies(...statements) }));
    const roleArn = `arn:aws:iam::${TARGET}:role/worker`;
    const { principal } = iam.assumeRole({ roleArn, sessionName: 'session', principal: account(TARGET) });
    for (const action of actions) iam.authorize({ principal, action, resources: ['arn:aws:s3:::bucket/a/b'] });
    return iam.statements();
  }

  test('a call that only one statement allows shows that it is needed, and so does the trust that let somebody in', () => {
    expect(asked([reads, writes], 's3:GetObject')).toEqual([
      {
        attachedTo: `arn:aws:iam::${TARGET}:role/worker`,
        policy: 'trust',
        actions: ['sts:AssumeRole'],
        call: expect.objectContaining({ principal: `arn:aws:iam::${TARGET}:root`, action: 'sts:AssumeRole' }),
      },
      {
        attachedTo: `arn:aws:iam::${TARGET}:role/worker`,
        policy: 'p',
        actions: ['s3:GetObject'],
        resources: ['arn:aws:s3:::bucket/a/*'],
        call: {
          principal: `arn:aws:iam::${TARGET}:role/worker`,
          action: 's3:GetObject',
          resource: 'arn:aws:s3:::bucket/a/b',
          context: expect.objectContaining({ 'aws:principalaccount': [TARGET] }),
        },
      },
      {
        attachedTo: `arn:aws:iam::${TARGET}:role/worker`,
        policy: 'p',
        actions: ['s3:PutObject'],
        resources: ['arn:aws:s3:::bucket/*'],
      },
    ]);
  });

  test('a statement beside which another allows the same shows nothing, until a call needs it', () => {
    expect(asked([reads, same], 's3:GetObject').map(({ call }) => call !== undefined)).toEqual([true, false, false]);
    const [, ...both] = asked([reads, same], 's3:GetObject', 's3:GetObjectTagging');
    expect(both.map(({ call }) => call?.action)).toEqual([undefined, 's3:GetObjectTagging']);
  });

  test('a policy of a resource is among them, also when its statements are put together anew', () => {
    const { iam } = newIam();
    const lets = (service: string): PolicyStatement => ({
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:eu-west-1:1:queue',
    });
    const statements = [lets('events.amazonaws.com'), lets('sns.amazonaws.com')];
    iam.checkResourcePolicy(document(...statements), 'stack/QueuePolicy');
    iam.authorize({
      principal: { kind: 'service', accountId: TARGET, arn: 'events.amazonaws.com' },
      action: 'sqs:SendMessage',
      resources: ['arn:aws:sqs:eu-west-1:1:queue'],
      resourcePolicies: [document(...statements)],
    });
    const needed = { attachedTo: 'stack/QueuePolicy', policy: 'resource', actions: ['sqs:SendMessage'] };
    expect(iam.statements()).toEqual([
      { ...needed, call: expect.objectContaining({ principal: 'events.amazonaws.com' }) },
      needed,
    ]);
  });
});
