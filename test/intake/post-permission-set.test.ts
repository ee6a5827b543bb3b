import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { answering } from '../../lambda/api/answer';
import { convergenceKey, permissionSetWorkKey } from '../../lambda/domain/convergence';
import type { PermissionSetArn, PermissionSetName, RequestId } from '../../lambda/domain/ids';
import { leaderKey } from '../../lambda/domain/lease';
import { generationKey, permissionSetKey } from '../../lambda/domain/permission-set-document';
import { requestKey } from '../../lambda/domain/request';
import { postLink } from '../../lambda/intake/post-link';
import { postPermissionSet } from '../../lambda/intake/post-permission-set';
import { Missing, Throttled } from '../../lambda/ports/faults';
import { IntakeTestWorld } from '../support/intake-world';
import { permissionSetArn } from '../support/stored-row';

const NAME = 'Billing-ps' as PermissionSetName;
const KEY = permissionSetKey(NAME);
const ALICE = 'arn:aws:iam::111111111111:user/alice';
const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const LINKS = ['root%all%Billing-ps%b%GROUP%ssofile', 'root%all%Billing-ps%a%USER%ssofile'];

const named = (parts: object = {}) => ({ permissionSetName: NAME, ...parts });
const create = (parts: object = {}) => ({ action: 'create', permissionSetData: named(parts) });
const update = (parts: object = {}, more: object = {}) => ({
  action: 'update',
  permissionSetData: named(parts),
  ...more,
});
const merge = (parts: object) => update(parts, { merge: true });
const remove = (more: object = {}) => ({ action: 'delete', permissionSetData: named(), ...more });
const restore = (generation: number, more: object = {}) => ({
  action: 'restore',
  permissionSetData: named(),
  generation,
  ...more,
});

let requests = 0;
function post(world: IntakeTestWorld, body: unknown, query = {}) {
  const requestId = `request-${++requests}`;
  const text = typeof body === 'string' || body === null ? body : JSON.stringify(body);
  return postPermissionSet(world, { requestId, body: text, query, submittedBy: ALICE });
}

/** A world in which these bodies were accepted one after the other. */
async function worldAfter(...bodies: object[]): Promise<IntakeTestWorld> {
  const world = new IntakeTestWorld();
  for (const body of bodies) expect(await post(world, body)).toMatchObject({ statusCode: 200 });
  return world;
}

async function link(world: IntakeTestWorld, action: 'create' | 'delete', linkData: string) {
  const body = JSON.stringify({ action, linkData });
  await postLink(world, { requestId: `request-${++requests}`, body, query: {}, submittedBy: ALICE });
}

/** What the controller leaves behind: the permission set is ours, or its deletion is over. */
async function converged(world: IntakeTestWorld, state: object) {
  await world.store.transact([{ at: convergenceKey(NAME), put: { permissionSetName: NAME, defined: 0, ...state } }]);
}

const documentIn = async (world: IntakeTestWorld) => JSON.parse(String((await world.store.get(KEY))?.document));
const stored = (world: IntakeTestWorld) => [...world.store.all('permission-sets'), ...world.store.all('control')];
const history = (world: IntakeTestWorld) =>
  world.store.all('permission-sets').filter(({ sk }) => sk.startsWith('GENERATION#'));
const pathsOf = (body: Readonly<Record<string, unknown>>) =>
  (body.errors as { path: string }[]).map(({ path }) => path);

describe('a permission set that is posted', () => {
  test('is stored with its history, its work and its request in one transaction, and the controller is woken', async () => {
    const world = new IntakeTestWorld();
    const transactions: string[][] = [];
    world.store.beforeTransact = (writes) => void transactions.push(writes.map(({ at }) => `${at.pk} ${at.sk}`));
    const { statusCode, body } = await post(world, create({ description: 'Pays bills' }));
    const requestId = body.requestId as RequestId;
    expect(statusCode).toBe(200);
    expect(body).toEqual({ message: 'Permission Set create operation is being processed', requestId });
    const partition = `SET#${NAME}`;
    expect(transactions).toEqual([
      [`${partition} DOCUMENT`, `${partition} GENERATION#00000001`, `WORK ${NAME}`, `REQUEST#${requestId} REQUEST`],
    ]);
    const document = JSON.stringify(named({ description: 'Pays bills' }));
    const at = expect.stringMatching(/^2026-01-01T/);
    expect(await world.store.get(KEY)).toEqual({
      pk: partition,
      sk: 'DOCUMENT',
      listed: 'document',
      permissionSetName: NAME,
      state: 'present',
      generation: 1,
      document,
      submittedBy: ALICE,
      submittedAt: at,
      source: 'api',
    });
    expect(history(world)).toEqual([
      { pk: partition, sk: 'GENERATION#00000001', generation: 1, at, submittedBy: ALICE, action: 'create', document },
    ]);
    expect(await world.store.get(requestKey(requestId))).toMatchObject({
      kind: 'permissionSet',
      action: 'create',
      subject: NAME,
      generation: 1,
      status: 'ACCEPTED',
      submittedBy: ALICE,
      errors: [],
    });
    expect(world.rung).toEqual(['converge-permission-sets']);
  });

  test('may be one of the samples, and is told so in the same words as ever', async () => {
    const world = new IntakeTestWorld();
    for (const action of ['create', 'update', 'delete']) {
      const folder = join(__dirname, '../schemas/permission-set-request/valid');
      const body = readFileSync(join(folder, `sample-${action}.json`), 'utf8');
      const message = `Permission Set ${action} operation is being processed`;
      expect(await post(world, body)).toMatchObject({ statusCode: 200, body: { message } });
    }
  });

  test.each(['create', 'update'])('replaces the whole document by %s', async (action) => {
    const world = await worldAfter(create({ description: 'Pays bills', tags: [] }));
    await post(world, { action, permissionSetData: named({ relayState: 'https://example.com' }) });
    expect(await documentIn(world)).toStrictEqual(named({ relayState: 'https://example.com' }));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 2 });
  });

  test('is created by an update, too', async () => {
    const world = await worldAfter(update({ tags: [] }));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 1 });
  });

  test('may begin with a byte order mark', async () => {
    expect(await post(new IntakeTestWorld(), `\uFEFF${JSON.stringify(create())}`)).toMatchObject({ statusCode: 200 });
  });

  test('gets work of a new version every time, also when nothing changed', async () => {
    const world = await worldAfter(create());
    const work = () => world.store.get(permissionSetWorkKey(NAME));
    const first = await work();
    await post(world, create());
    expect(await work()).toMatchObject({ permissionSetName: NAME });
    expect((await work())?.version).not.toBe(first?.version);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2 });
  });

  test('is stored in the words it was submitted in', async () => {
    const values = fc.constantFrom<unknown>(false, true, 0, 0.5, '', 'x', 'Größe 会計', [], [false, 0, ''], ['y', 'x']);
    const keys = fc.string({ unit: fc.constantFrom(...'azAZ:/-'), minLength: 1 });
    const anyCondition = fc.dictionary(keys, fc.dictionary(keys, values));
    const anyPolicy = fc.tuple(anyCondition, fc.boolean()).map(([Condition, isList]) => {
      const statement = { ...ALLOW, Condition, Sid: '' };
      return { Id: '', Statement: isList ? [statement] : statement };
    });
    const emptied = { tags: [], managedPoliciesArnList: [], customerManagedPoliciesList: [], permissionsBoundary: {} };
    const entries = Object.entries({ ...emptied, sessionDurationInMinutes: '60', description: ' ' });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries), anyPolicy, async (parts, inlinePolicyDocument) => {
        const permissionSetData = { ...Object.fromEntries(parts), inlinePolicyDocument, permissionSetName: NAME };
        const world = await worldAfter({ permissionSetData, action: 'create' });
        expect((await world.store.get(KEY))?.document).toBe(JSON.stringify(permissionSetData));
        expect(history(world)[0]?.document).toBe(JSON.stringify(permissionSetData));
      }),
    );
  });
});

describe('a merge', () => {
  const BASE = { description: 'Pays bills', tags: [{ Key: 'team', Value: 'Finance' }], sessionDurationInMinutes: '90' };

  test('changes what is given and removes what is null', async () => {
    const world = await worldAfter(create(BASE), merge({ relayState: 'https://example.com', tags: null }));
    const merged = { description: 'Pays bills', sessionDurationInMinutes: '90', relayState: 'https://example.com' };
    expect(await documentIn(world)).toStrictEqual(named(merged));
    expect(history(world).map(({ action }) => action)).toEqual(['create', 'update']);
  });

  test('that is false replaces', async () => {
    const world = await worldAfter(create(BASE), update({ tags: [] }, { merge: false }));
    expect(await documentIn(world)).toStrictEqual(named({ tags: [] }));
  });

  test.each<[name: string, before: object[], applied: number]>([
    ['that was never there', [], 0],
    ['that is being deleted', [create(BASE), remove()], 0],
    ['that is gone', [create(BASE), remove()], 2],
  ])('into something %s begins anew', async (_, before, applied) => {
    const world = await worldAfter(...before);
    await converged(world, { applied });
    await post(world, merge({ relayState: '/', tags: null }));
    expect(await documentIn(world)).toStrictEqual(named({ relayState: '/' }));
  });

  test.each<[name: string, parts: object, path: string]>([
    ['removes what nobody knows', { colour: null }, 'colour'],
    ['gives it a property that nobody knows', { colour: 'red' }, 'colour'],
    ['removes its name', { permissionSetName: null }, 'permissionSetName'],
    ['makes it too large together', { customerManagedPoliciesList: [{ Name: 'one-more' }] }, 'managedPoliciesArnList'],
  ])('that %s is refused, and nothing is stored', async (_, parts, path) => {
    const managedPoliciesArnList = Array.from({ length: 25 }, (_, n) => `arn:aws:iam::aws:policy/policy-${n}`);
    const world = await worldAfter(create({ managedPoliciesArnList }));
    const { statusCode, body } = await post(world, merge(parts));
    expect(statusCode).toBe(400);
    expect(pathsOf(body)).toEqual([`permissionSetData.${path}`]);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1 });
  });
});

describe('a submission over a certain generation', () => {
  const TWICE = [create(), update()];
  const DELETED = [create(), remove()];

  test.each<[name: string, before: object[], applied: number, body: object, statusCode: number]>([
    ['0 of nothing', [], 0, update({}, { ifGeneration: 0 }), 200],
    ['1 of nothing', [], 0, update({}, { ifGeneration: 1 }), 409],
    ['the stored one', TWICE, 0, update({}, { ifGeneration: 2 }), 200],
    ['an older one', TWICE, 0, update({}, { ifGeneration: 1 }), 409],
    ['a newer one', TWICE, 0, update({}, { ifGeneration: 3 }), 409],
    ['0 although there is one', TWICE, 0, update({}, { ifGeneration: 0 }), 409],
    ['0 of one that is being deleted', DELETED, 0, update({}, { ifGeneration: 0 }), 409],
    ['the one of its deletion', DELETED, 1, update({}, { ifGeneration: 2 }), 200],
    ['0 of one that is gone', DELETED, 2, update({}, { ifGeneration: 0 }), 200],
    ['the last one of one that is gone', DELETED, 2, update({}, { ifGeneration: 2 }), 409],
    ['the stored one, to merge', TWICE, 0, update({}, { ifGeneration: 2, merge: true }), 200],
    ['an older one, to merge', TWICE, 0, update({}, { ifGeneration: 1, merge: true }), 409],
    ['the stored one, to delete', TWICE, 0, remove({ ifGeneration: 2 }), 200],
    ['an older one, to delete', TWICE, 0, remove({ ifGeneration: 1 }), 409],
    ['the stored one, to restore', TWICE, 0, restore(1, { ifGeneration: 2 }), 200],
    ['an older one, to restore', TWICE, 0, restore(1, { ifGeneration: 1 }), 409],
  ])('%s', async (_, before, applied, asked, statusCode) => {
    const world = await worldAfter(...before);
    await converged(world, { applied });
    const storedBefore = stored(world);
    const answer = await post(world, asked);
    expect(answer.statusCode).toBe(statusCode);
    if (statusCode === 200) return;
    expect(answer.body).toEqual({
      message: expect.stringMatching(/^The stored generation is \d, not \d/),
      requestId: expect.any(String),
    });
    expect(stored(world)).toEqual(storedBefore);
  });

  test('is accepted from one of two that read the same', async () => {
    const world = await worldAfter(create());
    const answers = await Promise.all([1, 1].map((ifGeneration) => post(world, update({}, { ifGeneration }))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2 });
  });
});

describe('a deletion', () => {
  test('keeps the last document and the history, and says so', async () => {
    const world = await worldAfter(create({ tags: [] }));
    const { body } = await post(world, remove());
    expect(body).toEqual({
      message: 'Permission Set delete operation is being processed',
      requestId: expect.any(String),
    });
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 2 });
    expect(await documentIn(world)).toStrictEqual(named({ tags: [] }));
    expect(history(world)).toMatchObject([{ action: 'create' }, { action: 'delete', generation: 2 }]);
    expect(history(world)[1]).not.toHaveProperty('document');
  });

  test('is 404 of what is not ours: never declared, or gone already', async () => {
    const world = new IntakeTestWorld();
    expect(await post(world, remove())).toMatchObject({ statusCode: 404, body: { message: expect.any(String) } });
    expect(stored(world)).toEqual([]);
    await post(world, create());
    await post(world, remove());
    expect(await post(world, remove())).toMatchObject({ statusCode: 200 });
    await converged(world, { applied: 3 });
    expect(await post(world, remove())).toMatchObject({ statusCode: 404 });
    expect(await post(world, create())).toMatchObject({ statusCode: 200 });
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 4 });
  });

  test('is refused while links reference it, with all of them, until they are deleted', async () => {
    const world = await worldAfter(create());
    for (const text of [...LINKS, 'root%all%Billing-ps2%a%USER%ssofile']) await link(world, 'create', text);
    const { statusCode, body } = await post(world, remove());
    const message = (text: string) => ({
      path: 'permissionSetData.permissionSetName',
      message: `is referenced by link ${text}`,
    });
    expect(statusCode).toBe(400);
    expect(body).toEqual({
      message:
        'Permission Set delete operation aborted as there are existing account assignments referencing the permission set',
      links: [...LINKS].sort(),
      errors: [...LINKS].sort().map(message),
      requestId: expect.any(String),
    });
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 1 });
    for (const text of LINKS) await link(world, 'delete', text);
    expect(await post(world, remove())).toMatchObject({ statusCode: 200 });
  });
});

describe('a restoration', () => {
  test('brings an earlier document back as the newest', async () => {
    const world = await worldAfter(create({ description: 'first' }), update({ description: 'second' }), remove());
    const { body } = await post(world, restore(1));
    expect(body.message).toBe('Permission Set restore operation is being processed');
    expect(await documentIn(world)).toEqual(named({ description: 'first' }));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 4 });
    expect(await world.store.get(requestKey(body.requestId as RequestId))).toMatchObject({ action: 'restore' });
    expect(history(world).map(({ action }) => action)).toEqual(['create', 'update', 'delete', 'restore']);
  });

  test.each<[name: string, before: object[], generation: number, message: string]>([
    ['of a deletion', [create(), remove()], 2, 'is a deletion: choose a generation that has a document'],
    ['of what is not there yet', [create()], 2, 'does not exist: the history of Billing-ps has 1 generations'],
    ['of something unknown', [], 1, 'does not exist: the history of Billing-ps has 0 generations'],
  ])('%s is refused', async (_, before, generation, message) => {
    const world = await worldAfter(...before);
    const { statusCode, body } = await post(world, restore(generation));
    expect(statusCode).toBe(400);
    expect(body.errors).toEqual([{ path: 'generation', message }]);
    expect(history(world)).toHaveLength(before.length);
  });

  test('of what is no longer valid is refused', async () => {
    const world = await worldAfter(create());
    const document = JSON.stringify(named({ colour: 'red' }));
    await world.store.transact([{ at: generationKey(NAME, 1), update: { set: { document } } }]);
    const { statusCode, body } = await post(world, restore(1));
    expect(statusCode).toBe(400);
    expect(pathsOf(body)).toEqual(['permissionSetData.colour']);
  });
});

describe('what others look after', () => {
  const ARN = permissionSetArn(NAME);
  const reader = (tags: Record<string, string>, arns: PermissionSetArn[] = [ARN]) => ({
    listPermissionSets: async () => arns,
    permissionSetName: async () => NAME,
    tagsOf: async () => new Map(Object.entries(tags)),
  });

  test.each([create(), update(), merge({}), restore(1)])('is not taken over because of its name: %j', async (body) => {
    const world = await worldAfter(create());
    world.protection = { namePrefixes: ['Bill'], tags: [] };
    const { statusCode, body: told } = await post(world, body);
    expect(statusCode).toBe(409);
    expect(told).toEqual({
      message: 'Billing-ps is protected: names that begin with Bill are (Protected.NamePrefixes)',
      requestId: expect.any(String),
    });
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1 });
  });

  test.each<[name: string, tags: Record<string, string>, arns: PermissionSetArn[], statusCode: number]>([
    ['not taken over because of its tag', { owner: 'platform' }, [ARN], 409],
    ['taken over when it has another tag', { owner: 'finance' }, [ARN], 200],
    ['not there', { owner: 'platform' }, [], 200],
  ])('is %s', async (_, tags, arns, statusCode) => {
    const world = new IntakeTestWorld();
    world.protection = { namePrefixes: [], tags: [{ Key: 'owner', Value: 'platform' }] };
    world.tags = reader(tags, arns);
    expect((await post(world, create())).statusCode).toBe(statusCode);
    expect((await world.store.get(KEY)) === undefined).toBe(statusCode === 409);
  });

  test('protects nothing that is ours already', async () => {
    const world = await worldAfter(create());
    await converged(world, { applied: 1, permissionSetArn: ARN });
    world.protection = { namePrefixes: ['Bill'], tags: [{ Key: 'owner' }] };
    world.tags = reader({ owner: 'platform' });
    expect((await post(world, update())).statusCode).toBe(200);
    expect((await post(world, remove())).statusCode).toBe(200);
  });

  test('may disappear while it is looked at', async () => {
    const world = new IntakeTestWorld();
    world.protection = { namePrefixes: [], tags: [{ Key: 'owner' }] };
    world.tags = { ...reader({}), tagsOf: () => Promise.reject(new Missing('It was deleted.')) };
    expect((await post(world, create())).statusCode).toBe(200);
  });

  test('is not guessed about when Identity Center is too busy to say', async () => {
    const world = new IntakeTestWorld();
    world.tags = { ...reader({}), tagsOf: () => Promise.reject(new Throttled('Identity Center')) };
    expect((await answering(world.log, 'id', () => post(world, create()))).statusCode).toBe(429);
    expect(await world.store.get(KEY)).toBeUndefined();
  });
});

const DATA = 'permissionSetData';
const BAD: [name: string, body: unknown, paths: string[]][] = [
  ['no body', null, ['body']],
  ['an empty body', '', ['body']],
  ['white space', ' \n', ['body']],
  ['something that is not JSON', '{"action":', ['body']],
  ['garbage below the limit', '{'.repeat(200_000), ['body']],
  ['a JSON text', '"create"', ['body']],
  ['a list', [create()], ['body']],
  ['null', 'null', ['body']],
  ['an empty object', {}, ['action', DATA]],
  ['a bare document', named(), ['action', DATA, 'permissionSetName']],
  ['an unknown action', { ...create(), action: 'upsert' }, ['action']],
  ['no name', { action: 'create', permissionSetData: {} }, [`${DATA}.permissionSetName`]],
  ['a name that is null', create({ permissionSetName: null }), [`${DATA}.permissionSetName`]],
  ['a document of a wrong type', { ...create(), permissionSetData: NAME }, [DATA]],
  ['a document that is null', { ...create(), permissionSetData: null }, [DATA]],
  ['properties that nobody knows', { ...create({ colour: 1 }), dryRun: true }, [`${DATA}.colour`, 'dryRun']],
  ['null where nothing is merged', update({ tags: null }), [`${DATA}.tags`]],
  ['a merge by create', { ...create(), merge: true }, ['merge']],
  ['a merge by delete', remove({ merge: false }), ['merge']],
  ['a merge that is text', update({}, { merge: 'true' }), ['merge']],
  ['a merge without a name', { ...merge({}), permissionSetData: { tags: [] } }, [`${DATA}.permissionSetName`]],
  ['a generation to update', update({}, { generation: 1 }), ['generation']],
  ['a generation to delete', remove({ generation: 1 }), ['generation']],
  ['no generation to restore', { action: 'restore', permissionSetData: named() }, ['generation']],
  ['generation 0 to restore', restore(0), ['generation']],
  ['a generation that is a fraction', update({}, { ifGeneration: 1.5 }), ['ifGeneration']],
  ['a document to delete', { ...create({ tags: [] }), action: 'delete' }, [`${DATA}.tags`]],
  ['a document to restore', { ...create({ tags: [] }), action: 'restore', generation: 1 }, [`${DATA}.tags`]],
  [
    'a merge of what is no property',
    '{"action":"update","merge":true,"permissionSetData":{"permissionSetName":"a","__proto__":{"description":"x"}}}',
    [`${DATA}.__proto__`],
  ],
  [
    'lists in lists in lists',
    `{"action":"create","permissionSetData":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    ['body'],
  ],
  ['a key that stands twice', `{"action":"create",${JSON.stringify(create()).slice(1)}`, ['action']],
  [
    'a key that stands twice in a policy',
    JSON.stringify(create({ inlinePolicyDocument: { Statement: [ALLOW] } })).replace(
      '{"Effect":"Allow"',
      '{"Effect":"Deny","Effect":"Allow"',
    ),
    [`${DATA}.inlinePolicyDocument.Statement.0.Effect`],
  ],
  [
    'several problems',
    { action: 'make', permissionSetData: { permissionSetName: 'a b', tags: [{ Key: 'aws:a' }] }, merge: 1, more: 1 },
    ['action', 'merge', 'more', `${DATA}.permissionSetName`, `${DATA}.tags.0.Key`, `${DATA}.tags.0.Value`],
  ],
];

describe('bad input', () => {
  test.each(BAD)('%s is answered with every problem, and nothing is stored', async (_, input, paths) => {
    const world = new IntakeTestWorld();
    const { statusCode, body } = await post(world, input);
    expect(statusCode).toBe(400);
    expect(pathsOf(body).sort()).toEqual([...paths].sort());
    expect(body).toMatchObject({ message: expect.any(String), requestId: expect.any(String) });
    expect(stored(world)).toEqual([]);
    expect(world.rung).toEqual([]);
  });

  test('says what is wrong with a document that has several problems', async () => {
    const { body } = await post(new IntakeTestWorld(), remove({ merge: true, generation: 7 }));
    expect(body).toMatchObject({
      message: 'The request is invalid: see errors',
      errors: [
        { path: 'merge', message: 'belongs to action update' },
        { path: 'generation', message: 'belongs to action restore; did you mean ifGeneration?' },
      ],
    });
  });

  test('a megabyte is too much', async () => {
    const world = new IntakeTestWorld();
    expect((await post(world, create({ description: 'x'.repeat(1_000_000) }))).statusCode).toBe(413);
    expect(stored(world)).toEqual([]);
  });

  test('a parameter that nobody knows is refused rather than ignored', async () => {
    const world = new IntakeTestWorld();
    const { statusCode, body } = await post(world, create(), { dryrun: 'true' });
    expect(statusCode).toBe(400);
    expect(body.errors).toEqual([{ path: 'query.dryrun', message: 'is not supported' }]);
    expect(stored(world)).toEqual([]);
  });
});

describe('submissions that meet', () => {
  test('of one permission set are taken in one after the other, each with its place in the history', async () => {
    const world = new IntakeTestWorld();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => post(world, update({ description: `${n}.` }))),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 20 });
    expect(history(world).map(({ generation }) => generation)).toEqual(answers.map((_, index) => index + 1));
    expect(new Set(history(world).map(({ document }) => document)).size).toBe(20);
  });

  test('are decided anew: a merge keeps what came in between', async () => {
    const world = await worldAfter(create());
    let isFirst = true;
    world.store.beforeTransact = async () => {
      if (!isFirst) return;
      isFirst = false;
      await post(world, merge({ description: 'in between' }));
    };
    expect(await post(world, merge({ relayState: '/' }))).toMatchObject({ statusCode: 200 });
    expect(await documentIn(world)).toEqual(named({ description: 'in between', relayState: '/' }));
    expect(history(world)).toHaveLength(3);
  });

  test('without end are sent away to come back later', async () => {
    const world = await worldAfter(create());
    let isMeddling = false;
    world.store.beforeTransact = async () => {
      if (isMeddling) return;
      isMeddling = true;
      await world.store.transact([{ at: KEY, update: { add: { generation: 1 } } }]);
      isMeddling = false;
    };
    expect((await answering(world.log, 'id', () => post(world, update()))).statusCode).toBe(429);
    expect(history(world)).toHaveLength(1);
  });
});

describe('the bell', () => {
  test.each<[name: string, until: number, rung: string[]]>([
    ['is not rung while somebody leads', Date.UTC(2026, 0, 2), []],
    ['is rung when the last leader died', 1, ['converge-permission-sets']],
  ])('%s', async (_, until, rung) => {
    const world = new IntakeTestWorld();
    const at = leaderKey('converge-permission-sets');
    await world.store.transact([{ at, put: { holder: 'run-1', until, epoch: 1 } }]);
    await post(world, create());
    expect(world.rung).toEqual(rung);
  });

  test('may fail: the submission is accepted', async () => {
    const world = new IntakeTestWorld();
    world.ring = () => Promise.reject(new Error('StartExecution failed'));
    expect((await post(world, create())).statusCode).toBe(200);
    expect(world.entries.map(({ level }) => level)).toContain('warn');
  });
});
