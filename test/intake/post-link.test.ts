import { answering } from '../../lambda/api/answer';
import type { RequestId } from '../../lambda/domain/ids';
import { leaderKey } from '../../lambda/domain/lease';
import { linkIdOf, pairIdOf, structuredLinkOf } from '../../lambda/domain/link';
import { linkKey } from '../../lambda/domain/link-document';
import { requestKey } from '../../lambda/domain/request';
import { postLink } from '../../lambda/intake/post-link';
import { Throttled } from '../../lambda/ports/faults';
import { parsedLink } from '../support/any-link';
import { IntakeTestWorld } from '../support/intake-world';

const TEXT = 'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile';
const LINK = parsedLink(TEXT);
const ID = linkIdOf(LINK);
const KEY = linkKey({ pairId: pairIdOf(LINK), linkId: ID });
const CREATE = { action: 'create', linkData: TEXT };
const DELETE = { action: 'delete', linkData: TEXT };

let requests = 0;
function post(world: IntakeTestWorld, body: unknown, query = {}) {
  const requestId = `request-${++requests}`;
  const text = typeof body === 'string' || body === null ? body : JSON.stringify(body);
  return postLink(world, { requestId, body: text, query, submittedBy: 'arn:aws:iam::111111111111:user/alice' });
}

function stored(world: IntakeTestWorld) {
  return [...world.store.all('links'), ...world.store.all('control')];
}

describe('a link that is posted', () => {
  test('is stored with its mark and its request in one transaction, and the planner is woken', async () => {
    const world = new IntakeTestWorld();
    const { statusCode, body } = await post(world, CREATE);
    expect({ statusCode, body }).toEqual({
      statusCode: 200,
      body: {
        message: 'Account Assignment create operation is being processed',
        requestId: expect.any(String),
        linkId: ID,
      },
    });
    expect(world.store.transactions).toBe(1);
    expect(await world.store.get(KEY)).toMatchObject({
      linkId: ID,
      linkData: TEXT,
      permissionSetName: 'Billing-ps',
      principalType: 'GROUP',
      principalName: 'team-Accountants',
      scopeType: 'account',
      scopeValue: '123456789012',
      state: 'present',
      generation: 1,
      source: 'api',
      submittedBy: 'arn:aws:iam::111111111111:user/alice',
      openRequests: [body.requestId],
    });
    const mark = await world.store.get({ table: 'control', pk: 'MARK#reconcile', sk: `link#${ID}` });
    expect(mark).toMatchObject({ slice: { kind: 'link', linkId: ID, pairId: pairIdOf(LINK) } });
    expect(await world.store.get(requestKey(body.requestId as RequestId))).toMatchObject({
      action: 'create',
      subject: TEXT,
      status: 'ACCEPTED',
      generation: 1,
      errors: [],
    });
    expect(world.rung).toEqual(['reconcile']);
  });

  test('has one id and one document in both forms', async () => {
    const world = new IntakeTestWorld();
    await post(world, CREATE);
    const { body } = await post(world, { action: 'create', link: structuredLinkOf(LINK) });
    expect(body.linkId).toBe(ID);
    expect(world.store.all('links')).toHaveLength(1);
    expect(await world.store.get(KEY)).toMatchObject({
      generation: 2,
      openRequests: [expect.anything(), expect.anything()],
    });
  });

  test('becomes a tombstone when it is deleted, and comes back with its generation going on', async () => {
    const world = new IntakeTestWorld();
    await post(world, CREATE);
    const deleted = await post(world, DELETE);
    expect(deleted.body.message).toBe('Account Assignment delete operation is being processed');
    expect(await world.store.get(KEY)).toMatchObject({
      state: 'deleted',
      generation: 2,
      expiresAt: expect.any(Number),
    });
    await post(world, CREATE);
    const again = await world.store.get(KEY);
    expect(again).toMatchObject({ state: 'present', generation: 3 });
    expect(again).not.toHaveProperty('expiresAt');
  });

  test('marks with a new version every time', async () => {
    const world = new IntakeTestWorld();
    const mark = () => world.store.get({ table: 'control', pk: 'MARK#reconcile', sk: `link#${ID}` });
    await post(world, CREATE);
    const first = await mark();
    await post(world, CREATE);
    expect((await mark())?.version).not.toBe(first?.version);
  });
});

describe('a deletion without anything to delete', () => {
  test('of a link that was never there is done at once and stores nothing else', async () => {
    const world = new IntakeTestWorld();
    const { statusCode, body } = await post(world, DELETE);
    expect(statusCode).toBe(200);
    expect(body).toEqual({ message: 'no such link', requestId: expect.any(String), linkId: ID });
    expect(stored(world)).toEqual([expect.objectContaining({ status: 'DONE', message: 'no such link' })]);
    expect(world.rung).toEqual([]);
  });

  test('of a link that is gone says so, and looks again at what may be left of it', async () => {
    const world = new IntakeTestWorld();
    await post(world, CREATE);
    await post(world, DELETE);
    await world.store.transact([{ at: KEY, update: { set: { openRequests: [] } } }]);
    const { body } = await post(world, DELETE);
    expect(body.message).toBe('no such link');
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 3 });
  });
});

const GARBAGE = '{'.repeat(200_000);
const BAD: [name: string, body: unknown, paths: string[]][] = [
  ['no body', null, ['body']],
  ['an empty body', '', ['body']],
  ['white space', '  \n', ['body']],
  ['something that is not JSON', '{"action":', ['body']],
  ['garbage below the limit', GARBAGE, ['body']],
  ['a JSON text', '"create"', ['body']],
  ['a list', [CREATE], ['body']],
  ['null', 'null', ['body']],
  ['an empty object', {}, ['action', 'body']],
  ['an unknown action', { ...CREATE, action: 'update' }, ['action']],
  ['no action', { linkData: TEXT }, ['action']],
  ['both forms', { ...CREATE, link: structuredLinkOf(LINK) }, ['body']],
  ['neither form', { action: 'create' }, ['body']],
  ['extra properties', { ...CREATE, force: true, dryRun: true }, ['force', 'dryRun']],
  ['link data of a wrong type', { action: 'create', linkData: 7 }, ['linkData']],
  [
    'empty link data',
    { action: 'create', linkData: '' },
    ['scopeType', 'scopeValue', 'permissionSetName', 'principalName', 'principalType', 'suffix'].map(
      (field) => `linkData.${field}`,
    ),
  ],
  ['a link of a wrong type', { action: 'create', link: TEXT }, ['link']],
  ['a link that is null', { action: 'create', link: null }, ['link']],
  ['an unknown scope', { action: 'create', linkData: TEXT.replace('account', 'org') }, ['linkData.scopeType']],
  [
    'an account id of 11 digits',
    { action: 'create', linkData: TEXT.replace('12%B', '1%B').replace('9011', '901') },
    ['linkData.scopeValue'],
  ],
  [
    'the OU id of the old samples',
    { action: 'create', linkData: 'ou_id%ou-id12345%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile' },
    ['linkData.scopeValue'],
  ],
  [
    'a missing principal',
    { action: 'create', linkData: 'root%all%Billing-ps%GROUP%ssofile' },
    ['linkData.principalName'],
  ],
  ['text before the key', { action: 'create', linkData: `zzz${TEXT}` }, ['linkData.scopeType']],
  ['text after the key', { action: 'create', linkData: `${TEXT}EXTRA` }, ['linkData.suffix']],
  ['a wrong type', { action: 'create', linkData: TEXT.replace('GROUP', 'TEAM') }, ['linkData.principalType']],
  [
    'several problems',
    { action: 'make', linkData: `x${TEXT}y`, more: 1 },
    ['action', 'linkData.scopeType', 'linkData.suffix', 'more'],
  ],
  [
    'problems of a structured link',
    {
      action: 'create',
      link: {
        scope: { type: 'account', accountId: '1' },
        permissionSet: 'a b',
        principal: { type: 'USER', name: 'a b', id: 1 },
      },
    },
    ['link.permissionSet', 'link.principal.id', 'link.principal.name', 'link.scope.accountId'],
  ],
];

describe('bad input', () => {
  test.each(BAD)('%s is answered with every problem, and nothing is stored', async (_, input, paths) => {
    const world = new IntakeTestWorld();
    const { statusCode, body } = await post(world, input);
    expect(statusCode).toBe(400);
    const errors = body.errors as { path: string; message: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual([...paths].sort());
    expect(body).toMatchObject({ message: expect.any(String), requestId: expect.any(String) });
    expect(stored(world)).toEqual([]);
    expect(world.rung).toEqual([]);
  });

  test('a megabyte is too much', async () => {
    const world = new IntakeTestWorld();
    expect((await post(world, 'x'.repeat(1_000_000))).statusCode).toBe(413);
    expect(stored(world)).toEqual([]);
  });

  test('a parameter that nobody knows is refused rather than ignored', async () => {
    const world = new IntakeTestWorld();
    const { statusCode, body } = await post(world, CREATE, { dry_run: 'true' });
    expect(statusCode).toBe(400);
    expect(body.errors).toEqual([{ path: 'query.dry_run', message: 'is not supported' }]);
    expect(stored(world)).toEqual([]);
  });
});

describe('submissions that meet', () => {
  test('200 of different links at once all arrive', async () => {
    const world = new IntakeTestWorld();
    const bodies = Array.from({ length: 200 }, (_, index) => ({
      action: 'create',
      linkData: `account%${String(index).padStart(12, '0')}%Billing-ps%team-Accountants%GROUP%ssofile`,
    }));
    const answers = await Promise.all(bodies.map((body) => post(world, body)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(200);
    expect(world.store.all('links')).toHaveLength(200);
  });

  test('of one link are taken in one after the other', async () => {
    const world = new IntakeTestWorld();
    const answers = await Promise.all([post(world, CREATE), post(world, DELETE), post(world, CREATE)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    const link = await world.store.get(KEY);
    const accepted = world.store.all('control').filter((item) => item.status === 'ACCEPTED');
    expect(link?.generation).toBe(accepted.length);
    expect(link?.openRequests).toHaveLength(accepted.length);
  });

  test('with the planner keep what it wrote', async () => {
    const world = new IntakeTestWorld();
    await post(world, CREATE);
    const outcome = { generation: 1, waitingFor: [], skipped: [], skippedCount: 0, at: '2026-01-01T00:00:01.000Z' };
    let planned = false;
    world.store.beforeTransact = async () => {
      if (planned) return;
      planned = true;
      await world.store.transact([{ at: KEY, update: { set: { outcome, openRequests: [] } } }]);
    };
    const { body } = await post(world, CREATE);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2, outcome, openRequests: [body.requestId] });
  });

  test('without end are sent away to come back later', async () => {
    const world = new IntakeTestWorld();
    await post(world, CREATE);
    let meddling = false;
    world.store.beforeTransact = async () => {
      if (meddling) return;
      meddling = true;
      await world.store.transact([{ at: KEY, update: { add: { generation: 1 } } }]);
      meddling = false;
    };
    const answer = await answering(world.log, 'id', () => post(world, CREATE));
    expect(answer.statusCode).toBe(429);
  });
});

describe('the bell', () => {
  test('is not rung while somebody leads: the leader looks again after it stepped down', async () => {
    const world = new IntakeTestWorld();
    const until = Date.UTC(2026, 0, 2);
    await world.store.transact([{ at: leaderKey('reconcile'), put: { holder: 'run-1', until, epoch: 1 } }]);
    await post(world, CREATE);
    expect(world.rung).toEqual([]);
  });

  test('is rung when the last leader died', async () => {
    const world = new IntakeTestWorld();
    await world.store.transact([{ at: leaderKey('reconcile'), put: { holder: 'run-1', until: 1, epoch: 1 } }]);
    await post(world, CREATE);
    expect(world.rung).toEqual(['reconcile']);
  });

  test('may fail: the submission is accepted', async () => {
    const world = new IntakeTestWorld();
    world.ring = async () => {
      throw new Error('StartExecution failed');
    };
    expect((await post(world, CREATE)).statusCode).toBe(200);
    expect(world.entries.map(({ level }) => level)).toContain('warn');
  });
});

describe('faults', () => {
  test('of the store are logged and told without details', async () => {
    const world = new IntakeTestWorld();
    world.store.beforeTransact = () => {
      throw new Error('secret table name');
    };
    const answer = await answering(world.log, 'id', () => post(world, CREATE));
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(answer.body)).toEqual({ message: 'Internal error', requestId: 'id' });
    expect(world.entries).toEqual([expect.objectContaining({ level: 'error' })]);
  });

  test('of a throttled store ask the caller to come back', async () => {
    const world = new IntakeTestWorld();
    world.store.beforeTransact = () => {
      throw new Throttled('DynamoDB');
    };
    expect((await answering(world.log, 'id', () => post(world, CREATE))).statusCode).toBe(429);
  });
});
