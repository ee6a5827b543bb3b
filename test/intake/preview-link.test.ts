import type { AccountId, OrganizationalUnitId, RequestId } from '../../lambda/domain/ids';
import { type Link, printLink } from '../../lambda/domain/link';
import type { Scope } from '../../lambda/domain/scope';
import type { TableName } from '../../lambda/domain/write';
import { postLink } from '../../lambda/intake/post-link';
import { previewWorld } from '../../lambda/intake/preview-world';
import { getRequest } from '../../lambda/query/get-request';
import { seededRandom } from '../../local/clock';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';

const SCOPES: readonly Scope[] = [
  { type: 'root' },
  { type: 'ou_id', organizationalUnitId: 'ou-ab12-workloads' as OrganizationalUnitId },
  { type: 'account_tag', key: 'team', value: 'Finance' },
  { type: 'account', accountId: '200000000001' as AccountId },
  { type: 'account', accountId: '200000000003' as AccountId },
  { type: 'account', accountId: '299999999999' as AccountId },
];
const TABLES: readonly TableName[] = ['links', 'ledger', 'control', 'organization', 'permission-sets'];

type Action = 'create' | 'delete';

async function prepared() {
  const world = new ControllerWorld();
  await world.addPermissionSet('Billing-ps');
  world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [
    account('111111111111'),
    account('200000000001', ['ou-ab12-workloads'], { team: 'Finance' }),
    account('200000000002', ['ou-ab12-workloads']),
    account('200000000003', ['ou-ab12-sandboxes'], { team: 'Finance' }),
    account('200000000004', ['ou-ab12-sandboxes'], {}, 'SUSPENDED'),
  ];
  return world;
}

const settled = async (world: ControllerWorld) => world.clock.runUntil(world.reconcile());
const stored = (world: ControllerWorld) => JSON.stringify(TABLES.map((table) => world.store.all(table)));

function post(world: ControllerWorld, action: Action, link: Link, query: Record<string, string> = { dryRun: 'true' }) {
  const { store, clock, uniqueId: newId, reader, organization } = world;
  const settings = { managementAccountId: '111111111111', supportNestedOu: true, limits: world.limits };
  const preview = previewWorld(reader, organization, settings);
  const bell = { ring: async () => Promise.reject(new Error('A dry run wakes nobody')) };
  const intake = { store, clock, newId, bell, log: silentLog, preview };
  const body = JSON.stringify({ action, linkData: printLink(link) });
  return postLink(intake, { requestId: 'dry-run', body, query, submittedBy: 'a test' });
}

async function previewed(world: ControllerWorld, action: Action, link: Link) {
  const before = stored(world);
  const { statusCode, body } = await post(world, action, link);
  expect(statusCode).toBe(200);
  expect(stored(world)).toBe(before);
  return body.plan as { create: number; delete: number; unchanged: number; changes: { accountId: string }[] };
}

test('a dry run says account by account what a new link would change, and why', async () => {
  const world = await prepared();
  const link = linkWith({ type: 'account_tag', key: 'team', value: 'Finance' });
  const reason = `claimed by link ${printLink(link)}`;
  const plan = await previewed(world, 'create', link);
  expect(plan).toMatchObject({ create: 2, delete: 0, unchanged: 0, waitingFor: [] });
  expect([...plan.changes].sort((one, other) => (one.accountId < other.accountId ? -1 : 1))).toEqual([
    { accountId: '200000000001', kind: 'create', reason },
    { accountId: '200000000003', kind: 'create', reason },
  ]);
});

test('a dry run of a deletion keeps what other links claim', async () => {
  const world = await prepared();
  const root = linkWith({ type: 'root' });
  const single = linkWith({ type: 'account', accountId: '200000000002' as AccountId });
  await world.submit(root);
  await world.submit(single);
  await settled(world);
  expect(await previewed(world, 'delete', root)).toMatchObject({ create: 0, delete: 2, unchanged: 1 });
  expect(await previewed(world, 'delete', single)).toMatchObject({ create: 0, delete: 0, unchanged: 3, changes: [] });
  expect(await previewed(world, 'create', root)).toMatchObject({ create: 0, delete: 0, unchanged: 3 });
});

test('a dry run of what is not there says nothing or what it waits for', async () => {
  const world = await prepared();
  const link = linkWith({ type: 'root' });
  expect(await previewed(world, 'delete', link)).toMatchObject({ create: 0, delete: 0, unchanged: 0, changes: [] });
  world.principals.clear();
  expect(await previewed(world, 'create', link)).toMatchObject({
    create: 0,
    waitingFor: ['principal: GROUP team-Accountants does not exist in the directory'],
  });
});

test('what a dry run says is what happens', async () => {
  const world = await prepared();
  const random = seededRandom(7);
  let changed = 0;
  for (let round = 0; round < 120; round += 1) {
    const scope = SCOPES[Math.floor(random() * SCOPES.length)] ?? { type: 'root' };
    const action: Action = random() < 0.5 ? 'create' : 'delete';
    const link = linkWith(scope);
    const plan = await previewed(world, action, link);
    const before = world.rows().length;
    const requestId: RequestId = await world.submit(link, action === 'create' ? 'present' : 'deleted');
    await settled(world);
    const { body } = await getRequest(world.store, 'q', requestId);
    expect(body.planned).toEqual({ create: plan.create, delete: plan.delete });
    expect(world.rows()).toHaveLength(before + plan.create - plan.delete);
    expect(world.rows()).toHaveLength(plan.unchanged + plan.create);
    changed += plan.changes.length;
  }
  expect(changed).toBeGreaterThan(20);
});

test('a dry run of the former name of a principal keeps what links by its present name claim', async () => {
  const world = await prepared();
  const former = linkWith({ type: 'root' });
  await world.submit(former);
  await settled(world);
  const id = world.principals.get('GROUP%team-Accountants');
  if (!id) throw new Error('There is no such group.');
  world.principals.clear();
  world.principals.set('GROUP%team-Finance', id);
  expect(await previewed(world, 'delete', former)).toMatchObject({ delete: 3, unchanged: 0 });
  const scope: Scope = { type: 'account_tag', key: 'team', value: 'Finance' };
  await world.submit({ ...former, principal: { type: 'GROUP', name: 'team-Finance' }, scope });
  expect(await previewed(world, 'delete', former)).toMatchObject({ delete: 1 });
});

describe('what the guard would hold', () => {
  const REASON =
    '3 removals are 100 % of 3 managed assignments: over Guard.MaxRemovals (2) and Guard.MaxRemovalPercent (10)';

  async function guarded() {
    const world = await prepared();
    await world.submit(linkWith({ type: 'root' }));
    await settled(world);
    world.limits = { maxRemovals: 2, maxRemovalPercent: 10 };
    return world;
  }

  test('is told, with the reason, and what would not be held is not', async () => {
    const world = await guarded();
    expect(await previewed(world, 'delete', linkWith({ type: 'root' }))).toMatchObject({
      delete: 3,
      held: [{ removals: 3, reason: REASON }],
    });
    world.limits = { maxRemovals: 3, maxRemovalPercent: 10 };
    expect(await previewed(world, 'delete', linkWith({ type: 'root' }))).toMatchObject({ delete: 3, held: [] });
  });

  test('is told with the plan that holds it already', async () => {
    const world = await guarded();
    const requestId = await world.submit(linkWith({ type: 'root' }), 'deleted');
    await settled(world);
    const { body } = await getRequest(world.store, 'q', requestId);
    const [planId] = body.heldBy as string[];
    expect(await previewed(world, 'delete', linkWith({ type: 'root' }))).toMatchObject({
      delete: 3,
      held: [{ removals: 3, reason: REASON, planId }],
    });
  });
});

test('of a large organization a dry run takes what is known, and says so', async () => {
  const world = await prepared();
  const many = Array.from({ length: 1_001 }, (_, index) => account(String(300000000000 + index)));
  world.accounts = [...world.accounts, ...many];
  await world.submit(linkWith({ type: 'root' }));
  await settled(world);
  await world.clock.runUntil(world.clock.sleep(3_600_000));
  world.accounts = world.accounts.slice(0, 3);
  const plan = await previewed(world, 'create', linkWith({ type: 'root' }));
  expect(plan).toMatchObject({
    unchanged: 1_004,
    notLookedAt: [expect.stringMatching(/^organization: its 1006 accounts are as they were last looked at/)],
  });
});

test('a dry run sees accounts as they are now', async () => {
  const world = await prepared();
  const link = linkWith({ type: 'account', accountId: '200000000005' as AccountId });
  await world.submit(linkWith({ type: 'root' }));
  await settled(world);
  world.accounts = [...world.accounts, account('200000000005')];
  expect(await previewed(world, 'create', link)).toMatchObject({ create: 1 });
});

test.each([
  [{ dryRun: 'yes' }, { path: 'query.dryRun', message: 'expected true or false, got "yes"' }],
  [{ dryRun: '' }, { path: 'query.dryRun', message: 'expected true or false, got ""' }],
  [{ dryRun: 'false,true' }, { path: 'query.dryRun', message: 'expected true or false, got "false,true"' }],
  [{ dryrun: 'true' }, { path: 'query.dryrun', message: 'is not supported' }],
])('%p is refused', async (query, problem) => {
  const world = await prepared();
  const before = stored(world);
  const { statusCode, body } = await post(world, 'create', linkWith({ type: 'root' }), query);
  expect([statusCode, body.errors]).toEqual([400, [problem]]);
  expect(stored(world)).toBe(before);
});

test('dryRun=false is in earnest', async () => {
  const world = await prepared();
  expect((await post(world, 'create', linkWith({ type: 'root' }), { dryRun: 'false' })).statusCode).toBe(200);
  expect(world.store.all('links')).toHaveLength(1);
});
