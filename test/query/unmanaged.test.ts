import {
  type Inventory,
  inventoryPartWrite,
  lastInventoryKey,
  type UnmanagedAssignment,
  unmanagedPermissionSetWrite,
} from '../../lambda/domain/inventory';
import { answerQuery } from '../../lambda/query/answer-query';
import { IntakeTestWorld } from '../support/intake-world';

const INVENTORY: Inventory = {
  inventoryId: 'first',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T01:00:00.000Z',
  assignments: 250,
  permissionSets: 120,
  parts: 3,
};
const SUMMARY = {
  startedAt: INVENTORY.startedAt,
  finishedAt: INVENTORY.finishedAt,
  assignments: 250,
  permissionSets: 120,
};

function ask(world: IntakeTestWorld, resource: string, parameters: Readonly<Record<string, string>> = {}, path = {}) {
  const values = Object.entries({ managed: 'false', ...parameters }).map(([name, value]) => [name, [value]]);
  return answerQuery(world, { requestId: 'q', resource, path, parameters: Object.fromEntries(values) });
}

function assignment(index: number): UnmanagedAssignment {
  return {
    accountId: String(200_000_000_000 + (index % 10)),
    permissionSetName: index % 2 === 0 ? 'Even' : 'Odd',
    permissionSetArn: 'arn',
    principalType: index % 5 === 0 ? 'USER' : 'GROUP',
    principalId: `id-${index}`,
    ...(index % 5 === 0 ? {} : { principalName: `team-${index % 3}` }),
    seenAt: '2026-01-01T00:30:00.000Z',
  } as UnmanagedAssignment;
}

/** 250 assignments in parts of 130, 0 and 120, as a step may leave them. */
async function prepared() {
  const world = new IntakeTestWorld();
  const all = Array.from({ length: 250 }, (_, index) => assignment(index));
  for (const [index, lines] of [all.slice(0, 130), [], all.slice(130)].entries()) {
    await world.inventoryParts.save(`part ${index}`, lines);
    await world.store.transact([inventoryPartWrite('first', index + 1, `part ${index}`, 0)]);
  }
  for (let index = 0; index < 120; index += 1) {
    const found = { permissionSetName: `Set-${String(index).padStart(3, '0')}`, permissionSetArn: `arn-${index}` };
    await world.store.transact([unmanagedPermissionSetWrite('first', found as never, 0)]);
  }
  await world.store.transact([{ at: lastInventoryKey, put: { ...INVENTORY } }]);
  return { world, all };
}

/** All pages. */
async function pages(world: IntakeTestWorld, resource: string, parameters = {}, path = {}) {
  const entries: Record<string, unknown>[][] = [];
  let nextToken: unknown;
  do {
    const token = nextToken === undefined ? {} : { nextToken: String(nextToken) };
    const { statusCode, body } = await ask(world, resource, { ...parameters, ...token }, path);
    expect([statusCode, body.inventory]).toEqual([200, SUMMARY]);
    entries.push((body.assignments ?? body.permissionSets) as Record<string, unknown>[]);
    nextToken = body.nextToken;
  } while (nextToken !== undefined);
  return entries;
}

test('assignments of the last inventory are listed page by page, over all its parts', async () => {
  const { world, all } = await prepared();
  const found = await pages(world, '/assignments');
  expect(found.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(found.flat()).toEqual(all);
});

test.each([
  ['permissionSet', 'Odd', 125],
  ['principalType', 'USER', 50],
  ['principalName', 'team-1', 67],
])('%s narrows them', async (name, value, count) => {
  const { world, all } = await prepared();
  const found = (await pages(world, '/assignments', { [name]: value })).flat();
  const attribute = name === 'permissionSet' ? 'permissionSetName' : (name as 'principalType' | 'principalName');
  expect(found).toEqual(all.filter((one) => one[attribute] === value));
  expect(found).toHaveLength(count);
});

test('those of one account are listed below the account', async () => {
  const { world, all } = await prepared();
  const path = { accountId: '200000000003' };
  const found = (await pages(world, '/accounts/{accountId}/assignments', {}, path)).flat();
  expect(found).toEqual(all.filter(({ accountId }) => accountId === '200000000003'));
});

test('permission sets that are not ours are listed by name', async () => {
  const { world } = await prepared();
  const found = await pages(world, '/permission-sets');
  expect(found.map(({ length }) => length)).toEqual([100, 20]);
  expect(found.flat()[119]).toEqual({ permissionSetName: 'Set-119', permissionSetArn: 'arn-119' });
});

test('a token belongs to its inventory', async () => {
  const { world } = await prepared();
  const { nextToken } = (await ask(world, '/assignments')).body;
  await world.store.transact([{ at: lastInventoryKey, put: { ...INVENTORY, inventoryId: 'second' } }]);
  expect(await ask(world, '/assignments', { nextToken: String(nextToken) })).toMatchObject({
    statusCode: 400,
    body: { errors: [{ path: 'nextToken' }] },
  });
});

test.each(['/assignments', '/permission-sets'])('%s says so when there is no inventory', async (resource) => {
  expect(await ask(new IntakeTestWorld(), resource)).toEqual({
    statusCode: 404,
    body: {
      message: 'No inventory was taken so far: POST /full-pass?inventory=true takes one, and so does the schedule',
      requestId: 'q',
    },
  });
});

test.each([
  ['/assignments', { managed: 'no' }, 'managed'],
  ['/permission-sets', { name: 'Billing-ps' }, 'name'],
  ['/links', {}, 'managed'],
])('%s refuses %j', async (resource, parameters, path) => {
  const { statusCode, body } = await ask((await prepared()).world, resource, parameters);
  expect([statusCode, body.errors]).toEqual([400, [expect.objectContaining({ path })]]);
});

test('managed=true is what is listed anyway', async () => {
  const { world } = await prepared();
  expect((await ask(world, '/assignments', { managed: 'true' })).body).toEqual({ assignments: [] });
  expect((await ask(world, '/permission-sets', { managed: 'true' })).body).toEqual({ permissionSets: [] });
});
