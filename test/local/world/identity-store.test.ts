import { ADMINISTRATION, accountKey, allPages, MEMBER, role, type SmallWorld, STORE, smallWorld } from './small-world';

const NOT_FOUND = { code: 'ResourceNotFoundException' };
const INVALID = { code: 'ValidationException' };
const DUPLICATE = { code: 'ConflictException', members: { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' } };

const NEW_USER = {
  UserName: 'zoë@example.com',
  DisplayName: 'Zoë Example',
  Name: { GivenName: 'Zoë', FamilyName: 'Example' },
};

function byName({ store }: SmallWorld, type: 'Group' | 'User', AttributePath: string, AttributeValue: unknown) {
  return store(`Get${type}Id`, { AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } } });
}

describe('looking up principals', () => {
  it('finds groups by display name and users by user name or e-mail address', async () => {
    const at = smallWorld();
    const GroupId = at.ids.group('team-One');
    const expected = { IdentityStoreId: STORE, GroupId, GroupArn: `arn:aws:identitystore:::group/${GroupId}` };
    expect(await byName(at, 'Group', 'displayName', 'team-One')).toEqual(expected);
    expect(await byName(at, 'Group', 'DisplayName', 'team-One')).toEqual(expected);
    const UserId = at.ids.user('alice');
    expect(await byName(at, 'User', 'userName', 'alice')).toMatchObject({ UserId });
    expect(await byName(at, 'User', 'emails.value', 'alice@example.com')).toMatchObject({ UserId });
  });

  it('finds users by external id', async () => {
    const at = smallWorld();
    const find = (Id: string) =>
      at.store('GetUserId', { AlternateIdentifier: { ExternalId: { Issuer: 'https://idp', Id } } });
    expect(await find('b-1')).toMatchObject({ UserId: at.ids.user('bob') });
    await expect(find('b-2')).rejects.toMatchObject(NOT_FOUND);
  });

  it('compares names exactly', async () => {
    const at = smallWorld();
    await expect(byName(at, 'Group', 'displayName', 'Team-One')).rejects.toMatchObject({
      ...NOT_FOUND,
      message: 'GROUP not found.',
      members: { ResourceType: 'GROUP' },
    });
    await expect(byName(at, 'User', 'userName', 'ALICE')).rejects.toMatchObject({ message: 'USER not found.' });
  });

  it('refuses attributes that are not unique', async () => {
    const at = smallWorld();
    await expect(byName(at, 'Group', 'description', 'x')).rejects.toMatchObject({
      ...INVALID,
      message: 'The attribute description is not a unique attribute',
    });
    await expect(byName(at, 'Group', 'displayName', 7)).rejects.toMatchObject(INVALID);
    const both = {
      ExternalId: { Issuer: 'a', Id: 'b' },
      UniqueAttribute: { AttributePath: 'displayName', AttributeValue: 'x' },
    };
    await expect(at.store('GetGroupId', { AlternateIdentifier: both })).rejects.toMatchObject(INVALID);
  });

  it('works by deprecated filters too', async () => {
    const { store } = smallWorld();
    const filter = (AttributePath: string, AttributeValue: string) => ({
      Filters: [{ AttributePath, AttributeValue }],
    });
    const { Groups } = await store('ListGroups', filter('DisplayName', 'team-Two'));
    expect(Groups).toMatchObject([{ DisplayName: 'team-Two' }]);
    expect(await store('ListUsers', filter('UserName', 'nobody'))).toEqual({ Users: [] });
    await expect(store('ListUsers', filter('DisplayName', 'x'))).rejects.toMatchObject(INVALID);
    const two = { Filters: [...filter('UserName', 'a').Filters, ...filter('UserName', 'b').Filters] };
    await expect(store('ListUsers', two)).rejects.toMatchObject(INVALID);
  });
});

describe('groups', () => {
  it('are created, described, renamed and deleted', async () => {
    const at = smallWorld();
    const { store } = at;
    const created = await store('CreateGroup', { DisplayName: 'データ & Co', Description: 'd' });
    expect(created).toMatchObject({ IdentityStoreId: STORE, Revision: '1' });
    const { GroupId } = created;
    expect(await store('DescribeGroup', { GroupId })).toMatchObject({
      ...created,
      DisplayName: 'データ & Co',
      Description: 'd',
      CreatedAt: expect.any(Date),
      CreatedBy: 'arn:aws:iam::111111111111:root',
    });
    const Operations = [{ AttributePath: 'displayName', AttributeValue: 'renamed' }, { AttributePath: 'description' }];
    expect(await store('UpdateGroup', { GroupId, Operations })).toMatchObject({ GroupId, Revision: '2' });
    const renamed = await store('DescribeGroup', { GroupId: created.GroupArn });
    expect(renamed).toMatchObject({ DisplayName: 'renamed', Revision: '2' });
    expect(renamed).not.toHaveProperty('Description');
    await expect(byName(at, 'Group', 'displayName', 'データ & Co')).rejects.toMatchObject(NOT_FOUND);
    expect(await byName(at, 'Group', 'displayName', 'renamed')).toMatchObject({ GroupId });
    expect(await store('DeleteGroup', { GroupId })).toEqual({});
    await expect(store('DescribeGroup', { GroupId })).rejects.toMatchObject(NOT_FOUND);
    await expect(store('DeleteGroup', { GroupId })).rejects.toMatchObject(NOT_FOUND);
  });

  it('have unique names', async () => {
    const { store, ids } = smallWorld();
    const conflict = { ...DUPLICATE, message: 'Duplicate GroupDisplayName' };
    await expect(store('CreateGroup', { DisplayName: 'team-One' })).rejects.toMatchObject(conflict);
    const Operations = [{ AttributePath: 'displayName', AttributeValue: 'team-One' }];
    await expect(store('UpdateGroup', { GroupId: ids.group('team-Two'), Operations })).rejects.toMatchObject(conflict);
    await expect(store('UpdateGroup', { GroupId: ids.group('team-One'), Operations })).resolves.toBeDefined();
    await expect(store('CreateGroup', { DisplayName: 'team-one' })).resolves.toBeDefined();
    await expect(store('CreateGroup', { DisplayName: 'Administrator' })).rejects.toMatchObject(INVALID);
  });

  it('change only at the revision given', async () => {
    const { store, ids } = smallWorld();
    const GroupId = ids.group('team-One');
    const Operations = [{ AttributePath: 'description', AttributeValue: 'x' }];
    await store('UpdateGroup', { GroupId, Operations, Revision: '1' });
    const stale = { code: 'ConflictException', members: { Reason: 'CONCURRENT_MODIFICATION' } };
    await expect(store('UpdateGroup', { GroupId, Operations, Revision: '1' })).rejects.toMatchObject(stale);
    await expect(store('DeleteGroup', { GroupId, Revision: '1' })).rejects.toMatchObject(stale);
    await expect(store('DeleteGroup', { GroupId, Revision: '2' })).resolves.toEqual({});
  });

  it('are listed page by page', async () => {
    const { store } = smallWorld();
    for (let index = 0; index < 9; index += 1) await store('CreateGroup', { DisplayName: `g${index}` });
    const { items, pages } = await allPages((token) => store('ListGroups', { MaxResults: 5, ...token }), 'Groups');
    expect(new Set(items.map(({ GroupId }) => GroupId)).size).toBe(12);
    expect(pages).toBe(3);
    const { NextToken } = await store('ListGroups', { MaxResults: 5 });
    await expect(store('ListUsers', { NextToken })).rejects.toMatchObject(INVALID);
  });
});

describe('users', () => {
  it('are created, described, changed and deleted', async () => {
    const { store } = smallWorld();
    const { UserId, UserArn } = await store('CreateUser', {
      ...NEW_USER,
      Emails: [{ Value: 'z@example.com', Type: 'work' }],
    });
    expect(UserArn).toBe(`arn:aws:identitystore:::user/${UserId}`);
    const Operations = [
      { AttributePath: 'name.givenName', AttributeValue: 'Zoe' },
      { AttributePath: 'emails', AttributeValue: [{ value: 'zoe@example.com', primary: true }] },
      { AttributePath: 'title', AttributeValue: 'Engineer' },
    ];
    await store('UpdateUser', { UserId, Operations });
    expect(await store('DescribeUser', { UserId })).toMatchObject({
      ...NEW_USER,
      Name: { GivenName: 'Zoe', FamilyName: 'Example' },
      Emails: [{ Value: 'zoe@example.com', Primary: true }],
      Title: 'Engineer',
      UserStatus: 'ENABLED',
    });
    const unknown = [{ AttributePath: 'shoeSize', AttributeValue: '42' }];
    await expect(store('UpdateUser', { UserId, Operations: unknown })).rejects.toMatchObject(INVALID);
    await store('DeleteUser', { UserId });
    await expect(store('DescribeUser', { UserId })).rejects.toMatchObject(NOT_FOUND);
  });

  it('need their names, without white space, and only once', async () => {
    const { store } = smallWorld();
    await expect(store('CreateUser', { UserName: 'x' })).rejects.toMatchObject({
      ...INVALID,
      message: 'Missing required attributes: displayName, name.givenName, name.familyName',
    });
    await expect(store('CreateUser', { ...NEW_USER, UserName: 'a b' })).rejects.toMatchObject(INVALID);
    await expect(store('CreateUser', { ...NEW_USER, UserName: 'alice' })).rejects.toMatchObject({
      ...DUPLICATE,
      message: 'Duplicate UserName',
    });
  });
});

describe('memberships', () => {
  it('are created, found, listed from both sides and deleted', async () => {
    const { store, ids } = smallWorld();
    const GroupId = ids.group('team-Three');
    const MemberId = { UserId: ids.user('alice') };
    const created = await store('CreateGroupMembership', { GroupId, MemberId });
    expect(created.MembershipArn).toBe(`arn:aws:identitystore:::membership/${created.MembershipId}`);
    await expect(store('CreateGroupMembership', { GroupId, MemberId })).rejects.toMatchObject(DUPLICATE);
    expect(await store('GetGroupMembershipId', { GroupId, MemberId })).toEqual(created);
    const { MembershipId } = created;
    expect(await store('DescribeGroupMembership', { MembershipId })).toMatchObject({ GroupId, MemberId });
    expect((await store('ListGroupMemberships', { GroupId })).GroupMemberships).toMatchObject([{ MemberId }]);
    expect((await store('ListGroupMembershipsForMember', { MemberId })).GroupMemberships).toHaveLength(3);
    await store('DeleteGroupMembership', { MembershipId });
    await expect(store('GetGroupMembershipId', { GroupId, MemberId })).rejects.toMatchObject(NOT_FOUND);
    expect((await store('ListGroupMembershipsForMember', { MemberId })).GroupMemberships).toHaveLength(2);
  });

  it('have users as members only', async () => {
    const { store, ids } = smallWorld();
    const input = { GroupId: ids.group('team-One'), MemberId: { UserId: ids.group('team-Two') } };
    await expect(store('CreateGroupMembership', input)).rejects.toMatchObject({
      ...NOT_FOUND,
      message: 'Member does not exist',
    });
  });

  it('can be asked for up to 100 groups at once', async () => {
    const { store, ids } = smallWorld();
    const MemberId = { UserId: ids.user('bob') };
    const GroupIds = [ids.group('team-One'), ids.group('team-Two')];
    expect(await store('IsMemberInGroups', { MemberId, GroupIds })).toEqual({
      Results: [
        { GroupId: GroupIds[0], MemberId, MembershipExists: false },
        { GroupId: GroupIds[1], MemberId, MembershipExists: true },
      ],
    });
    const tooMany = { MemberId, GroupIds: Array(101).fill(GroupIds[0]) };
    await expect(store('IsMemberInGroups', tooMany)).rejects.toMatchObject(INVALID);
  });

  it('go with their group or user', async () => {
    const { store, ids, world } = smallWorld();
    const alice = ids.user('alice');
    await store('DeleteGroup', { GroupId: ids.group('team-One') });
    expect(world.identityStore.groupsOf(alice)).toEqual([ids.group('team-Two')]);
    await store('DeleteUser', { UserId: alice });
    const { GroupMemberships } = await store('ListGroupMemberships', { GroupId: ids.group('team-Two') });
    expect(GroupMemberships).toMatchObject([{ MemberId: { UserId: ids.user('bob') } }]);
  });
});

describe('who may call the identity store, and how often', () => {
  it('members read; the management account and the delegated administrator write', async () => {
    const { store } = smallWorld();
    await expect(store('ListGroups', {}, { as: accountKey(MEMBER) })).resolves.toBeDefined();
    const input = { DisplayName: 'new' };
    await expect(store('CreateGroup', input, { as: accountKey(MEMBER) })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await expect(store('CreateGroup', input, { as: accountKey(ADMINISTRATION) })).resolves.toBeDefined();
  });

  it('knows its store in its Region only', async () => {
    const { store } = smallWorld();
    const unknown = { ...NOT_FOUND, members: { ResourceType: 'IDENTITY_STORE' } };
    await expect(store('ListGroups', {}, { region: 'us-east-1' })).rejects.toMatchObject(unknown);
    await expect(store('ListGroups', { IdentityStoreId: 'd-0000000000' })).rejects.toMatchObject(unknown);
    const IdentityStoreId = `arn:aws:identitystore::111111111111:identitystore/${STORE}`;
    await expect(store('ListGroups', { IdentityStoreId })).resolves.toBeDefined();
    expect((await store('ListIdentityStores')).IdentityStores).toEqual([
      { IdentityStoreId: STORE, IdentityStoreArn: IdentityStoreId },
    ]);
  });

  it('allows roles 20 calls a second of each operation', async () => {
    const { store, wait } = smallWorld();
    const as = role(ADMINISTRATION);
    for (let call = 0; call < 20; call += 1) await store('ListGroups', {}, { as });
    await expect(store('ListGroups', {}, { as })).rejects.toMatchObject({ code: 'ThrottlingException' });
    await expect(store('ListUsers', {}, { as })).resolves.toBeDefined();
    await expect(store('ListGroups')).resolves.toBeDefined();
    await wait(50);
    await expect(store('ListGroups', {}, { as })).resolves.toBeDefined();
  });

  it('refuses what is not implemented by name', async () => {
    const { store } = smallWorld();
    await expect(store('UpdateIdentityStore')).rejects.toMatchObject({ code: 'NotImplemented' });
  });
});
