import { convergenceKey } from '../../lambda/domain/convergence';
import { decisionWrite, heldPlanOf } from '../../lambda/domain/held-plan';
import type { AccountId, PermissionSetName } from '../../lambda/domain/ids';
import { leaderKey } from '../../lambda/domain/lease';
import { rowKey } from '../../lambda/domain/ledger-row';
import { type Link, printLink } from '../../lambda/domain/link';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { TableName } from '../../lambda/domain/write';
import { postPermissionSet } from '../../lambda/intake/post-permission-set';
import { previewWorld } from '../../lambda/intake/preview-world';
import type { ShownChange } from '../../lambda/intake/shown-plan';
import { seededRandom } from '../../local/clock';
import { BothControllersWorld } from '../support/both-controllers-world';
import { account, linkWith } from '../support/links';
import { silentLog } from '../support/silent-log';

const NAME = 'Billing-ps';
const TABLES: readonly TableName[] = ['links', 'ledger', 'control', 'organization', 'permission-sets'];
const SECRET = 's3:GetObjectThatNobodyMayKnowOf';
const ROOT = linkWith({ type: 'root' });
const BY_TAG = linkWith({ type: 'account_tag', key: 'team', value: 'Finance' });
const BILLING: PermissionSet = {
  permissionSetName: NAME,
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/job-function/Billing'],
};

interface Plan {
  readonly create: number;
  readonly delete: number;
  readonly provision: number;
  readonly unchanged: number;
  readonly changes: readonly ShownChange[];
  readonly permissionSet: { readonly kind: string; readonly parts: readonly string[]; readonly reason: string };
  readonly waitingFor: readonly string[];
  readonly held: readonly object[];
  readonly notLookedAt: readonly string[];
}

function prepared() {
  const world = new BothControllersWorld();
  world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [
    account('111111111111'),
    account('200000000001', [], { team: 'Finance' }),
    account('200000000002', []),
    account('200000000003', [], { team: 'Finance' }),
  ];
  return world;
}

/** A world in which the permission set is declared and assigned in the accounts of a link. */
async function assigned(link: Link = BY_TAG, document: PermissionSet = BILLING) {
  const world = prepared();
  await world.submitPermissionSet(NAME, document);
  await world.submit(link);
  await world.settle();
  return world;
}

const stored = (world: BothControllersWorld) => JSON.stringify(TABLES.map((table) => world.store.all(table)));

function post(world: BothControllersWorld, body: object) {
  const {
    store,
    clock,
    uniqueId: newId,
    reader,
    organization,
    permissionSetService: permissionSets,
    protection,
  } = world;
  const settings = { managementAccountId: '111111111111', supportNestedOu: true, limits: world.limits };
  const preview = { ...previewWorld(reader, organization, settings), permissionSets };
  const bell = { ring: async () => Promise.reject(new Error('A dry run wakes nobody')) };
  const log = { ...silentLog, info: () => Promise.reject(new Error('What did not happen is not logged')) };
  const intake = { store, clock, newId, bell, log, preview, protection };
  const query = { dryRun: 'true' };
  return postPermissionSet(intake, { requestId: 'dry-run', body: JSON.stringify(body), query, submittedBy: 'a test' });
}

const WRITES = /^(Create|Update|Put|Delete|Attach|Detach|Tag|Untag|Provision)/;

/** The answer, after having seen that nothing was stored and Identity Center was only read. */
async function answered(world: BothControllersWorld, body: object) {
  const before = stored(world);
  const called = world.called.length;
  const answer = await post(world, body);
  expect(stored(world)).toBe(before);
  expect(world.called.slice(called).filter((operation) => WRITES.test(operation))).toEqual([]);
  return answer;
}

async function previewed(world: BothControllersWorld, body: object): Promise<Plan> {
  const { statusCode, body: answer } = await answered(world, body);
  expect([statusCode, answer]).toEqual([200, { plan: expect.anything() }]);
  return answer.plan as unknown as Plan;
}

const declare = (document: PermissionSet) => ({ action: 'create', permissionSetData: document });
const REMOVE = { action: 'delete', permissionSetData: { permissionSetName: NAME } };
const accountsOf = ({ changes }: Plan, asked: string) =>
  changes
    .filter(({ kind }) => kind === asked)
    .map(({ accountId }) => accountId as string)
    .sort();

/** Which version of the permission set each account has. */
function versionsOf({ identityCenter }: BothControllersWorld): Map<string, number> {
  const record = identityCenter.instance.permissionSets.named(NAME);
  const roles = record ? [...identityCenter.instance.provisionings.ofPermissionSet(record.arn).values()] : [];
  return new Map(roles.map(({ accountId, version }): [string, number] => [accountId, version]).sort());
}

describe('a permission set that is new', () => {
  test('would be created, and assigned in the accounts of the links that wait for it', async () => {
    const world = prepared();
    await world.submit(BY_TAG);
    await world.settle();
    const plan = await previewed(world, declare(BILLING));
    expect(plan).toMatchObject({
      create: 2,
      delete: 0,
      provision: 0,
      unchanged: 0,
      permissionSet: { kind: 'create', parts: [], reason: 'Identity Center has none of this name' },
      waitingFor: [],
      held: [],
      notLookedAt: [],
    });
    const reason = `claimed by link ${printLink(BY_TAG)}`;
    expect([...plan.changes].sort((one, other) => (one.accountId < other.accountId ? -1 : 1))).toEqual([
      { accountId: '200000000001', kind: 'create', reason },
      { accountId: '200000000003', kind: 'create', reason },
    ]);
  });

  test('says what its links would still wait for, and that policies of accounts are not looked at', async () => {
    const world = prepared();
    await world.submit(ROOT);
    await world.submit({ ...BY_TAG, principal: { type: 'USER', name: 'nobody' } });
    const document = { ...BILLING, customerManagedPoliciesList: [{ Name: 'cmp-1', Path: '/cmp/1/' }] };
    expect(await previewed(world, declare(document))).toMatchObject({
      create: 3,
      waitingFor: ['principal: USER nobody does not exist in the directory'],
      notLookedAt: ['policies: whether the accounts have /cmp/1/cmp-1'],
    });
  });

  test('that nobody links changes nothing else', async () => {
    const plan = await previewed(prepared(), declare(BILLING));
    expect(plan).toMatchObject({ create: 0, unchanged: 0, changes: [], permissionSet: { kind: 'create' } });
  });
});

describe('a permission set that is there', () => {
  const CHANGES: readonly [parts: string[], reaches: boolean, document: Partial<PermissionSet>][] = [
    [['description'], false, { description: 'Pays' }],
    [['sessionDuration'], true, { sessionDurationInMinutes: 120 }],
    [['relayState'], true, { relayState: 'https://example.com' }],
    [['tags'], false, { tags: [{ Key: 'team', Value: 'Finance' }] }],
    [['managedPolicies'], true, { managedPoliciesArnList: [] }],
    [
      ['inlinePolicy'],
      true,
      { inlinePolicyDocument: { Statement: { Effect: 'Deny', Action: SECRET, Resource: '*' } } },
    ],
    [['boundary'], true, { permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' } }],
    [['sessionDuration', 'tags'], true, { sessionDurationInMinutes: 120, tags: [{ Key: 'team', Value: 'Finance' }] }],
    [[], false, {}],
  ];

  test.each(CHANGES)('%p: provisioning is %p', async (parts, reaches, document) => {
    const world = await assigned();
    const plan = await previewed(world, declare({ ...BILLING, ...document }));
    expect(plan).toMatchObject({ create: 0, delete: 0, provision: reaches ? 2 : 0, unchanged: 2 });
    const kind = parts.length > 0 ? 'update' : 'unchanged';
    expect(plan.permissionSet).toEqual({ kind, parts, reason: expect.any(String) });
    expect(accountsOf(plan, 'provision')).toEqual(reaches ? ['200000000001', '200000000003'] : []);
    const reached = parts.filter((part) => part !== 'tags' && part !== 'description');
    for (const { reason } of plan.changes) expect(reason).toBe(`${NAME} changes there: ${reached.join(', ')}`);
    expect(JSON.stringify(plan)).not.toContain(SECRET);
  });

  test('is compared with what it is by now, not with what was declared', async () => {
    const world = await assigned();
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error('It is not there.');
    await world.permissionSetService.write(arn, { part: 'tags', set: new Map([['by', 'hand']]) });
    expect((await previewed(world, declare(BILLING))).permissionSet).toEqual({
      kind: 'update',
      parts: ['tags'],
      reason: 'it differs from the document in tags',
    });
  });

  test('that was never declared would be taken over', async () => {
    const world = prepared();
    await world.createPermissionSet(NAME);
    await world.submit(BY_TAG);
    await world.settle();
    expect(await previewed(world, declare(BILLING))).toMatchObject({
      provision: 2,
      unchanged: 2,
      permissionSet: {
        kind: 'update',
        parts: ['description', 'managedPolicies'],
        reason: expect.stringMatching(/; adopted: it existed in Identity Center before it was declared$/),
      },
    });
  });

  test('would be created again after somebody deleted it', async () => {
    const world = prepared();
    await world.submitPermissionSet(NAME, BILLING);
    await world.settle();
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error('It is not there.');
    await world.permissionSetService.remove(arn);
    await world.submit(BY_TAG);
    expect(await previewed(world, declare(BILLING))).toMatchObject({ create: 2, permissionSet: { kind: 'create' } });
  });

  test('is looked at although somebody works on it, and an account that was left behind is named', async () => {
    const world = await assigned();
    const arn = world.arnOf(NAME);
    if (!arn) throw new Error('It is not there.');
    await world.permissionSetService.write(arn, { part: 'attributes', to: { description: NAME, sessionMinutes: 90 } });
    await world.permissionSetService.write(arn, { part: 'attributes', to: { description: NAME, sessionMinutes: 60 } });
    const operation = { id: 'another', leaseUntil: Number.MAX_SAFE_INTEGER };
    const provisioning = { requestId: 'running', startedAt: 0 };
    await world.store.transact([
      { at: convergenceKey(NAME as PermissionSetName), update: { set: { operation, provisioning } } },
      { at: leaderKey('reconcile'), update: { set: { holder: 'another', until: Number.MAX_SAFE_INTEGER } } },
    ]);
    const reason = `${NAME} was changed before, and is not provisioned there yet`;
    const plan = await previewed(world, declare(BILLING));
    expect(plan).toMatchObject({ provision: 2, unchanged: 2, permissionSet: { kind: 'unchanged' } });
    expect(plan.changes.map((change) => change.reason)).toEqual([reason, reason]);
  });

  test('is merged and restored as in earnest', async () => {
    const world = await assigned();
    await world.submitPermissionSet(NAME, { permissionSetName: NAME });
    await world.settle();
    const merged = { relayState: 'https://example.com', permissionSetName: NAME };
    const merge = await previewed(world, { action: 'update', merge: true, permissionSetData: merged });
    expect(merge.permissionSet.parts).toEqual(['relayState']);
    const restore = { action: 'restore', generation: 1, permissionSetData: { permissionSetName: NAME } };
    expect((await previewed(world, restore)).permissionSet.parts).toEqual(['managedPolicies']);
  });
});

describe('what cannot be accepted is answered as in earnest', () => {
  test('a document with problems, a generation that is stale, a deletion of what is not ours', async () => {
    const world = await assigned();
    const wrong = await answered(world, declare({ ...BILLING, sessionDurationInMinutes: 5 } as PermissionSet));
    expect(wrong).toMatchObject({ statusCode: 400, body: { errors: [{ path: expect.stringContaining('Minutes') }] } });
    expect(await answered(world, { ...declare(BILLING), ifGeneration: 7 })).toMatchObject({ statusCode: 409 });
    const foreign = { action: 'delete', permissionSetData: { permissionSetName: 'LegacyAdministrator' } };
    expect(await answered(world, foreign)).toMatchObject({
      statusCode: 404,
      body: { message: 'There is no permission set LegacyAdministrator of this solution' },
    });
  });

  test('a permission set that is protected by its name, or as the controller would find out by its tags', async () => {
    const world = prepared();
    const byName = await answered(world, declare({ permissionSetName: 'AWSBilling' }));
    expect(byName).toMatchObject({ statusCode: 409, body: { message: expect.stringContaining('is protected') } });
    const arn = await world.createPermissionSet(NAME);
    await world.permissionSetService.write(arn, { part: 'tags', set: new Map([['owner', 'platform']]) });
    world.protection = { namePrefixes: [], tags: [{ Key: 'owner' }] };
    expect(await answered(world, declare(BILLING))).toMatchObject({
      statusCode: 409,
      body: { message: `${NAME} is protected: it carries the tag owner (Protected.Tags)` },
    });
  });

  test('a deletion while links reference it', async () => {
    const world = await assigned();
    expect(await answered(world, REMOVE)).toMatchObject({ statusCode: 400, body: { links: [printLink(BY_TAG)] } });
  });
});

describe('a deletion', () => {
  test('would delete it when nothing uses it', async () => {
    const world = prepared();
    await world.submitPermissionSet(NAME, BILLING);
    await world.settle();
    expect(await previewed(world, REMOVE)).toEqual({
      create: 0,
      delete: 0,
      provision: 0,
      unchanged: 0,
      changes: [],
      permissionSet: { kind: 'delete', parts: [], reason: 'no account has it' },
      waitingFor: [],
      held: [],
      notLookedAt: [],
    });
  });

  test('waits for assignments that are being removed', async () => {
    const world = await assigned();
    await world.submit(BY_TAG, 'deleted');
    const leaving = world
      .rows()
      .map((row) => ({ at: rowKey(row), update: { set: { desired: false, generation: 2 } } }));
    await world.store.transact(leaving);
    expect(await previewed(world, REMOVE)).toMatchObject({
      permissionSet: { kind: 'delete', reason: 'it goes when nothing uses it any more' },
      waitingFor: [expect.stringMatching(/^account: assignments are being removed from 20/)],
    });
  });

  test('waits for assignments of others', async () => {
    const world = await assigned();
    await world.submit(BY_TAG, 'deleted');
    await world.clock.runUntil(world.reconcile());
    const PermissionSetArn = world.arnOf(NAME) ?? '';
    const other = { PrincipalType: 'GROUP', PrincipalId: '00000000-0000-4000-8000-000000000009' } as const;
    world.identityCenter.preassign([{ AccountId: '200000000002', PermissionSetArn, ...other }]);
    const before = await previewed(world, REMOVE);
    expect(before.permissionSet).toEqual({
      kind: 'delete',
      parts: [],
      reason: 'it goes when nothing uses it any more',
    });
    expect(before.waitingFor).toEqual([
      `account: GROUP ${other.PrincipalId} is assigned in 200000000002, not by this solution`,
    ]);
  });

  test('of what Identity Center does not have only ends the declaration', async () => {
    const world = prepared();
    await world.submitPermissionSet(NAME, BILLING);
    expect((await previewed(world, REMOVE)).permissionSet).toMatchObject({ kind: 'unchanged', parts: [] });
  });
});

describe('what is too much for one answer', () => {
  test('is left out, and the answer says so', async () => {
    const world = prepared();
    for (const name of ['one', 'two', 'three']) {
      world.addPrincipal('GROUP', name);
      await world.submit({ ...ROOT, principal: { type: 'GROUP', name } });
    }
    const { findPrincipal } = world.reader;
    const slow = async (...asked: Parameters<typeof findPrincipal>) => {
      await world.clock.sleep(10_000);
      return findPrincipal(...asked);
    };
    Object.assign(world.reader, { findPrincipal: slow });
    const answer = await world.clock.runUntil(previewed(world, declare(BILLING)));
    expect(answer).toMatchObject({ create: 6, notLookedAt: [expect.stringMatching(/^links: not all principals/)] });
  });

  test('when the names of too many permission sets are unknown, is refused for now', async () => {
    const world = prepared();
    for (let index = 0; index < 5; index += 1) await world.createPermissionSet(`Other-${index}`);
    const name = world.permissionSetService.permissionSetName.bind(world.permissionSetService);
    world.permissionSetService.permissionSetName = async (arn) => {
      await world.clock.sleep(10_000);
      return name(arn);
    };
    const attempt = world.clock.runUntil(answered(world, declare(BILLING)));
    await expect(attempt).rejects.toMatchObject({ name: 'Throttled' });
  });
});

describe('removals of links that a plan holds', () => {
  async function held() {
    const world = await assigned(ROOT);
    world.limits = { maxRemovals: 2, maxRemovalPercent: 10 };
    await world.submit(ROOT, 'deleted');
    await world.clock.runUntil(world.reconcile());
    const [item] = world.store.all('control').filter(({ sk }) => sk === 'PLAN');
    if (!item) throw new Error('Nothing is held.');
    return { world, plan: heldPlanOf(item) };
  }

  test('are told as held, with the plan', async () => {
    const { world, plan } = await held();
    const { planId, reason } = plan;
    expect(reason).toContain('3 removals are 100 % of 3 managed assignments');
    expect(await previewed(world, declare(BILLING))).toMatchObject({
      create: 0,
      delete: 3,
      unchanged: 0,
      held: [{ removals: 3, reason, planId }],
    });
  });

  test('are not told once somebody has rejected it', async () => {
    const { world, plan } = await held();
    await world.store.transact([decisionWrite(plan, 'reject', 'somebody', new Date(world.clock.now()).toISOString())]);
    expect(await previewed(world, declare(BILLING))).toMatchObject({ delete: 0, unchanged: 3, held: [], changes: [] });
  });
});

test('what a dry run says is what happens', async () => {
  const world = prepared();
  const random = seededRandom(11);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const documents: readonly PermissionSet[] = [
    BILLING,
    { permissionSetName: NAME },
    { ...BILLING, sessionDurationInMinutes: 120, tags: [{ Key: 'a', Value: 'b' }] },
    { ...BILLING, inlinePolicyDocument: { Statement: { Effect: 'Deny', Action: SECRET, Resource: '*' } } },
  ];
  const links = [ROOT, BY_TAG, linkWith({ type: 'account', accountId: '200000000002' as AccountId })];
  const seen = new Set<string>();
  let provisioned = 0;
  for (let round = 0; round < 60; round += 1) {
    // Links move on, so that what is there differs from round to round.
    await world.submit(pick(links), random() < 0.5 ? 'present' : 'deleted');
    await world.settle();
    // AWS: roles stay for a while after the last assignment.
    await world.clock.runUntil(world.clock.sleep(3_600_000));
    const isRemoval = random() < 0.3;
    const document = pick(documents);
    const body = isRemoval ? REMOVE : declare(document);
    const { statusCode, body: answer } = await answered(world, body);
    if (statusCode !== 200) continue;
    const plan = answer.plan as unknown as Plan;
    const [liveBefore, rowsBefore, versionsBefore] = [await world.live(NAME), world.rows().length, versionsOf(world)];
    await world.submitPermissionSet(NAME, isRemoval ? undefined : document);
    await world.settle();
    const liveAfter = await world.live(NAME);
    seen.add(plan.permissionSet.kind);
    expect(world.rows()).toHaveLength(rowsBefore + plan.create - plan.delete);
    if (!isRemoval) expect(world.rows()).toHaveLength(plan.unchanged + plan.create);
    const isThere = { create: [false, true], update: [true, true], unchanged: [true, true], delete: [true, false] };
    expect([round, liveBefore !== undefined, liveAfter !== undefined]).toEqual([
      round,
      ...(isThere[plan.permissionSet.kind as keyof typeof isThere] ?? []),
    ]);
    if (plan.permissionSet.kind === 'unchanged') expect(liveAfter).toEqual(liveBefore);
    const versionsAfter = versionsOf(world);
    const updated = [...versionsBefore].filter(([id, version]) => versionsAfter.get(id) !== version).map(([id]) => id);
    expect([round, accountsOf(plan, 'provision')]).toEqual([
      round,
      plan.permissionSet.kind === 'delete' ? [] : updated,
    ]);
    provisioned += plan.provision;
  }
  expect(provisioned).toBeGreaterThan(10);
  expect([...seen].sort()).toEqual(['create', 'delete', 'unchanged', 'update']);
});
