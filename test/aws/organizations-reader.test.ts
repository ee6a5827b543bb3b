import { OrganizationsReader } from '../../lambda/aws/organizations-reader';
import type { AccountId, OrganizationalUnitId } from '../../lambda/domain/ids';
import { MEMBER, smallOrganization, smallWorld } from '../local/world/small-world';
import { clientsOf } from './support/service-clients';

const INNER = '555555555555';

/** Organizations with many accounts: nested, tagged (a third never was) and one of every state. */
function largeOrganization() {
  const document = smallOrganization();
  const accounts = Array.from({ length: 130 }, (_, index) => ({
    id: String(600000000000 + index),
    name: `account ${index}`,
    ...(index % 3 === 0 ? {} : { tags: { number: String(index), 'team:name': 'Shop + Co' } }),
  }));
  const states = ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'].map((state, index) => ({
    id: String(700000000000 + index),
    name: state,
    state,
  }));
  return { ...document, root: { ...document.root, accounts: [...document.root.accounts, ...accounts, ...states] } };
}

function reading(document: unknown = smallOrganization(), emptyPageProbability = 0, seed = 1) {
  const small = smallWorld({ document, seed, organizations: { emptyPageProbability } });
  const clients = clientsOf(small.world);
  return { ...small, clients, reader: new OrganizationsReader(clients.organizations, clients.tagging) };
}

test('an account is read with its parents from the nearest to the root, its state and its tags', async () => {
  const { reader } = reading();
  const accounts = await reader.readAccounts();
  expect(accounts).toHaveLength(6);
  expect(accounts.find(({ id }) => id === INNER)).toEqual({
    id: INNER,
    name: 'inner',
    state: 'ACTIVE',
    ancestors: ['ou-ab12-innermost', 'ou-ab12-workloads', 'r-ab12'],
    tags: {},
  });
  expect(accounts.find(({ id }) => id === '444444444445')?.tags).toEqual({ team: 'Finance', env: 'prod' });
  expect(accounts.find(({ id }) => id === '888888888888')?.state).toBe('SUSPENDED');
});

test.each([1, 2, 3, 4, 5])('empty pages between full ones lose nothing (seed %d)', async (seed) => {
  const document = largeOrganization();
  const { reader, clients } = reading(document, 0.5, seed);
  const accounts = await reader.readAccounts();
  expect(new Set(accounts.map(({ id }) => id)).size).toBe(accounts.length);
  expect(accounts).toHaveLength(6 + 130 + 4);
  const tagged = accounts.filter(({ tags }) => 'number' in tags);
  expect(tagged).toHaveLength(130 - 44);
  for (const { id, tags } of tagged) {
    expect(tags).toEqual({ number: String(Number(id) - 600000000000), 'team:name': 'Shop + Co' });
  }
  // 140 accounts by 20: more calls than that show that some pages were empty.
  expect(clients.calls.filter((operation) => operation === 'ListAccounts').length).toBeGreaterThan(7);
});

test('every state is answered as it is, whether or not AWS still shows the retired status beside it', async () => {
  for (const showStatus of [true, false]) {
    const { world } = smallWorld({ document: largeOrganization(), organizations: { showStatus } });
    const clients = clientsOf(world);
    const accounts = await new OrganizationsReader(clients.organizations, clients.tagging).readAccounts();
    const others = accounts.filter(({ id }) => id.startsWith('7'));
    expect(others.map(({ state }) => state)).toEqual(['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);
  }
});

test('one account is read with tags that were just changed', async () => {
  const { reader, organizations } = reading();
  await organizations('TagResource', { ResourceId: MEMBER, Tags: [{ Key: 'team', Value: '' }] });
  expect(await reader.readAccount(MEMBER as AccountId)).toEqual({
    id: MEMBER,
    name: 'app',
    state: 'ACTIVE',
    ancestors: ['ou-ab12-workloads', 'r-ab12'],
    tags: { team: '' },
  });
});

test('tags that were removed are gone from one account and from all', async () => {
  const { reader, organizations } = reading();
  await organizations('UntagResource', { ResourceId: MEMBER, TagKeys: ['team'] });
  expect((await reader.readAccount(MEMBER as AccountId))?.tags).toEqual({});
  expect((await reader.readAccounts()).find(({ id }) => id === MEMBER)?.tags).toEqual({});
});

test('what is not in the organization is nothing, not a fault', async () => {
  const { reader } = reading();
  expect(await reader.readAccount('999999999999' as AccountId)).toBeUndefined();
  expect(await reader.organizationalUnitExists('ou-ab12-notthere' as OrganizationalUnitId)).toBe(false);
  expect(await reader.organizationalUnitExists('ou-ab12-workloads' as OrganizationalUnitId)).toBe(true);
  expect(await reader.organizationalUnitExists('r-zz99' as OrganizationalUnitId)).toBe(false);
});

test('a fault of the service is named', async () => {
  const { tagging, organizations } = clientsOf(smallWorld().world);
  const send = () => Promise.reject(Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' }));
  const reader = new OrganizationsReader({ send } as unknown as typeof organizations, tagging);
  await expect(reader.readAccounts()).rejects.toMatchObject({ name: 'Throttled', message: 'slow down' });
  await expect(reader.readAccount(MEMBER as AccountId)).rejects.toMatchObject({ name: 'Throttled' });
});
