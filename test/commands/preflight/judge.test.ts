import { expectationsOf } from '../../../bin/commands/preflight/expectations';
import { type Facts, notRead, read } from '../../../bin/commands/preflight/facts';
import { exitStatus, judge } from '../../../bin/commands/preflight/judge';
import { reportText } from '../../../bin/commands/preflight/report';
import { loadConfiguration } from '../../../lib/config';
import { env, envAnd, INSTANCE, KEY, soundFacts } from './sound-facts';

const expectations = expectationsOf(env());
const sound = soundFacts(expectations);
const judged = (changed: Partial<Facts>, isDeployed = true, on = expectations) =>
  judge({ ...soundFacts(on), ...changed }, on, { isDeployed });

const organizationRule = '111111111111/us-east-1/env-organization-organization';
const instance = {
  instanceArn: INSTANCE,
  ownerAccountId: '111111111111',
  primaryRegion: 'eu-west-1',
  status: 'ACTIVE',
};
const trail = { name: 'mine', homeRegion: 'eu-west-1', isMultiRegion: false, isLogging: true, recordsWrites: true };
const writers = '222222222222/eu-west-1';

test('sound accounts have no findings, and every check was made', () => {
  const judgement = judged({});
  expect(judgement.findings).toEqual([]);
  expect(judgement.unchecked).toEqual([]);
  expect(judgement.made.length).toBe(28);
  expect(exitStatus(judgement)).toBe(0);
});

test('before the first deployment nothing that the stacks make is asked for', () => {
  const nothing = (facts: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.keys(facts).map((key) => [key, read(undefined)]));
  const before = { rules: nothing(sound.rules), roles: nothing(sound.roles), bus: read(undefined) };
  expect(judged(before, false).findings).toEqual([]);
  const after = judged(before, true).findings.map(({ check }) => check);
  expect(new Set(after)).toEqual(new Set(['rule', 'role', 'bus']));
});

type Case = readonly [what: string, changed: Partial<Facts>, check: string, missing: string, remedy: string];

const STOPPING: readonly Case[] = [
  [
    'another management account',
    { organization: read({ organizationId: 'o-1', managementAccountId: '999999999999', featureSet: 'ALL' }) },
    'organization',
    'managed by the account 999999999999, not 111111111111',
    'Set PipelineSettings.OrgMainAccountId to 999999999999.',
  ],
  [
    'an organization for billing alone',
    {
      organization: read({
        organizationId: 'o-1',
        managementAccountId: '111111111111',
        featureSet: 'CONSOLIDATED_BILLING',
      }),
    },
    'organization',
    'consolidated billing only',
    'aws organizations enable-all-features',
  ],
  [
    'no instance',
    { instances: read([]) },
    'instance',
    'No Identity Center instance is visible in 222222222222',
    'Enable Identity Center',
  ],
  [
    'an account instance',
    { instances: read([{ ...instance, ownerAccountId: '222222222222' }]) },
    'instance',
    `${INSTANCE} is an account instance`,
    'Enable Identity Center for the organization',
  ],
  [
    'two instances',
    {
      instances: read([
        instance,
        { ...instance, instanceArn: 'arn:aws:sso:::instance/ssoins-9', ownerAccountId: '222222222222' },
      ]),
    },
    'instance',
    'More than one instance is visible',
    `Set IdentityCenterInstanceArn: ${INSTANCE}`,
  ],
  [
    'another primary Region',
    { instances: read([{ ...instance, primaryRegion: 'us-west-2' }]) },
    'instance',
    'primary Region in us-west-2, not eu-west-1',
    'Set PipelineSettings.SSOServiceAccountRegion to us-west-2.',
  ],
  [
    'an instance that is being made',
    { instances: read([{ ...instance, status: 'CREATE_IN_PROGRESS' }]) },
    'instance',
    'CREATE_IN_PROGRESS, not ACTIVE',
    'Wait',
  ],
  [
    'permission sets that are not enabled',
    { instances: read([{ ...instance, permissionSetsEnabled: false }]) },
    'instance',
    'Permission sets are not enabled',
    `aws sso-admin update-instance --region eu-west-1 --instance-arn ${INSTANCE} --permission-sets-enabled`,
  ],
  [
    'a key that the configuration does not name',
    { instances: read([{ ...instance, kmsKeyArn: KEY }]) },
    'instance',
    'the configuration names no key',
    `Set IdentityCenterKmsKeyArn: ${KEY}`,
  ],
  [
    'no delegated administrator',
    { delegatedAdministrators: read([]) },
    'delegated-administrator',
    'is not registered as delegated administrator',
    'aws organizations register-delegated-administrator --account-id 222222222222 --service-principal sso.amazonaws.com',
  ],
  [
    'another delegated administrator',
    { delegatedAdministrators: read(['777777777777']) },
    'delegated-administrator',
    '777777777777 is',
    'aws organizations deregister-delegated-administrator --account-id 777777777777',
  ],
  [
    'no trail',
    { trails: { ...sound.trails, [writers]: read([]) } },
    'trail',
    'No trail records management events of eu-west-1',
    'aws cloudtrail create-trail',
  ],
  [
    'a trail of another Region',
    { trails: { ...sound.trails, [writers]: read([{ ...trail, homeRegion: 'us-west-2' }]) } },
    'trail',
    'No trail records management events of eu-west-1',
    'aws cloudtrail update-trail --region us-west-2 --name mine --is-multi-region-trail',
  ],
  [
    'a trail that does not log',
    { trails: { ...sound.trails, [writers]: read([{ ...trail, isLogging: false }]) } },
    'trail',
    'The trail mine does not log',
    'aws cloudtrail start-logging --region eu-west-1 --name mine',
  ],
  [
    'a trail of reads alone',
    { trails: { ...sound.trails, [writers]: read([{ ...trail, recordsWrites: false }]) } },
    'trail',
    'does not record management events that write',
    'aws cloudtrail put-event-selectors --region eu-west-1 --trail-name mine',
  ],
  [
    'a rule that is disabled',
    { rules: { ...sound.rules, [organizationRule]: read({ isEnabled: false, targets: [] }) } },
    'rule',
    'env-organization-organization is disabled',
    'aws events enable-rule --region us-east-1 --name env-organization-organization',
  ],
  [
    'a rule that sends elsewhere',
    {
      rules: {
        ...sound.rules,
        [organizationRule]: read({ isEnabled: true, targets: [{ arn: 'arn:aws:events:::x' }] }),
      },
    },
    'rule',
    `does not send to ${expectations.busArn}`,
    'npx cdk deploy -c config=<name> env-identity-center-extensions-organization',
  ],
  [
    'a rule with another role',
    {
      rules: {
        ...sound.rules,
        [organizationRule]: read({
          isEnabled: true,
          targets: [{ arn: expectations.busArn, roleArn: 'arn:aws:iam::1:role/x' }],
        }),
      },
    },
    'rule',
    'sends with the role arn:aws:iam::1:role/x',
    'npx cdk deploy',
  ],
  [
    'a bus that takes nothing',
    { bus: read([]) },
    'bus',
    'does not let arn:aws:iam::111111111111:role/env-organization-events-us-east-1 send to it',
    'npx cdk deploy -c config=<name> env-identity-center-extensions-controller',
  ],
  [
    'a role that trusts too few',
    { roles: { ...sound.roles, 'assignment-writer': trustOf('arn:aws:iam::333333333333:role/env-other') } },
    'role',
    'does not trust arn:aws:iam::333333333333:role/env-apply-assignments-eu-west-1',
    'npx cdk deploy -c config=<name> env-identity-center-extensions-identity-center',
  ],
  [
    'a role that trusts too many',
    {
      roles: {
        ...sound.roles,
        'assignment-writer': trustOf(
          'arn:aws:iam::333333333333:role/env-apply-assignments-eu-west-1',
          'arn:aws:iam::333333333333:role/env-other',
        ),
      },
    },
    'role',
    'trusts arn:aws:iam::333333333333:role/env-other, which do not need it',
    'npx cdk deploy',
  ],
  [
    'a role that trusts a whole account',
    {
      roles: {
        ...sound.roles,
        'assignment-writer': read([{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::333333333333:root' } }]),
      },
    },
    'role',
    'trusts more than the functions that need it',
    'npx cdk deploy',
  ],
  [
    'no role of those who post links',
    { callerRoles: { ...sound.callerRoles, 'arn:aws:iam::333333333333:role/link-caller': read(false) } },
    'caller-role',
    'role/link-caller does not exist',
    'correct Parameters.LinkCallerRoleArn',
  ],
  [
    'no bootstrap',
    { bootstrap: { ...sound.bootstrap, '333333333333/eu-west-1': read(undefined) } },
    'bootstrap',
    'not bootstrapped in eu-west-1 with the qualifier hnb659fds: the stack env-identity-center-extensions-controller cannot',
    'npx cdk bootstrap aws://333333333333/eu-west-1 --qualifier hnb659fds --trust 444444444444 --cloudformation-execution-policies ' +
      'arn:aws:iam::333333333333:policy/env-cdk-target-data,arn:aws:iam::333333333333:policy/env-cdk-target-compute',
  ],
  [
    'an old bootstrap',
    { bootstrap: { ...sound.bootstrap, '333333333333/eu-west-1': read(5) } },
    'bootstrap',
    'of version 5, older than 6',
    'npx cdk bootstrap aws://333333333333/eu-west-1',
  ],
  [
    'ten concurrent executions',
    { concurrency: read({ limit: 10, unreserved: 10 }) },
    'concurrency',
    '10 of 10 concurrent executions',
    'aws service-quotas request-service-quota-increase --region eu-west-1 --service-code lambda --quota-code L-B99A9384',
  ],
  [
    'no role for the logs of the API',
    { apiGatewayLogRole: read(undefined) },
    'api-log-role',
    'API Gateway has no role to write logs with',
    'aws apigateway update-account --region eu-west-1',
  ],
];

test.each(STOPPING)('%s stops', (_, changed, check, missing, remedy) => {
  const judgement = judged(changed);
  expect(new Set(judgement.findings.map((finding) => finding.check))).toEqual(new Set([check]));
  for (const finding of judgement.findings) expect(finding.severity).toBe('stops');
  expect(judgement.findings[0]?.missing).toContain(missing);
  expect(judgement.findings[0]?.remedy).toContain(remedy);
  expect(exitStatus(judgement)).toBe(1);
});

const WARNING: readonly Case[] = [
  [
    'few concurrent executions',
    { concurrency: read({ limit: 50, unreserved: 50 }) },
    'concurrency',
    '50 of 50',
    '--service-code lambda',
  ],
  [
    'slow starts',
    {
      quotas: {
        ...sound.quotas,
        states: read([{ name: 'StartExecution throttle token refill rate per second', value: 5 }]),
      },
    },
    'quotas',
    'is 5, less than 20',
    '--service-code states',
  ],
  [
    'slow transitions',
    {
      quotas: {
        ...sound.quotas,
        states: read([{ name: 'StateTransition throttle token refill rate per second', value: 5 }]),
      },
    },
    'quotas',
    'is 5, less than 100',
    '--service-code states',
  ],
  [
    'nearly all permission sets',
    { permissionSets: read(3_150) },
    'quotas',
    '3150 of 3500 permission sets',
    '--service-code sso',
  ],
];

test.each(WARNING)('%s warn, and stop nothing', (_, changed, check, missing, remedy) => {
  const judgement = judged(changed);
  expect(judgement.findings).toEqual([expect.objectContaining({ check, severity: 'warns' })]);
  expect(judgement.findings[0]?.missing).toContain(missing);
  expect(judgement.findings[0]?.remedy).toContain(remedy);
  expect(exitStatus(judgement)).toBe(0);
});

describe('the key of Identity Center', () => {
  const keyed = expectationsOf(envAnd(`IdentityCenterKmsKeyArn: ${KEY}`));
  const instances = read([{ ...instance, kmsKeyArn: KEY }]);
  const accounts = ['arn:aws:iam::111111111111:root', 'arn:aws:iam::222222222222:root'];
  const statement = { Effect: 'Allow', Principal: { AWS: accounts }, Action: ['kms:Decrypt'] };
  const withKey = (key: Facts['key']) => judged({ instances, ...(key === undefined ? {} : { key }) }, true, keyed);

  test.each<[string, object]>([
    ['for the accounts', statement],
    [
      'for everybody, of these roles',
      { ...statement, Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/env-*' } } },
    ],
    ['with a pattern of actions', { ...statement, Action: 'kms:Decr*' }],
  ])('is right with a statement %s', (_, allowing) => {
    expect(withKey(read({ state: 'Enabled', statements: [allowing] })).findings).toEqual([]);
  });

  test.each<[string, object]>([
    ['denies', { ...statement, Effect: 'Deny' }],
    ['is about something else', { ...statement, Action: 'kms:DescribeKey' }],
    ['is for another account', { ...statement, Principal: { AWS: 'arn:aws:iam::999999999999:root' } }],
    [
      'is for other roles',
      { ...statement, Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/x' } } },
    ],
    ['is for a service', { ...statement, Principal: { Service: 'sso.amazonaws.com' } }],
  ])('stops when the only statement %s', (_, other) => {
    const { findings } = withKey(read({ state: 'Enabled', statements: [other] }));
    expect(findings).toHaveLength(4);
    const { remedy = '', severity } = findings[0] ?? {};
    expect(severity).toBe('stops');
    const { Condition, Action } = JSON.parse(remedy.slice(remedy.indexOf('{')));
    expect(Action).toBe('kms:Decrypt');
    expect(Condition.ArnEquals['aws:PrincipalArn']).toBe(keyed.roles[0]?.arn);
  });

  test('stops when it does not exist or is disabled', () => {
    expect(withKey(read(undefined)).findings[0]?.missing).toContain('does not exist');
    const disabled = withKey(read({ state: 'Disabled', statements: [statement] })).findings;
    expect(disabled.map(({ remedy }) => remedy)).toEqual([`aws kms enable-key --key-id ${KEY}`]);
  });

  test('warns when Identity Center does not use it', () => {
    const key = read({ state: 'Enabled', statements: [statement] });
    const { findings } = judged({ instances: read([instance]), key }, true, keyed);
    expect(findings).toEqual([expect.objectContaining({ check: 'instance', severity: 'warns' })]);
    expect(findings[0]?.remedy).toBe('Remove IdentityCenterKmsKeyArn from the configuration.');
  });

  test('stops when Identity Center uses another one', () => {
    const key = read({ state: 'Enabled', statements: [statement] });
    const other = read([{ ...instance, kmsKeyArn: KEY.replace('1111', '9999') }]);
    expect(judged({ instances: other, key }, true, keyed).findings[0]?.missing).toContain(`names ${KEY}`);
  });
});

test('a trail of the organization that the management account has is enough for every account', () => {
  const organizationTrail = read([{ ...trail, homeRegion: 'us-west-2', isMultiRegion: true }]);
  const trails = Object.fromEntries(Object.keys(sound.trails).map((place) => [place, organizationTrail]));
  expect(Object.keys(trails)).toEqual(['111111111111/us-east-1', '222222222222/eu-west-1', '111111111111/eu-west-1']);
  expect(judged({ trails }).findings).toEqual([]);
});

test('an instance of the organization that is named is chosen beside an account instance', () => {
  const named = expectationsOf(envAnd(`IdentityCenterInstanceArn: ${INSTANCE}`));
  const beside = {
    ...instance,
    instanceArn: 'arn:aws:sso:::instance/ssoins-9999999999999999',
    ownerAccountId: '222222222222',
  };
  expect(judged({ instances: read([beside, instance]) }, true, named).findings).toEqual([]);
});

test('what cannot be read is told, and is neither good nor bad', () => {
  const denied = notRead('AccessDeniedException: not authorized to perform: lambda:GetAccountSettings');
  const judgement = judged({ concurrency: denied, apiGatewayLogRole: denied });
  expect(judgement.findings).toEqual([]);
  expect(judgement.unchecked.map(({ check, place }) => `${check} ${place}`)).toEqual([
    'concurrency 333333333333/eu-west-1',
    'api-log-role 333333333333/eu-west-1',
  ]);
  expect(exitStatus(judgement)).toBe(2);
  expect(reportText(judgement)).toBe(
    `NOT CHECKED concurrency, api-log-role (target, 333333333333/eu-west-1): ${denied.why}\n` +
      '26 checks made: 0 findings stop, 0 warn; 2 checks could not be made.',
  );
});

test('a finding that stops counts more than what could not be read', () => {
  const judgement = judged({ concurrency: notRead('denied'), instances: read([]) });
  expect(exitStatus(judgement)).toBe(1);
  expect(reportText(judgement)).toMatch(/^STOPS instance \(identity-center, 222222222222\/eu-west-1\): No Identity/);
});

test('where Identity Center is administered in the management account, no delegation is asked for', () => {
  const alone = { ...env(), identityCenter: { accountId: '111111111111', region: 'eu-west-1' } };
  const on = expectationsOf(alone);
  expect(judged({ delegatedAdministrators: read([]) }, true, on).findings).toEqual([]);
  expect(on.stacks.map(({ name }) => name)).toEqual([
    'env-identity-center-extensions-organization',
    'env-identity-center-extensions-identity-center',
    'env-identity-center-extensions-controller',
  ]);
});

test('one account for everything is bootstrapped once per Region, with the policies of all its stacks', () => {
  const configuration = loadConfiguration('env');
  const one = (region: string) => ({ accountId: '111111111111', region });
  const { pipeline: _, ...others } = configuration;
  const on = expectationsOf({ ...others, identityCenter: one('eu-west-1'), target: one('eu-west-1') });
  const nowhere = Object.fromEntries(
    ['us-east-1', 'eu-west-1'].map((region) => [`111111111111/${region}`, read(undefined)]),
  );
  const remedies = judged({ bootstrap: nowhere }, true, on).findings.map(({ remedy }) => remedy.split(' --cloud'));
  expect(remedies.map(([command]) => command)).toEqual([
    'npx cdk bootstrap aws://111111111111/us-east-1 --qualifier hnb659fds',
    'npx cdk bootstrap aws://111111111111/eu-west-1 --qualifier hnb659fds',
  ]);
  expect(remedies[1]?.[1]).toMatch(/identity-center,.*target-data,.*target-compute$/);
});

function trustOf(...trusted: readonly string[]) {
  const Condition = { ArnEquals: { 'aws:PrincipalArn': trusted }, StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
  return read([{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::333333333333:root' }, Condition }]);
}
