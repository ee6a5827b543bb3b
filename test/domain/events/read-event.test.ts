import type { EventReading, Subject } from '../../../lambda/domain/events/event-reading';
import { readEvent } from '../../../lambda/domain/events/read-event';
import type { AccountId } from '../../../lambda/domain/ids';

const MANAGEMENT = '111111111111';
const ADMINISTRATION = '222222222222';
const ACCOUNT = '444444444444';
const GROUP = '12345678-1234-4123-8123-123456789012';
const OLD_GROUP = `9067000000-${GROUP}`;
const PERMISSION_SET = 'arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-0123456789abcdef';

const read = (event: unknown): EventReading =>
  readEvent(event, {
    managementAccountId: MANAGEMENT as AccountId,
    identityCenterAccountId: ADMINISTRATION as AccountId,
  });

const organizations = (eventName: string, detail: object, account = MANAGEMENT) => ({
  source: 'aws.organizations',
  account,
  detail: { eventSource: 'organizations.amazonaws.com', eventName, ...detail },
});
const directory = (eventSource: string, eventName: string, detail: object, account = ADMINISTRATION) => ({
  source: 'aws.identitystore',
  account,
  detail: { eventSource: `${eventSource}.amazonaws.com`, eventName, ...detail },
});
const identityCenter = (eventName: string, detail: object, account = ADMINISTRATION) => ({
  source: 'aws.sso',
  account,
  detail: { eventSource: 'sso.amazonaws.com', eventName, ...detail },
});
const account = (accountId = ACCOUNT) => ({ kind: 'account', accountId }) as Subject;
const unit = { kind: 'organizationalUnit', organizationalUnitId: 'ou-ab12-workloads' } as Subject;
const principal = (principalType: string, principalId = GROUP) =>
  ({ kind: 'principal', principalType, principalId }) as Subject;

const status = (state: string, accountId?: string) => ({
  requestParameters: null,
  serviceEventDetails: { createAccountStatus: { id: 'car-1', state, accountName: '****', accountId } },
});
const handshake = {
  responseElements: {
    handshake: {
      state: 'ACCEPTED',
      action: 'INVITE',
      parties: [
        { type: 'ORGANIZATION', id: 'exampleorg1' },
        { type: 'ACCOUNT', id: ACCOUNT },
      ],
    },
  },
};
const tagChange = (resource: string, type = 'account') => ({
  source: 'aws.tag',
  account: MANAGEMENT,
  resources: [resource],
  detail: { service: 'organizations', 'resource-type': type, 'changed-tag-keys': ['team'], tags: {} },
});

describe('events that are understood', () => {
  test.each<[string, unknown, Subject]>([
    ['a created account', organizations('CreateAccountResult', status('SUCCEEDED', ACCOUNT)), account()],
    [
      'a closed account',
      organizations('CloseAccountResult', { serviceEventDetails: { closeAccountStatus: { accountId: ACCOUNT } } }),
      account(),
    ],
    ['a closure', organizations('CloseAccount', { requestParameters: { accountId: ACCOUNT } }), account()],
    ['a move', organizations('MoveAccount', { requestParameters: { accountId: ACCOUNT } }), account()],
    [
      'a removal',
      organizations('RemoveAccountFromOrganization', { requestParameters: { accountId: ACCOUNT } }),
      account(),
    ],
    ['an accepted invitation', organizations('AcceptHandshake', handshake), account()],
    [
      'an account that joined',
      organizations('AccountJoinedOrganization', {
        serviceEventDetails: { accountId: ACCOUNT, joinedMethod: 'INVITED' },
      }),
      account(),
    ],
    [
      'an account that departed, named only as recipient',
      organizations('AccountDepartedOrganization', {
        serviceEventDetails: { departureMethod: 'CLEANED' },
        recipientAccountId: ACCOUNT,
        userIdentity: { invokedBy: 'organizations.amazonaws.com' },
      }),
      account(),
    ],
    ['a tag', tagChange(`arn:aws:organizations::${MANAGEMENT}:account/o-exampleorg1/${ACCOUNT}`), account()],
    [
      'a new unit',
      organizations('CreateOrganizationalUnit', {
        requestParameters: { name: 'Workloads', parentId: 'r-ab12' },
        responseElements: { organizationalUnit: { id: 'ou-ab12-workloads', name: 'Workloads' } },
      }),
      unit,
    ],
    [
      'a deleted unit',
      organizations('DeleteOrganizationalUnit', { requestParameters: { organizationalUnitId: 'ou-ab12-workloads' } }),
      unit,
    ],
    [
      'a group by console',
      directory('sso-directory', 'CreateGroup', {
        responseElements: { group: { groupId: GROUP, displayName: 'HIDDEN_DUE_TO_SECURITY_REASONS' } },
      }),
      principal('GROUP'),
    ],
    [
      'a user by console',
      directory('sso-directory', 'CreateUser', { responseElements: { user: { userId: OLD_GROUP } } }),
      principal('USER', OLD_GROUP),
    ],
    [
      'a group by API',
      directory('identitystore', 'CreateGroup', { responseElements: { groupId: GROUP } }),
      principal('GROUP'),
    ],
    [
      'a group by SCIM',
      directory('identitystore-scim', 'CreateGroup', {
        requestParameters: { httpBody: { displayName: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, tenantId: 't' },
        responseElements: { id: GROUP },
      }),
      principal('GROUP'),
    ],
    [
      'a user by SCIM',
      directory('identitystore-scim', 'PatchUser', { requestParameters: { id: GROUP, tenantId: 't' } }),
      principal('USER'),
    ],
    [
      'a renamed group',
      directory('sso-directory', 'UpdateGroupDisplayName', { requestParameters: { groupId: GROUP } }, MANAGEMENT),
      principal('GROUP'),
    ],
    [
      'a deleted user',
      directory('identitystore', 'DeleteUser', { requestParameters: { userId: GROUP } }),
      principal('USER'),
    ],
    [
      'a new permission set',
      identityCenter('CreatePermissionSet', { requestParameters: { name: 'Billing-ps' } }),
      { kind: 'permissionSet', permissionSetName: 'Billing-ps' } as Subject,
    ],
    [
      'a changed permission set',
      identityCenter('PutInlinePolicyToPermissionSet', { requestParameters: { permissionSetArn: PERMISSION_SET } }),
      { kind: 'permissionSetArn', permissionSetArn: PERMISSION_SET } as Subject,
    ],
    [
      'a tagged permission set',
      identityCenter('TagResource', { requestParameters: { resourceArn: PERMISSION_SET } }),
      { kind: 'permissionSetArn', permissionSetArn: PERMISSION_SET } as Subject,
    ],
    [
      'a deleted assignment',
      identityCenter('DeleteAccountAssignment', {
        requestParameters: {
          targetId: ACCOUNT,
          targetType: 'AWS_ACCOUNT',
          permissionSetArn: PERMISSION_SET,
          principalType: 'GROUP',
          principalId: GROUP,
        },
      }),
      {
        kind: 'assignment',
        accountId: ACCOUNT,
        permissionSetArn: PERMISSION_SET,
        principalType: 'GROUP',
        principalId: GROUP,
      } as Subject,
    ],
    [
      'an assignment under its earlier name',
      identityCenter('DisassociateProfile', { requestParameters: { accessorType: 'USER', accessorId: GROUP } }),
      principal('USER'),
    ],
  ])('%s', (_what, event, subject) => {
    expect(read(event)).toMatchObject({ outcome: 'look', subjects: [subject] });
  });

  test('the account that creates an account by an event of its own is not named twice', () => {
    const event = organizations('AccountJoinedOrganization', {
      serviceEventDetails: { account: { accountId: ACCOUNT }, resources: [ACCOUNT] },
    });
    expect(read(event)).toEqual({ outcome: 'look', subjects: [account()] });
  });
});

describe('input that says nothing to look at', () => {
  test.each<[string, unknown, EventReading]>([
    ['a bell', {}, { outcome: 'nothing' }],
    ['an account creation that failed', organizations('CreateAccountResult', status('FAILED')), { outcome: 'nothing' }],
    [
      'a call that failed',
      organizations('MoveAccount', { errorCode: 'AccessDenied', requestParameters: { accountId: ACCOUNT } }),
      { outcome: 'nothing' },
    ],
    ['a list', [], { outcome: 'ignored', because: 'malformed' }],
    ['a text', 'CreateAccountResult', { outcome: 'ignored', because: 'malformed' }],
    ['no detail', { source: 'aws.organizations', account: MANAGEMENT }, { outcome: 'ignored', because: 'malformed' }],
    ['a move without an account', organizations('MoveAccount', {}), { outcome: 'ignored', because: 'malformed' }],
    [
      'a move of something that is no account',
      organizations('MoveAccount', { requestParameters: { accountId: '44444444444' } }),
      { outcome: 'ignored', because: 'malformed' },
    ],
    [
      'a group without an id',
      directory('sso-directory', 'CreateGroup', { responseElements: null }),
      { outcome: 'ignored', because: 'malformed' },
    ],
    ['a handshake without parties', organizations('AcceptHandshake', {}), { outcome: 'ignored', because: 'malformed' }],
    ['a policy', organizations('AttachPolicy', {}), { outcome: 'ignored', because: 'unknown' }],
    [
      'a membership',
      directory('identitystore', 'CreateGroupMembership', {}),
      { outcome: 'ignored', because: 'unknown' },
    ],
    ['a tagged unit', tagChange('arn', 'ou'), { outcome: 'ignored', because: 'unknown' }],
    ['a tag of something else', tagChange('arn:aws:s3:::bucket'), { outcome: 'ignored', because: 'malformed' }],
    [
      'an inherited name',
      organizations('constructor', { requestParameters: { accountId: ACCOUNT } }),
      { outcome: 'ignored', because: 'unknown' },
    ],
    [
      'another organization',
      organizations('MoveAccount', { requestParameters: { accountId: ACCOUNT } }, '999999999999'),
      { outcome: 'ignored', because: 'foreign' },
    ],
    [
      'the organization as told by the administration account',
      organizations('MoveAccount', { requestParameters: { accountId: ACCOUNT } }, ADMINISTRATION),
      { outcome: 'ignored', because: 'foreign' },
    ],
    [
      'the directory as told by a member',
      directory('identitystore', 'DeleteGroup', { requestParameters: { groupId: GROUP } }, ACCOUNT),
      { outcome: 'ignored', because: 'foreign' },
    ],
  ])('%s', (_what, event, reading) => {
    expect(read(event)).toEqual(reading);
  });
});

describe('who changed Identity Center', () => {
  const changed = (userIdentity: object) =>
    read(
      identityCenter('DeletePermissionSet', {
        userIdentity,
        eventTime: '2026-11-26T10:00:00Z',
        sourceIPAddress: '192.0.2.7',
        requestParameters: { permissionSetArn: PERMISSION_SET },
      }),
    );
  test.each<[string, object, object]>([
    [
      'a role session',
      {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${ADMINISTRATION}:assumed-role/Admin/alice`,
        sessionContext: { sessionIssuer: { userName: 'Admin', arn: 'arn' } },
      },
      { who: 'role Admin, session alice' },
    ],
    [
      'a person without a name',
      { type: 'IdentityCenterUser', accountId: ADMINISTRATION, onBehalfOf: { userId: GROUP } },
      { who: `user ${GROUP}`, onBehalfOf: GROUP },
    ],
    [
      'the root user',
      { type: 'Root', arn: `arn:aws:iam::${MANAGEMENT}:root` },
      { who: `arn:aws:iam::${MANAGEMENT}:root` },
    ],
    ['nobody known', { type: 'Unknown' }, { who: 'Unknown' }],
  ])('%s', (_what, identity, who) => {
    expect(changed(identity)).toMatchObject({
      change: { action: 'DeletePermissionSet', at: '2026-11-26T10:00:00Z', from: '192.0.2.7', ...who },
    });
  });
});
