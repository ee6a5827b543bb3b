import {
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-identitystore';
import { accountsAssignedTo, createPermissionSet, type PrincipalType } from './support/access';
import { ADMINISTRATION, administratorOf, IDENTITY_STORE_ID, LocalCloud, MANAGEMENT } from './support/local-cloud';

const ACCOUNT = '123456789012';
const REDACTED = 'HIDDEN_DUE_TO_SECURITY_REASONS';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 60 });
});
afterAll(() => cloud?.stop());

const IdentityStoreId = IDENTITY_STORE_ID;

async function createGroup(DisplayName: string, by = ADMINISTRATION): Promise<string> {
  const client = cloud.identityStore(administratorOf(by));
  return (await client.send(new CreateGroupCommand({ IdentityStoreId, DisplayName }))).GroupId ?? '';
}

async function createUser(UserName: string): Promise<string> {
  const input = { IdentityStoreId, UserName, DisplayName: UserName, Name: { GivenName: 'A', FamilyName: 'B' } };
  return (await cloud.identityStore().send(new CreateUserCommand(input))).UserId ?? '';
}

/** A permission set and a link of it to a principal that may not exist yet. */
async function linked(permissionSet: string, name: string, type: PrincipalType = 'GROUP') {
  const arn = await createPermissionSet(cloud, permissionSet);
  const { requestId, linkId } = await cloud.link(
    'create',
    `account%${ACCOUNT}%${permissionSet}%${name}%${type}%ssofile`,
  );
  await cloud.settle();
  return {
    holdsIt: async (principal: string) => (await accountsAssignedTo(cloud, arn, principal)).length > 0,
    request: async () => (await cloud.api('GET', `/requests/${requestId}`)).body,
    link: async () => (await cloud.api('GET', `/links/${linkId}`)).body,
  };
}

/** Does something of which no event arrives, then delivers the one that is given. */
async function unnoticed<T>(change: () => Promise<T>, event: (changed: T) => object): Promise<T> {
  await cloud.local('POST', 'faults', { eventLoss: 1 });
  const changed = await change();
  await cloud.local('POST', 'faults', {});
  await cloud.local('POST', 'events', [event(changed)]);
  await cloud.settle();
  return changed;
}

const inAdministration = (source: string, detail: object) => ({
  source: `aws.${source.replace('identitystore-scim', 'identitystore')}`,
  account: ADMINISTRATION,
  region: 'eu-west-1',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { eventSource: `${source}.amazonaws.com`, ...detail },
});

describe('a principal that is created after its link', () => {
  test.each([ADMINISTRATION, MANAGEMENT])('by the API, from account %s', async (by) => {
    const { holdsIt, request } = await linked(`Api-${by}`, `by-api-${by}`);
    expect(await request()).toMatchObject({ status: 'WAITING' });
    const id = await createGroup(`by-api-${by}`, by);
    await cloud.settle();
    expect(await holdsIt(id)).toBe(true);
    expect(await request()).toMatchObject({ status: 'COMPLETED' });
  });

  test('by the console', async () => {
    const { holdsIt } = await linked('Console-ps', 'by-console');
    const id = await unnoticed(
      () => createGroup('by-console'),
      (groupId) =>
        inAdministration('sso-directory', {
          eventName: 'CreateGroup',
          userIdentity: { type: 'Unknown', accountId: ADMINISTRATION },
          responseElements: { group: { groupId, displayName: REDACTED } },
        }),
    );
    expect(await holdsIt(id)).toBe(true);
  });

  test('by SCIM', async () => {
    const { holdsIt } = await linked('Scim-ps', 'by-scim', 'USER');
    const id = await unnoticed(
      () => createUser('by-scim'),
      (userId) =>
        inAdministration('identitystore-scim', {
          eventName: 'CreateUser',
          userIdentity: { type: 'WebIdentityUser' },
          requestParameters: { httpBody: { userName: REDACTED }, tenantId: 'tenant' },
          responseElements: { id: userId },
        }),
    );
    expect(await holdsIt(id)).toBe(true);
  });
});

describe('access goes with the id', () => {
  test('a group that is renamed loses it, and the one that is called so then gets it', async () => {
    const first = await createGroup('before');
    const { holdsIt, link } = await linked('Renamed-ps', 'before');
    expect(await holdsIt(first)).toBe(true);
    const Operations = [{ AttributePath: 'displayName', AttributeValue: 'after' }];
    await cloud.identityStore().send(new UpdateGroupCommand({ IdentityStoreId, GroupId: first, Operations }));
    await cloud.settle();
    expect(await holdsIt(first)).toBe(false);
    expect(await link()).toMatchObject({
      status: 'WAITING',
      waitingFor: ['principal: GROUP before does not exist in the directory'],
    });
    const second = await createGroup('before');
    await cloud.settle();
    expect([await holdsIt(first), await holdsIt(second)]).toEqual([false, true]);
  });

  test('a deleted user, and one that is created anew under the same name', async () => {
    const first = await createUser('phoebe');
    const { holdsIt } = await linked('Phoebe-ps', 'phoebe', 'USER');
    expect(await holdsIt(first)).toBe(true);
    await cloud.identityStore().send(new DeleteUserCommand({ IdentityStoreId, UserId: first }));
    await cloud.settle();
    expect(await holdsIt(first)).toBe(false);
    const second = await createUser('phoebe');
    await cloud.settle();
    expect([await holdsIt(first), await holdsIt(second)]).toEqual([false, true]);
  });

  test('a group that is deleted and recreated at once, whichever event is lost', async () => {
    const first = await createGroup('phoenix');
    const { holdsIt } = await linked('Phoenix-ps', 'phoenix');
    const second = await unnoticed(
      async () => {
        await cloud.identityStore().send(new DeleteGroupCommand({ IdentityStoreId, GroupId: first }));
        return createGroup('phoenix');
      },
      (groupId) => inAdministration('identitystore', { eventName: 'CreateGroup', responseElements: { groupId } }),
    );
    expect([await holdsIt(first), await holdsIt(second)]).toEqual([false, true]);
    const third = await unnoticed(
      async () => {
        await cloud.identityStore().send(new DeleteGroupCommand({ IdentityStoreId, GroupId: second }));
        return createGroup('phoenix');
      },
      () => inAdministration('identitystore', { eventName: 'DeleteGroup', requestParameters: { groupId: second } }),
    );
    expect([await holdsIt(second), await holdsIt(third)]).toEqual([false, true]);
  });
});

test('a permission set that is created last', async () => {
  const { requestId } = await cloud.link('create', `account%${ACCOUNT}%Last-ps%team-CloudOperators%GROUP%ssofile`);
  await cloud.settle();
  expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('WAITING');
  await createPermissionSet(cloud, 'Last-ps');
  await cloud.settle();
  expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('COMPLETED');
});
