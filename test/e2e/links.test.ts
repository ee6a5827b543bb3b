import { DeleteGroupCommand } from '@aws-sdk/client-identitystore';
import {
  accountsAssignedTo,
  assignByHand,
  createPermissionSet,
  deletePermissionSet,
  principalId,
  removeByHand,
} from './support/access';
import { defaultOrganization } from './support/default-organization';
import { IDENTITY_STORE_ID, LocalCloud } from './support/local-cloud';

const BILLING = '123456789012';
const LEDGER = '444444444411';
const SHOP = '444444444401';

const GROUPS = Array.from({ length: 200 }, (_, index) => `group-${index}`);
/** Accounts for those groups, one after the other. */
const ACCOUNTS = [
  ...[BILLING, LEDGER, SHOP, '444444444402', '444444444421', '444444444422', '444444444431', '555555555501'],
  ...['555555555502', '666666666601', '666666666602', '666666666603', '666666666604', '777777777701', '777777777702'],
];

function accountFor(index: number): string {
  return ACCOUNTS[index % ACCOUNTS.length] ?? '';
}

let cloud: LocalCloud;
beforeAll(async () => {
  const organization = defaultOrganization();
  organization.groups.push(...GROUPS.map((displayName) => ({ displayName })));
  cloud = await LocalCloud.start({ organization, speed: 60 });
});
afterAll(() => cloud?.stop());

/** Links of one permission set, which no other test has, and one group. */
async function newPair(permissionSetName: string, group = 'team-Accountants') {
  const permissionSetArn = await createPermissionSet(cloud, permissionSetName);
  const id = await principalId(cloud, 'GROUP', group);
  return {
    permissionSetArn,
    linkData: (scope: string) => `${scope}%${permissionSetName}%${group}%GROUP%ssofile`,
    accounts: () => accountsAssignedTo(cloud, permissionSetArn, id),
    assignment: (accountId: string) =>
      ({ accountId, permissionSetArn, principalType: 'GROUP', principalId: id }) as const,
  };
}

async function request(requestId: string) {
  return (await cloud.api('GET', `/requests/${requestId}`)).body;
}

async function managed(permissionSet: string) {
  return (await cloud.api('GET', `/assignments?permissionSet=${permissionSet}`)).body.assignments;
}

describe('two links that claim the same assignment', () => {
  test.each([
    ['the first', 0],
    ['the second', 1],
  ])('deleting %s leaves it, deleting the other removes it', async (_, first) => {
    const pair = await newPair(`Overlap-${first}`);
    const links = [pair.linkData(`account%${BILLING}`), pair.linkData('account_tag%team^Finance')];
    const [deletedFirst = '', deletedLast = ''] = first === 0 ? links : [...links].reverse();
    for (const link of links) await cloud.link('create', link);
    await cloud.settle();
    const finance = ['123456789012', '444444444411', '555555555502', '666666666603'];
    expect(await pair.accounts()).toEqual(finance);
    const shared = (await managed(`Overlap-${first}`)).find(
      ({ accountId }: { accountId: string }) => accountId === BILLING,
    );
    expect([...shared.claims].sort()).toEqual([...links].sort());

    await cloud.link('delete', deletedFirst);
    await cloud.settle();
    expect(await pair.accounts()).toContain(BILLING);
    expect(await managed(`Overlap-${first}`)).toContainEqual(
      expect.objectContaining({ accountId: BILLING, state: 'PROVISIONED', claims: [deletedLast] }),
    );

    await cloud.link('delete', deletedLast);
    await cloud.settle();
    expect(await pair.accounts()).toEqual([]);
    expect(await managed(`Overlap-${first}`)).toEqual([]);
  });
});

describe('an assignment that existed before', () => {
  test('stays when no link claims it, whatever links around it do', async () => {
    const pair = await newPair('Before-unclaimed');
    await assignByHand(cloud, pair.assignment(SHOP));
    await cloud.link('create', pair.linkData('account_tag%team^Finance'));
    await cloud.settle();
    await cloud.link('delete', pair.linkData('account_tag%team^Finance'));
    // Nor does a deletion reach it whose link never was.
    await cloud.link('delete', pair.linkData(`account%${SHOP}`));
    await cloud.settle();
    expect(await pair.accounts()).toEqual([SHOP]);
    expect(await managed('Before-unclaimed')).toEqual([]);
  });

  test('is adopted by the first link that claims it, and the API says so', async () => {
    const pair = await newPair('Before-claimed');
    await assignByHand(cloud, pair.assignment(BILLING));
    const { requestId } = await cloud.link('create', pair.linkData('account_tag%team^Finance'));
    await cloud.settle();
    expect(await request(requestId)).toMatchObject({ status: 'COMPLETED', planned: { create: 4 }, adopted: 1 });
    const adopted = (await managed('Before-claimed')).filter((row: { adopted?: boolean }) => row.adopted);
    expect(adopted).toEqual([
      expect.objectContaining({
        accountId: BILLING,
        state: 'PROVISIONED',
        claims: [pair.linkData('account_tag%team^Finance')],
        reason: expect.stringContaining('adopted, since it existed already'),
      }),
    ]);
    await cloud.link('delete', pair.linkData('account_tag%team^Finance'));
    await cloud.settle();
    expect(await pair.accounts()).toEqual([]);
  });
});

describe('deleting a link', () => {
  test('whose group is gone removes its assignments by id', async () => {
    const pair = await newPair('Group-gone', 'contractors');
    await cloud.link('create', pair.linkData('account_tag%team^Finance'));
    await cloud.settle();
    expect(await pair.accounts()).toHaveLength(4);
    const GroupId = pair.assignment(BILLING).principalId;
    await cloud.identityStore().send(new DeleteGroupCommand({ IdentityStoreId: IDENTITY_STORE_ID, GroupId }));
    const { requestId } = await cloud.link('delete', pair.linkData('account_tag%team^Finance'));
    await cloud.settle();
    expect(await pair.accounts()).toEqual([]);
    expect(await request(requestId)).toMatchObject({ status: 'COMPLETED', planned: { create: 0, delete: 4 } });
  });

  test('whose permission set is gone forgets its assignments', async () => {
    const pair = await newPair('Set-gone');
    await cloud.link('create', pair.linkData(`account%${BILLING}`));
    await cloud.settle();
    // AWS: a permission set can be deleted only when it is assigned nowhere. Were this noticed, it would be assigned again.
    await cloud.local('POST', 'faults', { eventLoss: 1 });
    await removeByHand(cloud, pair.assignment(BILLING));
    await deletePermissionSet(cloud, pair.permissionSetArn);
    await cloud.local('POST', 'faults', {});
    const { requestId } = await cloud.link('delete', pair.linkData(`account%${BILLING}`));
    await cloud.settle();
    expect(await request(requestId)).toMatchObject({ status: 'COMPLETED', planned: { create: 0, delete: 1 } });
    expect(await managed('Set-gone')).toEqual([]);
  });

  test('that never was is complete at once', async () => {
    const pair = await newPair('Never-was');
    const { requestId, message } = await cloud.link('delete', pair.linkData(`account%${BILLING}`));
    expect(message).toBe('no such link');
    expect(await request(requestId)).toMatchObject({ status: 'COMPLETED', planned: { create: 0, delete: 0 }, message });
  });
});

describe('one link submitted many times within a second', () => {
  test.each([
    ['create, delete, create', ['create', 'delete', 'create'], [LEDGER]],
    ['create, delete, create, delete', ['create', 'delete', 'create', 'delete'], []],
    ['create, delete', ['create', 'delete'], []],
  ] as const)('%s ends as the last says', async (name, actions, expected) => {
    const pair = await newPair(name.replaceAll(', ', '.'));
    const requests: string[] = [];
    for (const action of actions) {
      requests.push((await cloud.link(action, pair.linkData(`account%${LEDGER}`))).requestId);
    }
    await cloud.settle();
    expect(await pair.accounts()).toEqual(expected);
    for (const requestId of requests)
      expect(await request(requestId)).toMatchObject({ status: 'COMPLETED', failed: 0 });
  });

  test('delete, create, delete of one that is there ends unassigned', async () => {
    const pair = await newPair('Reverse');
    await cloud.link('create', pair.linkData(`account%${LEDGER}`));
    await cloud.settle();
    for (const action of ['delete', 'create', 'delete'] as const) {
      await cloud.link(action, pair.linkData(`account%${LEDGER}`));
    }
    await cloud.settle();
    expect(await pair.accounts()).toEqual([]);
  });
});

describe('200 links posted at once', () => {
  test('all arrive', async () => {
    const permissionSetArn = await createPermissionSet(cloud, 'Everybody');
    const links = GROUPS.map((group, index) => `account%${accountFor(index)}%Everybody%${group}%GROUP%ssofile`);
    const answers = await Promise.all(links.map((link) => cloud.link('create', link)));
    await cloud.settle();
    const ids = await Promise.all(GROUPS.map((group) => principalId(cloud, 'GROUP', group)));
    for (const accountId of ACCOUNTS) {
      const expected = ids.filter((_, index) => accountFor(index) === accountId).sort();
      expect(await cloud.assignedPrincipals(accountId, permissionSetArn)).toEqual(expected);
    }
    const requests = await Promise.all(answers.map(({ requestId }) => request(requestId)));
    expect(requests.filter(({ status, planned }) => status !== 'COMPLETED' || planned.create !== 1)).toEqual([]);
  });
});
