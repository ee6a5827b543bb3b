import { VirtualClock } from '../../../local/clock';
import { Iam } from '../../../local/cloud/iam';
import type { AuthorizationRequest, PolicyDocument, PolicyStatement, Principal } from '../../../local/cloud/service';
import { ORGANIZATION } from './endpoint';
import { variable } from './policy-variable';

const ACCOUNT = '333333333333';
const OTHER = '222222222222';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const SESSION: Principal = {
  kind: 'role',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/s`,
  roleArn: ROLE,
  sessionName: 's',
};
const ADMIN: Principal = { kind: 'accountKey', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` };
const LAMBDA: Principal = { kind: 'service', accountId: ACCOUNT, arn: 'lambda.amazonaws.com' };
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`;

const allow = (Action: string | string[], Resource: string | string[], more: object = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource: string, more: object = {}): PolicyStatement => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
const document = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const by = (Principal: unknown) => ({ Principal });

interface Case {
  readonly name: string;
  readonly identity?: PolicyStatement[];
  readonly boundary?: PolicyStatement[];
  readonly resource?: PolicyStatement[];
  readonly principal?: Principal;
  readonly action?: string;
  readonly resources?: string[];
  readonly owner?: string;
  readonly context?: Record<string, string>;
  readonly allowed: boolean;
}

const CASES: readonly Case[] = [
  { name: 'nothing allows', allowed: false },
  { name: 'the identity policy allows', identity: [allow('sqs:SendMessage', QUEUE)], allowed: true },
  { name: 'actions ignore case', identity: [allow('SQS:sendmessage', QUEUE)], allowed: true },
  { name: 'another action', identity: [allow('sqs:ReceiveMessage', QUEUE)], allowed: false },
  { name: 'wildcard in the action', identity: [allow('sqs:Send*', QUEUE)], allowed: true },
  { name: 'another resource', identity: [allow('sqs:SendMessage', `${QUEUE}2`)], allowed: false },
  { name: 'wildcard in the resource', identity: [allow('sqs:SendMessage', 'arn:aws:sqs:*:*:que?e')], allowed: true },
  {
    name: 'resource variable',
    identity: [allow('sqs:SendMessage', `arn:aws:sqs:*:${variable('aws:PrincipalAccount')}:queue`)],
    allowed: true,
  },
  {
    name: 'NotAction covers the rest',
    identity: [{ Effect: 'Allow', NotAction: 'sqs:DeleteQueue', Resource: '*' }],
    allowed: true,
  },
  {
    name: 'NotAction leaves out',
    identity: [{ Effect: 'Allow', NotAction: 'sqs:Send*', Resource: '*' }],
    allowed: false,
  },
  {
    name: 'NotResource leaves out',
    identity: [{ Effect: 'Allow', Action: 'sqs:*', NotResource: QUEUE }],
    allowed: false,
  },
  {
    name: 'NotResource covers the rest',
    identity: [{ Effect: 'Allow', Action: 'sqs:*', NotResource: `${QUEUE}2` }],
    allowed: true,
  },
  { name: 'deny wins', identity: [allow('sqs:*', '*'), deny('sqs:SendMessage', QUEUE)], allowed: false },
  { name: 'deny of something else', identity: [allow('sqs:*', '*'), deny('sqs:DeleteQueue', '*')], allowed: true },
  {
    name: 'condition holds',
    identity: [allow('sqs:*', '*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })],
    context: { 'aws:requestedregion': 'eu-west-1' },
    allowed: true,
  },
  {
    name: 'condition fails',
    identity: [allow('sqs:*', '*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })],
    context: { 'aws:requestedregion': 'us-east-1' },
    allowed: false,
  },
  {
    name: 'all resources together',
    identity: [allow('sqs:SendMessage', [QUEUE, KEY])],
    resources: [QUEUE, KEY],
    allowed: true,
  },
  {
    name: 'all resources, by different statements',
    identity: [allow('sqs:SendMessage', QUEUE), allow('sqs:SendMessage', KEY)],
    resources: [QUEUE, KEY],
    allowed: true,
  },
  {
    name: 'one of the resources is missing',
    identity: [allow('sqs:SendMessage', QUEUE)],
    resources: [QUEUE, KEY],
    allowed: false,
  },
  {
    name: 'boundary allows as well',
    identity: [allow('sqs:*', '*')],
    boundary: [allow('sqs:SendMessage', '*')],
    allowed: true,
  },
  { name: 'boundary does not allow', identity: [allow('sqs:*', '*')], boundary: [allow('sns:*', '*')], allowed: false },
  { name: 'boundary alone grants nothing', boundary: [allow('sqs:*', '*')], allowed: false },
  {
    name: 'boundary denies',
    identity: [allow('sqs:*', '*')],
    boundary: [allow('*', '*'), deny('sqs:*', '*')],
    allowed: false,
  },
  {
    name: 'same account: resource policy names the role',
    resource: [allow('sqs:*', QUEUE, by({ AWS: ROLE }))],
    allowed: true,
  },
  { name: 'same account: resource policy names everybody', resource: [allow('sqs:*', QUEUE, by('*'))], allowed: true },
  {
    name: 'same account: resource policy names the account only',
    resource: [allow('sqs:*', QUEUE, by({ AWS: ACCOUNT }))],
    allowed: false,
  },
  {
    name: 'resource policy denies',
    identity: [allow('sqs:*', '*')],
    resource: [deny('sqs:*', '*', by('*'))],
    allowed: false,
  },
  {
    name: 'resource policy denies others',
    identity: [allow('sqs:*', '*')],
    resource: [deny('sqs:*', '*', by({ AWS: OTHER }))],
    allowed: true,
  },
  {
    name: 'TLS-only deny passes: the endpoint stands for TLS',
    identity: [allow('sqs:*', '*')],
    resource: [deny('sqs:*', '*', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    allowed: true,
  },
  { name: 'other account: identity alone', identity: [allow('sqs:*', '*')], owner: OTHER, allowed: false },
  {
    name: 'other account: resource alone',
    resource: [allow('sqs:*', QUEUE, by({ AWS: ROLE }))],
    owner: OTHER,
    allowed: false,
  },
  {
    name: 'other account: both',
    identity: [allow('sqs:*', '*')],
    resource: [allow('sqs:*', QUEUE, by({ AWS: ACCOUNT }))],
    owner: OTHER,
    allowed: true,
  },
  {
    name: 'other account: organization condition',
    identity: [allow('sqs:*', '*')],
    resource: [
      allow('sqs:*', QUEUE, { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } } }),
    ],
    owner: OTHER,
    allowed: true,
  },
  { name: 'account key: everything in its account', principal: ADMIN, allowed: true },
  {
    name: 'account key: resource policy may deny',
    principal: ADMIN,
    resource: [deny('sqs:*', '*', by('*'))],
    allowed: false,
  },
  { name: 'account key: nothing in another account', principal: ADMIN, owner: OTHER, allowed: false },
  {
    name: 'account key: other account allows it',
    principal: ADMIN,
    owner: OTHER,
    resource: [allow('sqs:*', QUEUE, by({ AWS: ACCOUNT }))],
    allowed: true,
  },
  { name: 'service: needs the resource policy', principal: LAMBDA, allowed: false },
  {
    name: 'service: named',
    principal: LAMBDA,
    resource: [allow('sqs:*', QUEUE, by({ Service: 'lambda.amazonaws.com' }))],
    allowed: true,
  },
  {
    name: 'service: another is named',
    principal: LAMBDA,
    resource: [allow('sqs:*', QUEUE, by({ Service: 'sns.amazonaws.com' }))],
    allowed: false,
  },
  {
    name: 'service: source condition holds',
    principal: LAMBDA,
    context: { 'aws:sourcearn': 'arn:aws:lambda:::x' },
    resource: [
      allow('sqs:*', QUEUE, {
        ...by({ Service: 'lambda.amazonaws.com' }),
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:*' } },
      }),
    ],
    allowed: true,
  },
  {
    name: 'service: source condition fails',
    principal: LAMBDA,
    resource: [
      allow('sqs:*', QUEUE, {
        ...by({ Service: 'lambda.amazonaws.com' }),
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:*' } },
      }),
    ],
    allowed: false,
  },
  {
    name: 'key: identity alone',
    action: 'kms:Decrypt',
    resources: [KEY],
    identity: [allow('kms:*', '*')],
    resource: [allow('kms:*', '*', by({ Service: 'sns.amazonaws.com' }))],
    allowed: false,
  },
  {
    name: 'key: policy leaves it to the account, identity allows',
    action: 'kms:Decrypt',
    resources: [KEY],
    identity: [allow('kms:Decrypt', KEY)],
    resource: [allow('kms:*', '*', by({ AWS: ACCOUNT }))],
    allowed: true,
  },
  {
    name: 'key: policy leaves it to the account, identity does not',
    action: 'kms:Decrypt',
    resources: [KEY],
    resource: [allow('kms:*', '*', by({ AWS: ACCOUNT }))],
    allowed: false,
  },
  {
    name: 'key: policy names the role',
    action: 'kms:Decrypt',
    resources: [KEY],
    resource: [allow('kms:*', '*', by({ AWS: ROLE }))],
    allowed: true,
  },
  {
    name: 'key: account key needs the policy too',
    principal: ADMIN,
    action: 'kms:Decrypt',
    resources: [KEY],
    resource: [allow('kms:*', '*', by({ AWS: ROLE }))],
    allowed: false,
  },
];

function setUp(identity: PolicyStatement[], boundary: PolicyStatement[] | undefined): Iam {
  const iam = new Iam({ clock: new VirtualClock(), organization: ORGANIZATION });
  if (boundary !== undefined) iam.addManagedPolicy(ACCOUNT, '/boundary', document(...boundary));
  iam.createRole({
    accountId: ACCOUNT,
    region: 'eu-west-1',
    stackName: 'stack',
    logicalId: 'Worker',
    properties: {
      RoleName: 'worker',
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
      Policies: identity.length === 0 ? [] : [{ PolicyName: 'p', PolicyDocument: document(...identity) }],
      ...(boundary === undefined ? {} : { PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary` }),
    },
  });
  return iam;
}

test.each(CASES)('$name: $allowed', (row) => {
  const iam = setUp(row.identity ?? [], row.boundary);
  const request: AuthorizationRequest = {
    principal: row.principal ?? SESSION,
    action: row.action ?? 'sqs:SendMessage',
    resources: row.resources ?? [QUEUE],
    ...(row.context === undefined ? {} : { context: row.context }),
    ...(row.resource === undefined ? {} : { resourcePolicies: [document(...row.resource)] }),
    ...(row.owner === undefined ? {} : { resourceAccountId: row.owner }),
  };
  if (row.allowed) expect(() => iam.authorize(request)).not.toThrow();
  else expect(() => iam.authorize(request)).toThrow('is not authorized to perform');
});

test('a denial names the missing statement', () => {
  const iam = setUp([], undefined);
  expect(() => iam.authorize({ principal: SESSION, action: 'sqs:SendMessage', resources: [QUEUE] })).toThrow(
    `User: ${SESSION.arn} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} ` +
      'because no identity-based policy allows the sqs:SendMessage action. ' +
      `Missing statement: {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${QUEUE}"}`,
  );
});
