import {
  AcceptHandshakeCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DeleteOrganizationalUnitCommand,
  InviteAccountToOrganizationCommand,
  ListAccountsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-organizations';
import { accountsAssignedTo, createPermissionSet, principalId } from './support/access';
import { loggedBy } from './support/function-log';
import { ADMINISTRATION, administratorOf, LocalCloud, MANAGEMENT, TARGET } from './support/local-cloud';

const GROUP = 'team';
const OUTSIDER = '555555555555';
const ROOT = 'r-ab12';
/** Each test has a district of its own, so that one installation serves them all. */
const DISTRICTS = ['join', 'move', 'share', 'tags', 'units', 'suspended', 'closed', 'removed', 'strange'] as const;
type DistrictName = (typeof DISTRICTS)[number];

/** Two sibling units below an outer one, one of them with a unit below it, and four accounts. */
function district(name: DistrictName) {
  const number = DISTRICTS.indexOf(name) + 1;
  const [one, two, three, four] = [1, 2, 3, 4].map((rank) => `44444444${number}0${rank}0`) as [string, ...string[]];
  const id = (unit: string) => `ou-ab12-${unit}${number}000`;
  return {
    one,
    two: two ?? '',
    three: three ?? '',
    four: four ?? '',
    outer: id('outer'),
    left: id('left'),
    right: id('right'),
    deep: id('deep'),
    permissionSet: `Of-${name}`,
    color: `red-${name}`,
  };
}

const account = (id: string, tags: Record<string, string> = {}) => ({ id, name: `account-${id}`, tags });
const unit = (id: string, accounts: object[], organizationalUnits: object[] = []) => ({
  id,
  name: id,
  accounts,
  organizationalUnits,
});
const ORGANIZATION = {
  organization: { id: 'o-exampleorg1', managementAccountId: MANAGEMENT },
  root: {
    id: ROOT,
    accounts: [account(MANAGEMENT), account(ADMINISTRATION), account(TARGET), account('000000000000')],
    organizationalUnits: DISTRICTS.map(district).map(({ one, two, three, four, outer, left, right, deep, color }) =>
      unit(
        outer,
        [],
        [
          unit(left, [account(one, { team: color })], [unit(deep, [account(two, { team: color })])]),
          unit(right, [account(three), account(four)]),
        ],
      ),
    ),
  },
  identityCenter: {
    instanceArn: 'arn:aws:sso:::instance/ssoins-1111222233334444',
    identityStoreId: 'd-1234567890',
    region: 'eu-west-1',
    delegatedAdministratorAccountId: ADMINISTRATION,
  },
  groups: [{ displayName: GROUP }],
};

let cloud: LocalCloud;
let organizations: OrganizationsClient;
let group: string;
beforeAll(async () => {
  cloud = await LocalCloud.start({ organization: ORGANIZATION, speed: 60 });
  organizations = cloud.organizations();
  group = await principalId(cloud, 'GROUP', GROUP);
});
afterAll(() => cloud?.stop());

/** Declares links of a district's permission set; answers which of its accounts have it then. */
async function declared(name: DistrictName, ...scopes: readonly string[]) {
  const { permissionSet, one, two, three, four } = district(name);
  const arn = await createPermissionSet(cloud, permissionSet);
  const linkOf = (scope: string) => `${scope}%${permissionSet}%${GROUP}%GROUP%ssofile`;
  const link = (scope: string) => cloud.link('create', linkOf(scope));
  for (const scope of scopes) await link(scope);
  await cloud.settle();
  const all = () => accountsAssignedTo(cloud, arn, group);
  const holders = async () => (await all()).filter((id) => [one, two, three, four].includes(id));
  return { ...district(name), arn, linkOf, link, all, holders };
}

async function move(AccountId: string, SourceParentId: string, DestinationParentId: string): Promise<void> {
  await organizations.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
}

async function invited(Id: string): Promise<string> {
  const command = new InviteAccountToOrganizationCommand({ Target: { Id, Type: 'ACCOUNT' } });
  return (await organizations.send(command)).Handshake?.Id ?? '';
}

async function accept(accountId: string, HandshakeId: string): Promise<void> {
  const client = cloud.organizations(administratorOf(accountId));
  await client.send(new AcceptHandshakeCommand({ HandshakeId }));
}

async function deletions(): Promise<number> {
  return (await cloud.local('GET', 'metrics')).body.calls['sso:DeleteAccountAssignment'] ?? 0;
}

async function newAccount(tags: Record<string, string> = {}): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const input = { AccountName: 'new', Email: 'new@example.com', Tags };
  await organizations.send(new CreateAccountCommand(input));
  await cloud.settle();
  const accounts: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await organizations.send(new ListAccountsCommand(NextToken ? { NextToken } : {}));
    for (const { Id = '', Name } of page.Accounts ?? []) if (Name === 'new') accounts.push(Id);
    NextToken = page.NextToken;
  } while (NextToken);
  return accounts[0] ?? 'none';
}

describe('access follows', () => {
  test('a new account that is tagged at its creation, and one that is invited', async () => {
    const { color, linkOf, all } = await declared('join', 'account_tag%team^red-join', 'root%all');
    const before = await all();
    const created = await newAccount({ team: color });
    expect(await all()).toEqual([...before, created].sort());
    const { body } = await cloud.api('GET', `/accounts/${created}/assignments`);
    expect(body.assignments).toMatchObject([{ state: 'PROVISIONED' }]);
    expect([...body.assignments[0].claims].sort()).toEqual([linkOf(`account_tag%team^${color}`), linkOf('root%all')]);
    const handshake = await invited(OUTSIDER);
    await cloud.settle();
    expect(await all()).not.toContain(OUTSIDER);
    await accept(OUTSIDER, handshake);
    await cloud.settle();
    expect(await all()).toEqual([...before, created, OUTSIDER].sort());
    await cloud.link('delete', linkOf('root%all'));
    await cloud.settle();
  });

  test('moves between siblings, into nested units, and out of a unit that is deleted right after', async () => {
    const { one, two, three, four, left, right, deep, link, holders } = await declared('move');
    await link(`ou_id%${left}`);
    await cloud.settle();
    expect(await holders()).toEqual([one, two]);
    await move(one, left, right);
    await move(three, right, left);
    await cloud.settle();
    expect(await holders()).toEqual([two, three]);
    await move(four, right, deep);
    await move(two, deep, right);
    await cloud.settle();
    expect(await holders()).toEqual([three, four]);
    await move(four, deep, right);
    await organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: deep }));
    await cloud.settle();
    expect(await holders()).toEqual([three]);
  });

  test('what units share is never interrupted: no delete is submitted for it', async () => {
    const { one, two, three, four, outer, left, right, deep, link, holders } = await declared('share', 'root%all');
    await link(`ou_id%${outer}`);
    await link(`ou_id%${left}`);
    await cloud.settle();
    const before = await deletions();
    await move(one, left, right);
    await cloud.settle();
    await move(one, right, deep);
    await cloud.settle();
    expect(await holders()).toEqual([one, two, three, four]);
    expect(await deletions()).toBe(before);
    const { body } = await cloud.api('GET', `/accounts/${one}/assignments`);
    expect(body.assignments[0].claims).toHaveLength(3);
    await cloud.link('delete', `root%all%Of-share%${GROUP}%GROUP%ssofile`);
    await cloud.settle();
  });

  test('tags that are added, changed from one linked value to another, and removed', async () => {
    const { one, two, three, color, holders } = await declared('tags', 'account_tag%team^red-tags');
    const blue = await createPermissionSet(cloud, 'Blue-ps');
    await cloud.link('create', `account_tag%team^blue%Blue-ps%${GROUP}%GROUP%ssofile`);
    await cloud.settle();
    expect(await holders()).toEqual([one, two]);
    const tag = (ResourceId: string, Value: string) =>
      organizations.send(new TagResourceCommand({ ResourceId, Tags: [{ Key: 'team', Value }] }));
    await tag(three, color);
    await tag(one, 'blue');
    await organizations.send(new UntagResourceCommand({ ResourceId: two, TagKeys: ['team'] }));
    await cloud.settle();
    expect(await holders()).toEqual([three]);
    expect(await accountsAssignedTo(cloud, blue, group)).toEqual([one]);
  });

  test('a unit that is made empty, linked, and moved into', async () => {
    const { three, right, link, holders } = await declared('units');
    const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: ROOT, Name: 'new' }));
    const id = made.OrganizationalUnit?.Id ?? '';
    const { requestId } = await link(`ou_id%${id}`);
    await cloud.settle();
    expect((await cloud.api('GET', `/requests/${requestId}`)).body).toMatchObject({ status: 'COMPLETED' });
    await move(three, right, id);
    await cloud.settle();
    expect(await holders()).toEqual([three]);
    await move(three, id, right);
    await organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: id }));
    await cloud.settle();
    expect(await holders()).toEqual([]);
    const { links } = (await cloud.api('GET', `/links?scope=${encodeURIComponent(`ou_id%${id}`)}`)).body;
    expect(links).toMatchObject([{ status: 'WAITING', waitingFor: [`ou: ${id} is not in the organization`] }]);
  });

  test.each<['suspended' | 'closed' | 'removed', (id: string) => Promise<unknown>, (id: string) => Promise<unknown>]>([
    [
      'suspended',
      (id) => cloud.local('POST', `accounts/${id}`, { state: 'SUSPENDED' }),
      (id) => cloud.local('POST', `accounts/${id}`, { state: 'ACTIVE' }),
    ],
    [
      'closed',
      (id) => organizations.send(new CloseAccountCommand({ AccountId: id })),
      (id) => cloud.local('POST', `accounts/${id}`, { state: 'ACTIVE' }),
    ],
    [
      'removed',
      (id) => organizations.send(new RemoveAccountFromOrganizationCommand({ AccountId: id })),
      async (id) => accept(id, await invited(id)),
    ],
  ])('an account that is %s: no operation, and it is looked at again when it is back', async (how, go, comeBack) => {
    const { one, outer, link, linkOf } = await declared(how);
    await link(`ou_id%${outer}`);
    await cloud.settle();
    const states = async () => {
      const { assignments } = (await cloud.api('GET', `/accounts/${one}/assignments`)).body;
      return assignments.map((assignment: { state: string }) => assignment.state);
    };
    expect(await states()).toEqual(['PROVISIONED']);
    const before = await deletions();
    await go(one);
    await cloud.settle();
    expect(await states()).toEqual(['UNREACHABLE']);
    await cloud.link('delete', linkOf(`ou_id%${outer}`));
    await cloud.settle();
    expect(await states()).toEqual(['UNREACHABLE']);
    expect(await deletions()).toBe(before + 3);
    await comeBack(one);
    await cloud.settle();
    expect(await states()).toEqual([]);
    expect(await deletions()).toBe(before + 4);
  });
});

test('events that are malformed, unknown, or from somewhere else change nothing and hurt nobody', async () => {
  const { one, two, link, holders } = await declared('strange');
  await link(`account%${one}`);
  await cloud.settle();
  const detail = { eventSource: 'organizations.amazonaws.com', eventName: 'MoveAccount' };
  const inManagement = { source: 'aws.organizations', account: MANAGEMENT, region: 'us-east-1' };
  const inAdministration = { source: 'aws.identitystore', account: ADMINISTRATION, region: 'eu-west-1' };
  const tag = { service: 'organizations', 'resource-type': 'account' };
  const group = { eventSource: 'identitystore.amazonaws.com', eventName: 'DeleteGroup' };
  const events = [
    { ...inManagement, detail },
    { ...inManagement, detail: { ...detail, requestParameters: 7 } },
    { ...inManagement, account: '999999999999', detail: { ...detail, requestParameters: { accountId: one } } },
    { ...inManagement, source: 'aws.tag', 'detail-type': 'Tag Change on Resource', resources: 'none', detail: tag },
    { ...inAdministration, detail: { ...group, requestParameters: { groupId: 'all' } } },
    { nothing: true },
  ];
  expect((await cloud.local('POST', 'events', events)).status).toBe(200);
  await cloud.settle();
  expect(await holders()).toEqual([one]);
  const ignored = await loggedBy(cloud, 'local-note-and-begin', 'EventsIgnored');
  expect(ignored).toHaveLength(4);
  for (const line of ignored) expect(line).toMatchObject({ because: 'malformed', EventsIgnored: 1 });
  await link(`account%${two}`);
  await cloud.settle();
  expect(await holders()).toEqual([one, two]);
});
