import { convergenceKey } from '../../lambda/domain/convergence';
import type { PermissionSetName } from '../../lambda/domain/ids';
import { takeInPermissionSetFiles } from '../../lambda/intake/permission-set-files';
import { postPermissionSet } from '../../lambda/intake/post-permission-set';
import { answerQuery } from '../../lambda/query/answer-query';
import { printPageToken } from '../../lambda/query/page-token';
import { IntakeTestWorld } from '../support/intake-world';
import { permissionSetArn } from '../support/stored-row';

type Parameters = Readonly<Record<string, string | readonly string[]>>;
type Body = Readonly<Record<string, unknown>>;

function ask(world: IntakeTestWorld, resource: string, path = {}, parameters: Parameters = {}) {
  const values = Object.entries(parameters).map(([name, value]) => [name, [value].flat()]);
  return answerQuery(world, { requestId: 'q', resource, path, parameters: Object.fromEntries(values) });
}

const list = (world: IntakeTestWorld, parameters: Parameters = {}) => ask(world, '/permission-sets', {}, parameters);
const show = (world: IntakeTestWorld, name: string, parameters: Parameters = {}) =>
  ask(world, '/permission-sets/{name}', { name }, parameters);
const generations = (world: IntakeTestWorld, name: string, parameters: Parameters = {}) =>
  ask(world, '/permission-sets/{name}/generations', { name }, parameters);

let requests = 0;
async function post(world: IntakeTestWorld, action: string, permissionSetName: string, parts: object = {}, more = {}) {
  const requestId = `request-${++requests}`;
  const body = JSON.stringify({ action, permissionSetData: { permissionSetName, ...parts }, ...more });
  await postPermissionSet(world, { requestId, body, query: {}, submittedBy: 'alice' });
  return requestId;
}

/** What the controller leaves behind. */
async function converged(world: IntakeTestWorld, name: string, state: object) {
  const put = { permissionSetName: name, defined: 0, applied: 0, ...state };
  await world.store.transact([{ at: convergenceKey(name as PermissionSetName), put }]);
}

/** Every page of a listing, and how many there were. */
async function allPages(question: (parameters: Parameters) => ReturnType<typeof ask>, entry: string) {
  const entries: Body[] = [];
  let nextToken: string | undefined;
  let pages = 0;
  do {
    const { body } = await question(nextToken ? { nextToken } : {});
    entries.push(...(body[entry] as Body[]));
    nextToken = body.nextToken as string | undefined;
    pages += 1;
  } while (nextToken);
  return { entries, pages };
}

const errorPaths = (body: Body) => (body.errors as { path: string }[]).map(({ path }) => path);
const names = (body: Body) => (body.permissionSets as Body[]).map(({ permissionSetName }) => permissionSetName);
const account = (index: number) => String(300_000_000_000 + index);
const without = (count: number) => ({
  unprovisioned: Array.from({ length: count }, (_, n) => ({ accountId: account(n), message: 'access denied' })),
  unprovisionedCount: count,
});
const NO_NAMES = ['nobody', '', 'a b', 'n'.repeat(33), 'n'.repeat(5000), 'a/b', 'a\n'];

describe('GET /permission-sets/{name}', () => {
  test('shows a permission set from its acceptance on, with its document as it was submitted', async () => {
    const world = new IntakeTestWorld();
    const condition = { Bool: { 'aws:MultiFactorAuthPresent': false }, NumericEquals: { 'a:b': 0, 'a:a': '' } };
    const parts = {
      tags: [],
      inlinePolicyDocument: { Statement: { Resource: '*', Effect: 'Deny', NotAction: '*', Condition: condition } },
      customerManagedPoliciesList: [{ Path: '/cmp/', Name: 'one' }],
      permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'boundary' } },
    };
    await post(world, 'create', 'Billing-ps', parts);
    const { statusCode, body } = await show(world, 'Billing-ps');
    expect(statusCode).toBe(200);
    expect(body).toEqual({
      permissionSetName: 'Billing-ps',
      document: { permissionSetName: 'Billing-ps', ...parts },
      generation: 1,
      appliedGeneration: 0,
      status: 'ACCEPTED',
      requiredPolicies: ['/cmp/one', '/boundary'],
      unprovisioned: [],
      unprovisionedCount: 0,
      submittedBy: 'alice',
      submittedAt: expect.stringMatching(/^2026-01-01T/),
      source: 'api',
    });
    expect(JSON.stringify(body.document)).toBe(JSON.stringify({ permissionSetName: 'Billing-ps', ...parts }));
  });

  test('tells what became of it', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create', 'Billing-ps');
    const arn = permissionSetArn('Billing-ps');
    await converged(world, 'Billing-ps', { permissionSetArn: arn, defined: 1, applied: 1, ...without(30) });
    const { body } = await show(world, 'Billing-ps');
    expect(body).toMatchObject({
      permissionSetArn: arn,
      appliedGeneration: 1,
      status: 'COMPLETED_WITH_FAILURES',
      message: expect.stringMatching(/^30 accounts do not have it as it is now: /),
      unprovisionedCount: 30,
    });
    expect(body.unprovisioned).toEqual(without(30).unprovisioned);
  });

  test('tells what its deletion waits for, until it is gone', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create', 'Billing-ps', { tags: [] });
    await post(world, 'delete', 'Billing-ps');
    await converged(world, 'Billing-ps', { defined: 1, applied: 1, waitingFor: ['account: 4444: SUSPENDED'] });
    expect((await show(world, 'Billing-ps')).body).toMatchObject({
      status: 'DELETING',
      message: '4444: SUSPENDED',
      document: { permissionSetName: 'Billing-ps', tags: [] },
    });
    await converged(world, 'Billing-ps', { applied: 2 });
    expect((await show(world, 'Billing-ps')).statusCode).toBe(404);
  });

  test.each(NO_NAMES)('404 when there is none: %#', async (name) => {
    const { statusCode, body } = await show(new IntakeTestWorld(), name);
    expect(statusCode).toBe(404);
    expect(body).toEqual({ message: expect.any(String), requestId: 'q' });
  });

  test('takes no parameters', async () => {
    const { statusCode, body } = await show(new IntakeTestWorld(), 'Billing-ps', { generation: '1', name: 'a' });
    expect(statusCode).toBe(400);
    expect(errorPaths(body).sort()).toEqual(['generation', 'name']);
  });
});

describe('GET /permission-sets', () => {
  test('shows those that are declared, in order of their names', async () => {
    const world = new IntakeTestWorld();
    for (const name of ['b', 'a.b', 'B', 'a', 'gone', 'going']) await post(world, 'create', name);
    for (const name of ['gone', 'going']) await post(world, 'delete', name);
    await converged(world, 'gone', { applied: 2 });
    await converged(world, 'going', { applied: 1 });
    const { statusCode, body } = await list(world);
    expect(statusCode).toBe(200);
    expect(names(body)).toEqual(['B', 'a', 'a.b', 'b', 'going']);
    expect(body).not.toHaveProperty('nextToken');
    expect((body.permissionSets as Body[])[4]).toEqual((await show(world, 'going')).body);
  });

  test('shows nothing when nothing is declared', async () => {
    expect(await list(new IntakeTestWorld())).toEqual({ statusCode: 200, body: { permissionSets: [] } });
  });

  test('names the first accounts that do not have it, and counts all', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create', 'Billing-ps');
    await converged(world, 'Billing-ps', { defined: 1, applied: 1, ...without(30) });
    const [shown] = (await list(world)).body.permissionSets as Body[];
    expect(shown?.unprovisioned).toEqual(without(20).unprovisioned);
    expect(shown?.unprovisionedCount).toBe(30);
  });

  test('goes through many page by page, each once and in order', async () => {
    const world = new IntakeTestWorld();
    const all = Array.from({ length: 250 }, (_, n) => `Ps-${String(n).padStart(3, '0')}`);
    for (const name of [...all].reverse()) await post(world, 'create', name);
    const { entries, pages } = await allPages((parameters) => list(world, parameters), 'permissionSets');
    expect(entries.map(({ permissionSetName }) => permissionSetName)).toEqual(all);
    expect(pages).toBe(3);
  });

  test('with a name shows that one', async () => {
    const world = new IntakeTestWorld();
    for (const name of ['Billing-ps', 'Audit-ps']) await post(world, 'create', name);
    expect(await list(world, { name: 'Billing-ps' })).toEqual(await show(world, 'Billing-ps'));
    expect((await list(world, { name: 'nobody' })).statusCode).toBe(404);
  });

  test.each<[parameters: Parameters, paths: string[]]>([
    [{ permissionSet: 'a' }, ['permissionSet']],
    [{ Name: 'a' }, ['Name']],
    [{ name: 'a b' }, ['name']],
    [{ name: '' }, ['name']],
    [{ name: ['a', 'b'] }, ['name']],
    [{ nextToken: 'garbage' }, ['nextToken']],
    [{ nextToken: '' }, ['nextToken']],
    [{ nextToken: printPageToken({ source: 0 }, 'another question') }, ['nextToken']],
    [{ name: 'n'.repeat(33), limit: '7' }, ['limit', 'name']],
  ])('refuses %j', async (parameters, paths) => {
    const { statusCode, body } = await list(new IntakeTestWorld(), parameters);
    expect(statusCode).toBe(400);
    expect(errorPaths(body).sort()).toEqual(paths);
  });
});

describe('GET /permission-sets/{name}/generations', () => {
  test('shows every submission, the newest first, also after it is gone', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create', 'Billing-ps', { description: 'first', tags: [] });
    await post(world, 'update', 'Billing-ps', { relayState: '/' }, { merge: true });
    await post(world, 'delete', 'Billing-ps');
    await post(world, 'create', 'Billing', { description: 'of another name' });
    const document = { permissionSetName: 'Billing-ps', description: 'first', tags: [] };
    const by = { at: expect.stringMatching(/^2026-01-01T/), submittedBy: 'alice' };
    const expected = [
      { generation: 3, ...by, action: 'delete' },
      { generation: 2, ...by, action: 'update', document: { ...document, relayState: '/' } },
      { generation: 1, ...by, action: 'create', document },
    ];
    expect(await generations(world, 'Billing-ps')).toEqual({ statusCode: 200, body: { generations: expected } });
    await converged(world, 'Billing-ps', { applied: 3 });
    expect((await show(world, 'Billing-ps')).statusCode).toBe(404);
    expect((await generations(world, 'Billing-ps')).body).toEqual({ generations: expected });
    await post(world, 'restore', 'Billing-ps', {}, { generation: 1 });
    expect((await generations(world, 'Billing-ps')).body).toEqual({
      generations: [{ generation: 4, ...by, action: 'restore', document }, ...expected],
    });
  });

  test('goes through many page by page, each once and in order', async () => {
    const world = new IntakeTestWorld();
    for (let count = 0; count < 250; count += 1) await post(world, 'update', 'Billing-ps');
    const question = (parameters: Parameters) => generations(world, 'Billing-ps', parameters);
    const { entries, pages } = await allPages(question, 'generations');
    expect(entries.map(({ generation }) => generation)).toEqual(Array.from({ length: 250 }, (_, n) => 250 - n));
    expect(pages).toBe(3);
    await post(world, 'create', 'Audit-ps');
    const { nextToken } = (await question({})).body;
    expect(nextToken).toEqual(expect.any(String));
    const other = await generations(world, 'Audit-ps', { nextToken: String(nextToken) });
    expect([other.statusCode, errorPaths(other.body)]).toEqual([400, ['nextToken']]);
  });

  test.each(NO_NAMES)('404 when there was never one: %#', async (name) => {
    expect((await generations(new IntakeTestWorld(), name)).statusCode).toBe(404);
  });

  test.each<[parameters: Parameters, paths: string[]]>([
    [{ generation: '1' }, ['generation']],
    [{ nextToken: 'garbage' }, ['nextToken']],
    [{ name: 'a', limit: '1' }, ['limit', 'name']],
  ])('refuses %j', async (parameters, paths) => {
    const { statusCode, body } = await generations(new IntakeTestWorld(), 'Billing-ps', parameters);
    expect(statusCode).toBe(400);
    expect(errorPaths(body).sort()).toEqual(paths);
  });
});

describe('GET /requests/{requestId} of a permission set', () => {
  const status = async (world: IntakeTestWorld, requestId: string) =>
    (await ask(world, '/requests/{requestId}', { requestId })).body;

  test('shows it from its acceptance on', async () => {
    const world = new IntakeTestWorld();
    const requestId = await post(world, 'create', 'Billing-ps');
    expect(JSON.parse(JSON.stringify(await status(world, requestId)))).toEqual({
      requestId,
      kind: 'permissionSet',
      action: 'create',
      subject: 'Billing-ps',
      generation: 1,
      status: 'ACCEPTED',
      createdAt: expect.stringMatching(/^2026-01-01T/),
      submittedBy: 'alice',
      planned: { create: 0, delete: 0 },
      adopted: 0,
      completed: 0,
      failed: 0,
      waitingFor: [],
      skipped: [],
      skippedCount: 0,
      errors: [],
    });
  });

  test('follows what the controller does for its generation', async () => {
    const world = new IntakeTestWorld();
    const first = await post(world, 'create', 'Billing-ps');
    const second = await post(world, 'update', 'Billing-ps');
    const both = async () => [(await status(world, first)).status, (await status(world, second)).status];
    await converged(world, 'Billing-ps', { defined: 1, applied: 1 });
    expect(await both()).toEqual(['COMPLETED', 'ACCEPTED']);
    await converged(world, 'Billing-ps', { defined: 2, applied: 1, compared: 'v' });
    expect(await both()).toEqual(['COMPLETED', 'APPLYING']);
    await converged(world, 'Billing-ps', { defined: 2, applied: 2, ownership: 'adopted' });
    expect(await both()).toEqual(['COMPLETED', 'COMPLETED']);
    expect(await status(world, second)).toMatchObject({ message: expect.stringMatching(/^adopted: /) });
  });

  test('waits for policies that accounts lack', async () => {
    const world = new IntakeTestWorld();
    const requestId = await post(world, 'create', 'Billing-ps');
    const lacking = { accountId: account(0), message: 'policy /one is missing', missingPolicy: '/one' };
    const state = { defined: 1, applied: 1, unprovisioned: [lacking], unprovisionedCount: 1, heldCount: 1 };
    await converged(world, 'Billing-ps', state);
    expect(await status(world, requestId)).toMatchObject({
      status: 'WAITING',
      waitingFor: [`policy: /one is not in account ${account(0)}`],
      errors: [{ accountId: account(0), message: 'policy /one is missing' }],
    });
  });

  test('shows why a file was refused', async () => {
    const world = new IntakeTestWorld();
    const body = world.bucket.put('permission_sets/Billing-ps.json', '{"permissionSetName": "Other-ps"}');
    await takeInPermissionSetFiles(world, [{ messageId: 'message-1', body }]);
    expect(await status(world, 'message-1')).toMatchObject({
      kind: 'permissionSet',
      subject: 'permission_sets/Billing-ps.json',
      status: 'REJECTED',
      errors: [{ path: 'permissionSetName', message: expect.stringContaining('as the file is called') }],
    });
  });

  test('of a deletion is completed when the permission set is gone', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create', 'Billing-ps');
    const requestId = await post(world, 'delete', 'Billing-ps');
    expect(await status(world, requestId)).toMatchObject({ action: 'delete', status: 'ACCEPTED' });
    await converged(world, 'Billing-ps', { applied: 2 });
    expect(await status(world, requestId)).toMatchObject({ status: 'COMPLETED', errors: [] });
  });
});
