import { DIRECTORY_EVENTS, DIRECTORY_SOURCES } from '../../lambda/domain/events/directory-events';
import { IDENTITY_CENTER_EVENTS } from '../../lambda/domain/events/identity-center-events';
import { ORGANIZATION_EVENTS } from '../../lambda/domain/events/organization-events';
import {
  DIRECTORY_EVENT_NAMES,
  DIRECTORY_EVENT_SOURCES,
  IDENTITY_CENTER_EVENT_NAMES,
  ORGANIZATION_EVENT_NAMES,
} from '../../lib/event-names';
import { compilePattern } from '../../local/cloud/event-bridge/pattern';
import { local, localWith, printed, type StackId, Synthesized } from './synthesized';

const synthesized = new Synthesized(local());
const BUS = 'arn:<AWS::Partition>:events:eu-west-1:333333333333:event-bus/local-events';

const rulesOf = (id: StackId) =>
  Object.values(synthesized.resources(id))
    .filter(({ Type, Properties }) => Type === 'AWS::Events::Rule' && 'EventPattern' in Properties)
    .map(({ Properties }) => Properties as { Name: string; EventPattern: object; Targets: Record<string, unknown>[] });
const matching = (id: StackId, event: object) =>
  rulesOf(id)
    .filter(({ EventPattern }) => compilePattern(EventPattern)(event))
    .map(({ Name }) => Name);

const call = (eventSource: string, eventName: string, more: object = {}) => ({
  source: `aws.${eventSource.split('.')[0]}`,
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { eventSource, eventName, ...more },
});
const by = (userName: string) => ({ userIdentity: { sessionContext: { sessionIssuer: { userName } } } });

describe('events are forwarded', () => {
  test('exactly those that the controller reads', () => {
    expect([...ORGANIZATION_EVENT_NAMES].sort()).toEqual([...ORGANIZATION_EVENTS].sort());
    expect([...DIRECTORY_EVENT_NAMES].sort()).toEqual([...DIRECTORY_EVENTS].sort());
    expect([...DIRECTORY_EVENT_SOURCES].sort()).toEqual([...DIRECTORY_SOURCES].sort());
    expect([...IDENTITY_CENTER_EVENT_NAMES].sort()).toEqual([...IDENTITY_CENTER_EVENTS].sort());
  });

  test.each<[string, StackId, object, string[]]>([
    ['a move', 'Organization', call('organizations.amazonaws.com', 'MoveAccount'), ['local-organization-organization']],
    ['a failed move', 'Organization', call('organizations.amazonaws.com', 'MoveAccount', { errorCode: 'Denied' }), []],
    ['a read', 'Organization', call('organizations.amazonaws.com', 'ListAccounts'), []],
    [
      'a tag of an account',
      'Organization',
      {
        source: 'aws.tag',
        'detail-type': 'Tag Change on Resource',
        detail: { service: 'organizations', 'resource-type': 'account' },
      },
      ['local-organization-tags'],
    ],
    [
      'a group by SCIM',
      'IdentityCenter',
      call('identitystore-scim.amazonaws.com', 'CreateGroup'),
      ['local-identity-center-directory'],
    ],
    ['a membership', 'IdentityCenter', call('identitystore.amazonaws.com', 'CreateGroupMembership'), []],
    [
      'a group by the management account',
      'Management',
      call('sso-directory.amazonaws.com', 'CreateGroup'),
      ['local-management-directory'],
    ],
    [
      "somebody else's assignment",
      'IdentityCenter',
      { ...call('sso.amazonaws.com', 'DeleteAccountAssignment', by('Admin')), source: 'aws.sso' },
      ['local-identity-center-identity-center'],
    ],
    [
      'an assignment by root',
      'IdentityCenter',
      {
        ...call('sso.amazonaws.com', 'DeleteAccountAssignment', { userIdentity: { type: 'Root' } }),
        source: 'aws.sso',
      },
      ['local-identity-center-identity-center'],
    ],
    [
      'our own assignment',
      'IdentityCenter',
      {
        ...call('sso.amazonaws.com', 'CreateAccountAssignment', by('local-assignment-writer-eu-west-1')),
        source: 'aws.sso',
      },
      [],
    ],
    [
      'our own permission set',
      'IdentityCenter',
      {
        ...call('sso.amazonaws.com', 'CreatePermissionSet', by('local-permission-set-writer-eu-west-1')),
        source: 'aws.sso',
      },
      [],
    ],
  ])('%s', (_what, stack, event, rules) => {
    expect(matching(stack, event)).toEqual(rules);
  });

  test('by every rule to the bus, with the right to nothing else, and to a queue when it refuses', () => {
    for (const id of ['Organization', 'IdentityCenter', 'Management'] as const) {
      expect(rulesOf(id)).toHaveLength(2);
      for (const { Targets } of rulesOf(id)) {
        expect(Targets).toEqual([
          {
            Id: 'bus',
            Arn: expect.anything(),
            RoleArn: expect.anything(),
            DeadLetterConfig: { Arn: expect.anything() },
          },
        ]);
        expect(printed(Targets[0]?.Arn)).toBe(BUS);
        // Retries are left at their defaults: AWS tries for a day.
        expect(Targets[0]).not.toHaveProperty('RetryPolicy');
      }
    }
  });

  test('only by the roles that are there for it', () => {
    const [policy] = synthesized
      .ofType('AWS::Events::EventBusPolicy')
      .filter(({ Properties }) => Properties.StatementId === 'forwarding');
    const { Statement } = (policy?.Properties ?? {}) as unknown as {
      Statement: { Principal: { AWS: unknown[] }; Action: string; Resource: unknown; Condition: object };
    };
    expect(Statement.Action).toBe('events:PutEvents');
    expect(printed(Statement.Resource)).toBe(BUS);
    expect(Statement.Principal.AWS.map(printed)).toEqual([
      'arn:<AWS::Partition>:iam::111111111111:root',
      'arn:<AWS::Partition>:iam::222222222222:root',
    ]);
    const { ArnEquals } = Statement.Condition as { ArnEquals: Record<string, unknown[]> };
    expect(ArnEquals['aws:PrincipalArn']?.map(printed)).toEqual([
      'arn:<AWS::Partition>:iam::111111111111:role/local-organization-events-us-east-1',
      'arn:<AWS::Partition>:iam::222222222222:role/local-identity-center-events-eu-west-1',
      'arn:<AWS::Partition>:iam::111111111111:role/local-management-events-eu-west-1',
    ]);
  });

  test('on the bus, all events of the two accounts start the controller', () => {
    const rules = rulesOf('Controller').filter(({ Name }) => Name === 'local-events');
    expect(rules).toMatchObject([
      {
        EventBusName: 'local-events',
        EventPattern: { account: ['111111111111', '222222222222'] },
        Targets: [{ Id: 'reconcile', DeadLetterConfig: expect.anything() }],
      },
    ]);
    expect(printed(rules[0]?.Targets[0]?.Arn)).toBe(
      'arn:<AWS::Partition>:states:eu-west-1:333333333333:stateMachine:local-reconcile',
    );
  });

  test('where one account administers both, once', () => {
    const inOneAccount = new Synthesized(localWith(['222222222222', '111111111111']));
    expect(inOneAccount.has('Management')).toBe(false);
    expect(inOneAccount.stack('IdentityCenter').account).toBe('111111111111');
  });
});
