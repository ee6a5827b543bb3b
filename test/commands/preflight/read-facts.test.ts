import type { Clients } from '../../../bin/commands/preflight/clients';
import { expectationsOf } from '../../../bin/commands/preflight/expectations';
import { exitStatus, judge } from '../../../bin/commands/preflight/judge';
import { readFacts } from '../../../bin/commands/preflight/read-facts';
import type { Configuration, Location } from '../../../lib/config/configuration';
import { env, envAnd, INSTANCE, KEY, soundFacts } from './sound-facts';

type Input = Readonly<Record<string, unknown>>;
type Answers = Readonly<Record<string, (input: Input, place: Location) => unknown>>;

/** Answers of sound accounts, as AWS writes them: pages, percent-encoding, ARNs of trails, statements without brackets. */
function soundAnswers(configuration: Configuration): Answers {
  const expectations = expectationsOf(configuration);
  const sound = soundFacts(expectations);
  const contentOf = (reading: { isRead: boolean } | undefined) => (reading as { value?: unknown } | undefined)?.value;
  return {
    DescribeOrganization: () => ({ Organization: { Id: 'o-1', MasterAccountId: '111111111111', FeatureSet: 'ALL' } }),
    ListDelegatedAdministrators: ({ NextToken, ServicePrincipal }) => {
      if (ServicePrincipal !== 'sso.amazonaws.com') return { DelegatedAdministrators: [] };
      return NextToken === 'more' ? { DelegatedAdministrators: [{ Id: '222222222222' }] } : { NextToken: 'more' };
    },
    ListInstances: ({ NextToken }) =>
      NextToken === 'more' || NextToken === undefined
        ? { Instances: [{ InstanceArn: INSTANCE, OwnerAccountId: '111111111111', PrimaryRegion: 'eu-west-1' }] }
        : {},
    DescribeInstance: () => ({
      Status: 'ACTIVE',
      PermissionSetsEnabled: true,
      EncryptionConfigurationDetails: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: KEY },
    }),
    ListPermissionSets: ({ NextToken }) =>
      NextToken === 'more' ? { PermissionSets: ['b'] } : { PermissionSets: ['a'], NextToken: 'more' },
    DescribeTrails: () => ({
      trailList: [
        { Name: 'organization', TrailARN: 'arn:of:trail', HomeRegion: 'us-east-1', IsMultiRegionTrail: true },
      ],
    }),
    GetTrailStatus: ({ Name }) => ({ IsLogging: Name === 'arn:of:trail' }),
    GetEventSelectors: () => ({
      AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
    }),
    GetParameter: ({ Name }) => ({ Parameter: { Value: Name === '/cdk-bootstrap/hnb659fds/version' ? '30' : '1' } }),
    DescribeRule: () => ({ State: 'ENABLED' }),
    ListTargetsByRule: ({ Rule }) => {
      const { roleArn } = expectations.rules.find(({ name }) => name === Rule) ?? {};
      return { Targets: [{ Arn: expectations.busArn, RoleArn: roleArn }] };
    },
    DescribeEventBus: () => ({ Policy: JSON.stringify({ Statement: (contentOf(sound.bus) as unknown[])[0] }) }),
    GetRole: ({ RoleName }) => {
      const role = expectations.roles.find(({ name }) => name === RoleName)?.role;
      const Statement = role === undefined ? [] : contentOf(sound.roles[role]);
      return { Role: { AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Statement })) } };
    },
    DescribeKey: () => ({ KeyMetadata: { KeyState: 'Enabled' } }),
    GetKeyPolicy: () => ({
      Policy: JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt' } }),
    }),
    GetAccountSettings: () => ({ AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 900 } }),
    GetAccount: () => ({ cloudwatchRoleArn: 'arn:aws:iam::333333333333:role/api-logs' }),
    ListServiceQuotas: ({ ServiceCode, NextToken }) => {
      if (NextToken === undefined) return { Quotas: [{ QuotaName: 'something', Value: 1 }], NextToken: 'more' };
      const QuotaName =
        ServiceCode === 'sso' ? 'Permission sets' : 'StateTransition throttle token refill rate per second';
      return { Quotas: [{ QuotaName, Value: 3_500 }] };
    },
  };
}

interface Asked {
  readonly operation: string;
  readonly place: string;
}

/** Clients of given answers; they note who was asked what. */
function clientsOf(answers: Answers): { clients: Clients; asked: Asked[] } {
  const asked: Asked[] = [];
  const client = async (place: Location) => ({
    async send(command: { readonly input: Input }) {
      const operation = command.constructor.name.replace(/Command$/, '');
      asked.push({ operation, place: `${place.accountId}/${place.region}` });
      const answer = answers[operation];
      if (answer === undefined)
        throw Object.assign(new Error(`User is not authorized: ${operation}`), { name: 'AccessDenied' });
      return answer(command.input, place);
    },
  });
  const names = ['apiGateway', 'cloudTrail', 'events', 'iam', 'kms', 'lambda', 'organizations', 'quotas', 'ssm', 'sso'];
  return { clients: Object.fromEntries(names.map((name) => [name, client])) as unknown as Clients, asked };
}

const withKey = envAnd(`IdentityCenterKmsKeyArn: ${KEY}`);

async function judged(configuration: Configuration, answers: Answers) {
  const expectations = expectationsOf(configuration);
  const { clients, asked } = clientsOf(answers);
  return { judgement: judge(await readFacts(clients, expectations), expectations, { isDeployed: true }), asked };
}

const absent = (name: string) => () => {
  throw Object.assign(new Error('there is none'), { name });
};

test('answers of sound accounts are read as sound, each from the account and Region that knows', async () => {
  const { judgement, asked } = await judged(withKey, soundAnswers(withKey));
  expect(judgement.findings).toEqual([]);
  expect(judgement.unchecked).toEqual([]);
  expect(judgement.made).toHaveLength(29);
  const placesOf = (operation: string) =>
    [...new Set(asked.filter((call) => call.operation === operation).map(({ place }) => place))].sort();
  expect(placesOf('ListDelegatedAdministrators')).toEqual(['111111111111/us-east-1']);
  expect(placesOf('ListInstances')).toEqual(['222222222222/eu-west-1']);
  expect(placesOf('DescribeTrails')).toEqual([
    '111111111111/eu-west-1',
    '111111111111/us-east-1',
    '222222222222/eu-west-1',
  ]);
  expect(placesOf('GetParameter')).toHaveLength(5);
  expect(placesOf('DescribeEventBus')).toEqual(['333333333333/eu-west-1']);
  expect(placesOf('GetKeyPolicy')).toEqual(['111111111111/eu-west-1']);
});

test('what AWS says is not there is absent, and a finding of its own', async () => {
  const { judgement } = await judged(withKey, {
    ...soundAnswers(withKey),
    GetParameter: absent('ParameterNotFound'),
    DescribeRule: absent('ResourceNotFoundException'),
    DescribeEventBus: absent('ResourceNotFoundException'),
    GetRole: absent('NoSuchEntityException'),
    DescribeKey: absent('NotFoundException'),
    GetAccount: () => ({}),
    ListInstances: () => ({}),
  });
  const counts: Record<string, number> = {};
  for (const { check } of judgement.findings) counts[check] = (counts[check] ?? 0) + 1;
  expect(counts).toEqual({
    instance: 1,
    key: 1,
    rule: 6,
    bus: 1,
    bootstrap: 5,
    role: 4,
    'caller-role': 2,
    'api-log-role': 1,
  });
});

test.each<[string, Answers, string]>([
  ['that does not log', { GetTrailStatus: () => ({ IsLogging: false }) }, 'does not log'],
  [
    'of data events',
    { GetEventSelectors: () => ({ EventSelectors: [{ IncludeManagementEvents: false, ReadWriteType: 'All' }] }) },
    'does not record',
  ],
  [
    'of reads',
    { GetEventSelectors: () => ({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'ReadOnly' }] }) },
    'does not record',
  ],
  [
    'of reads, by fields',
    {
      GetEventSelectors: () => ({
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Management'] },
              { Field: 'readOnly', Equals: ['true'] },
            ],
          },
        ],
      }),
    },
    'does not record',
  ],
])('a trail %s is none in each place', async (_, changed, missing) => {
  const { judgement } = await judged(env(), { ...soundAnswers(env()), ...changed });
  const trails = judgement.findings.filter(({ check }) => check === 'trail');
  expect(trails).toHaveLength(3);
  for (const finding of trails) expect(finding.missing).toContain(missing);
});

test('every refusal is told of its own check, in the words of AWS, and nothing is found by it', async () => {
  const { judgement } = await judged(withKey, {});
  expect(judgement.findings).toEqual([]);
  expect(judgement.made).toEqual([]);
  expect(judgement.unchecked).toHaveLength(29);
  for (const { why } of judgement.unchecked) expect(why).toMatch(/^AccessDenied: User is not authorized: \w+$/);
  expect(exitStatus(judgement)).toBe(2);
});
