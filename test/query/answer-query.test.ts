import type { PairId, RequestId } from '../../lambda/domain/ids';
import { rowKey, workKey } from '../../lambda/domain/ledger-row';
import type { Link } from '../../lambda/domain/link';
import { linkIdOf, pairIdOf, structuredLinkOf } from '../../lambda/domain/link';
import { linkKey } from '../../lambda/domain/link-document';
import type { LinkLimits } from '../../lambda/domain/link-limits';
import type { LinkOutcome } from '../../lambda/domain/plan-document';
import { requestedChangeKey } from '../../lambda/domain/request';
import { waitingLinkWrites } from '../../lambda/domain/waiting-link';
import { postLink } from '../../lambda/intake/post-link';
import { answerQuery } from '../../lambda/query/answer-query';
import { printPageToken } from '../../lambda/query/page-token';
import { parsedLink } from '../support/any-link';
import { IntakeTestWorld } from '../support/intake-world';
import { ledgerRow, permissionSetArn, principalId, rowWrite } from '../support/stored-row';

type Parameters = Readonly<Record<string, string | readonly string[]>>;

function ask(world: IntakeTestWorld, resource: string, path = {}, parameters: Parameters = {}) {
  const values = Object.entries(parameters).map(([name, value]) => [name, [value].flat()]);
  return answerQuery(world, { requestId: 'q', resource, path, parameters: Object.fromEntries(values) });
}

let requests = 0;
async function create(world: IntakeTestWorld, ...texts: string[]) {
  for (const linkData of texts) {
    const body = JSON.stringify({ action: 'create', linkData });
    await postLink(world, { requestId: `request-${++requests}`, body, query: {}, submittedBy: 'alice' });
  }
  return `request-${requests}`;
}

/** What the planner leaves behind for a link. */
async function plan(world: IntakeTestWorld, link: Link, changed: Partial<LinkOutcome> = {}) {
  const at = '2026-01-02T00:00:00.000Z';
  const ids = {
    permissionSetArn: permissionSetArn(link.permissionSetName),
    principalId: principalId(link.principal.name),
  };
  const outcome: LinkOutcome = { generation: 1, waitingFor: [], skipped: [], skippedCount: 0, at, ...ids, ...changed };
  const key = linkKey({ linkId: linkIdOf(link), pairId: pairIdOf(link) });
  const listed = waitingLinkWrites(key.pk.slice('PAIR#'.length) as PairId, {
    linkId: linkIdOf(link),
    openRequests: [],
    outcome,
  });
  await world.store.transact([{ at: key, update: { set: { outcome, openRequests: [] } } }, ...listed]);
}

const errorPaths = (body: Readonly<Record<string, unknown>>) =>
  (body.errors as { path: string }[]).map(({ path }) => path);

const BILLING = 'account%444444444444%Billing-ps%team-Accountants%GROUP%ssofile';
const BILLING_ROOT = 'root%all%Billing-ps%team-Accountants%GROUP%ssofile';
const AUDIT = 'account_tag%team^Finance%Audit-ps%team-Accountants%GROUP%ssofile';
const ALICE = 'root%all%Audit-ps%team-Accountants%USER%ssofile';

describe('GET /requests/{requestId}', () => {
  test('shows a request from its acceptance on', async () => {
    const world = new IntakeTestWorld();
    const requestId = await create(world, BILLING);
    const { statusCode, body } = await ask(world, '/requests/{requestId}', { requestId });
    expect(statusCode).toBe(200);
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      requestId,
      kind: 'link',
      action: 'create',
      subject: BILLING,
      linkId: linkIdOf(parsedLink(BILLING)),
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

  test('follows its changes through their rows', async () => {
    const world = new IntakeTestWorld();
    const requestId = (await create(world, BILLING)) as RequestId;
    const row = ledgerRow(parsedLink(BILLING), '444444444444', { applied: 0, attempts: 2, lastError: 'service error' });
    const { pk, sk } = rowKey(row);
    const change = {
      kind: 'create',
      accountId: row.accountId,
      rowPk: pk,
      rowSk: sk,
      born: 'plan-1',
      generation: 1,
      reason: 'r',
    } as const;
    await world.store.transact([
      rowWrite(row),
      { at: requestedChangeKey(requestId, change), put: { ...change } },
      {
        at: { table: 'control', pk: `REQUEST#${requestId}`, sk: 'REQUEST' },
        update: { set: { plannedAt: '2026-01-02T00:00:00.000Z', waitingFor: [], skipped: [] } },
      },
    ]);
    const status = async () => (await ask(world, '/requests/{requestId}', { requestId })).body;
    expect(await status()).toMatchObject({
      status: 'APPLYING',
      planned: { create: 1, delete: 0 },
      errors: [{ accountId: '444444444444', message: 'service error' }],
    });
    await world.store.transact([rowWrite({ ...row, applied: 1 })]);
    expect(await status()).toMatchObject({ status: 'COMPLETED', completed: 1, failed: 0 });
  });

  test.each(['nobody', 'x'.repeat(5000), '', 'a b'])('404 for %#', async (requestId) => {
    const { statusCode, body } = await ask(new IntakeTestWorld(), '/requests/{requestId}', { requestId });
    expect(statusCode).toBe(404);
    expect(body).toEqual({ message: expect.any(String), requestId: 'q' });
  });

  test('of an unknown link that was deleted is complete', async () => {
    const world = new IntakeTestWorld();
    const body = JSON.stringify({ action: 'delete', linkData: BILLING });
    await postLink(world, { requestId: 'r', body, query: {}, submittedBy: 'alice' });
    expect((await ask(world, '/requests/{requestId}', { requestId: 'r' })).body).toMatchObject({
      status: 'COMPLETED',
      message: 'no such link',
      planned: { create: 0, delete: 0 },
    });
  });
});

describe('GET /links', () => {
  async function listed(world: IntakeTestWorld, parameters: Parameters) {
    const { statusCode, body } = await ask(world, '/links', {}, parameters);
    expect(statusCode).toBe(200);
    return (body.links as { linkData: string }[]).map(({ linkData }) => linkData).sort();
  }

  test.each<[parameters: Parameters, expected: string[]]>([
    [{}, [BILLING, BILLING_ROOT, AUDIT, ALICE]],
    [{ permissionSet: 'Audit-ps' }, [AUDIT, ALICE]],
    [{ principalType: 'USER' }, [ALICE]],
    [{ principalName: 'team-Accountants', principalType: 'GROUP' }, [BILLING, BILLING_ROOT, AUDIT]],
    [
      { permissionSet: 'Billing-ps', principalType: 'GROUP', principalName: 'team-Accountants' },
      [BILLING, BILLING_ROOT],
    ],
    [
      { permissionSet: 'Billing-ps', principalType: 'GROUP', principalName: 'team-Accountants', scope: 'root' },
      [BILLING_ROOT],
    ],
    [{ scope: 'root' }, [BILLING_ROOT, ALICE]],
    [{ scope: 'account%444444444444' }, [BILLING]],
    [{ scope: 'account_tag%team^Finance' }, [AUDIT]],
    [{ linkData: ALICE }, [ALICE]],
    [{ linkData: ALICE, permissionSet: 'Billing-ps' }, []],
    [{ linkData: ALICE.replace('Audit', 'Other') }, []],
    [{ principalName: 'nobody' }, []],
  ])('%j', async (parameters, expected) => {
    const world = new IntakeTestWorld();
    await create(world, BILLING, BILLING_ROOT, AUDIT, ALICE);
    expect(await listed(world, parameters)).toEqual([...expected].sort());
  });

  test.each<[parameters: Parameters, expected: string[]]>([
    [{ waiting: 'true' }, [AUDIT, ALICE]],
    [{ waiting: 'true', principalType: 'USER' }, [ALICE]],
    [{ waiting: 'true', linkData: BILLING }, []],
    [{ waiting: 'true', linkData: AUDIT }, [AUDIT]],
    [{ waiting: 'false' }, [BILLING, BILLING_ROOT]],
  ])('%j, while two links wait', async (parameters, expected) => {
    const world = new IntakeTestWorld();
    await create(world, BILLING, BILLING_ROOT, AUDIT, ALICE);
    for (const text of [AUDIT, ALICE]) await plan(world, parsedLink(text), { waitingFor: ['principal: is missing'] });
    await plan(world, parsedLink(BILLING));
    expect(await listed(world, parameters)).toEqual([...expected].sort());
  });

  test('goes through many links that wait page by page, each once', async () => {
    const world = new IntakeTestWorld();
    const texts = Array.from({ length: 120 }, (_, n) => BILLING.replace('444444444444', String(n).padStart(12, '0')));
    await create(world, BILLING, ...texts);
    for (const text of texts) await plan(world, parsedLink(text), { waitingFor: ['account: is missing'] });
    const first = (await ask(world, '/links', {}, { waiting: 'true' })).body;
    const nextToken = `${first.nextToken}`;
    const second = (await ask(world, '/links', {}, { waiting: 'true', nextToken })).body;
    const seen = [first, second].flatMap(({ links }) =>
      (links as { linkData: string }[]).map(({ linkData }) => linkData),
    );
    expect(seen.sort()).toEqual(texts.sort());
    expect(second.nextToken).toBeUndefined();
  });

  test('goes through many links page by page, each once', async () => {
    const world = new IntakeTestWorld();
    const texts = Array.from({ length: 250 }, (_, n) => BILLING.replace('444444444444', String(n).padStart(12, '0')));
    await create(world, ...texts);
    const seen: string[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const { body } = await ask(world, '/links', {}, nextToken ? { nextToken } : {});
      seen.push(...(body.links as { linkData: string }[]).map(({ linkData }) => linkData));
      nextToken = body.nextToken as string | undefined;
      pages += 1;
    } while (nextToken);
    expect(pages).toBe(3);
    expect(seen.sort()).toEqual(texts.sort());
  });

  test('shows a deleted link only until its removal is planned', async () => {
    const world = new IntakeTestWorld();
    await create(world, BILLING);
    const body = JSON.stringify({ action: 'delete', linkData: BILLING });
    await postLink(world, { requestId: 'r', body, query: {}, submittedBy: 'alice' });
    expect((await ask(world, '/links')).body).toMatchObject({ links: [{ status: 'DELETING', deleted: true }] });
    await plan(world, parsedLink(BILLING), { generation: 2, heldBy: 'plan-1' });
    expect((await ask(world, '/links')).body).toMatchObject({ links: [{ status: 'HELD', deleted: true }] });
    await plan(world, parsedLink(BILLING), { generation: 2 });
    expect((await ask(world, '/links')).body).toEqual({ links: [] });
    const linkId = linkIdOf(parsedLink(BILLING));
    expect((await ask(world, '/links/{linkId}', { linkId })).statusCode).toBe(404);
  });

  test.each<[parameters: Parameters, paths: string[]]>([
    [{ permissionset: 'a' }, ['permissionset']],
    [{ permissionSet: 'a b' }, ['permissionSet']],
    [{ permissionSet: '' }, ['permissionSet']],
    [{ permissionSet: ['a', 'b'] }, ['permissionSet']],
    [{ principalType: 'group' }, ['principalType']],
    [{ principalName: '\u0000' }, ['principalName']],
    [{ scope: 'org' }, ['scope']],
    [{ scope: 'account%1' }, ['scope']],
    [{ linkData: 'root%all%Ps%GROUP%ssofile' }, ['linkData.principalName']],
    [{ waiting: 'yes' }, ['waiting']],
    [{ nextToken: 'garbage' }, ['nextToken']],
    [{ nextToken: '' }, ['nextToken']],
    [{ nextToken: printPageToken({ source: 0 }, 'another question') }, ['nextToken']],
    [{ nextToken: 'x', scope: 'y', limit: '7' }, ['limit', 'scope']],
  ])('refuses %j', async (parameters, paths) => {
    const { statusCode, body } = await ask(new IntakeTestWorld(), '/links', {}, parameters);
    expect(statusCode).toBe(400);
    expect(errorPaths(body).sort()).toEqual(paths);
  });
});

describe('GET /links/{linkId}', () => {
  const link = parsedLink(BILLING_ROOT);
  const show = async (world: IntakeTestWorld) => (await ask(world, '/links/{linkId}', { linkId: linkIdOf(link) })).body;

  test('shows the link in both forms, and what became of it', async () => {
    const world = new IntakeTestWorld();
    await create(world, BILLING_ROOT);
    expect(await show(world)).toEqual({
      linkId: linkIdOf(link),
      link: structuredLinkOf(link),
      linkData: BILLING_ROOT,
      status: 'ACCEPTED',
      waitingFor: [],
      skipped: [],
      assignments: { desired: 0, provisioned: 0, failed: 0 },
    });
    await plan(world, link, { waitingFor: ['principal: GROUP team-Accountants does not exist in the directory'] });
    expect(await show(world)).toMatchObject({ status: 'WAITING', waitingFor: [expect.stringContaining('principal:')] });
  });

  test('shows what narrows it, and that it is over once it was planned so', async () => {
    const world = new IntakeTestWorld();
    const limits: LinkLimits = {
      except: { tags: [{ key: 'frozen' }] },
      notBefore: '2026-01-01T12:00:00Z',
      expiresAt: '2026-01-01T18:00:00Z',
    };
    const body = JSON.stringify({ action: 'create', link: structuredLinkOf(link, limits) });
    await postLink(world, { requestId: 'narrowed', body, query: {}, submittedBy: 'alice' });
    const shown = {
      scope: { type: 'root', except: limits.except },
      permissionSet: 'Billing-ps',
      principal: { type: 'GROUP', name: 'team-Accountants' },
      notBefore: limits.notBefore,
      expiresAt: limits.expiresAt,
    };
    expect(await show(world)).toMatchObject({ link: shown, linkData: BILLING_ROOT, status: 'ACCEPTED' });
    const [listed] = (await ask(world, '/links')).body.links as { link: unknown }[];
    expect(listed?.link).toEqual(shown);
    await plan(world, link, { at: '2026-01-01T17:59:59.999Z' });
    expect(await show(world)).toMatchObject({ status: 'COMPLETED' });
    await plan(world, link, { at: '2026-01-01T18:00:00.000Z' });
    expect(await show(world)).toMatchObject({ status: 'EXPIRED', link: shown });
  });

  test('counts only the assignments it claims', async () => {
    const world = new IntakeTestWorld();
    await create(world, BILLING_ROOT);
    await plan(world, link);
    const other = ledgerRow(parsedLink(BILLING), '444444444444');
    const rows = [ledgerRow(link, '555555555555'), ledgerRow(link, '666666666666', { applied: 0 })];
    await world.store.transact([other, ...rows].map(rowWrite));
    expect(await show(world)).toMatchObject({
      status: 'APPLYING',
      assignments: { desired: 2, provisioned: 1, failed: 0 },
    });
    const parked = { applied: 0, parked: { generation: 1, reason: 'no' } };
    await world.store.transact([rowWrite(ledgerRow(link, '666666666666', parked))]);
    expect(await show(world)).toMatchObject({
      status: 'COMPLETED_WITH_FAILURES',
      assignments: { desired: 2, provisioned: 1, failed: 1 },
    });
  });

  test('404 when there is none', async () => {
    expect((await ask(new IntakeTestWorld(), '/links/{linkId}', { linkId: 'nothing' })).statusCode).toBe(404);
  });
});

describe('GET …/assignments', () => {
  const billing = parsedLink(BILLING);
  const audit = parsedLink(AUDIT);
  const alice = parsedLink(ALICE);

  async function withRows() {
    const world = new IntakeTestWorld();
    const pending = ledgerRow(billing, '444444444444', { applied: 0, lastError: 'service error' });
    await world.store.transact([
      rowWrite(pending),
      { at: workKey(pending), put: { rowPk: rowKey(pending).pk, accountId: pending.accountId, generation: 1 } },
      rowWrite(ledgerRow(audit, '444444444444')),
      rowWrite(ledgerRow(audit, '555555555555', { desired: false, generation: 2, claims: [] })),
      rowWrite(ledgerRow(alice, '444444444444')),
    ]);
    return world;
  }

  async function listed(parameters: Parameters, resource = '/assignments', path = {}) {
    const { statusCode, body } = await ask(await withRows(), resource, path, parameters);
    expect(statusCode).toBe(200);
    const assignments = body.assignments as Record<string, string>[];
    return assignments.map((a) => `${a.accountId} ${a.permissionSetName} ${a.principalType} ${a.state}`).sort();
  }

  test.each<[parameters: Parameters, expected: string[]]>([
    [
      {},
      [
        '444444444444 Audit-ps GROUP PROVISIONED',
        '444444444444 Audit-ps USER PROVISIONED',
        '444444444444 Billing-ps GROUP PENDING',
        '555555555555 Audit-ps GROUP REMOVING',
      ],
    ],
    [{ permissionSet: 'Billing-ps' }, ['444444444444 Billing-ps GROUP PENDING']],
    [{ principalType: 'USER' }, ['444444444444 Audit-ps USER PROVISIONED']],
    [{ principalType: 'USER', principalName: 'team-Accountants' }, ['444444444444 Audit-ps USER PROVISIONED']],
    [
      { principalName: 'team-Accountants', permissionSet: 'Audit-ps' },
      [
        '444444444444 Audit-ps GROUP PROVISIONED',
        '444444444444 Audit-ps USER PROVISIONED',
        '555555555555 Audit-ps GROUP REMOVING',
      ],
    ],
    [{ principalName: 'nobody' }, []],
  ])('by %j', async (parameters, expected) => {
    expect(await listed(parameters)).toEqual(expected);
  });

  test('of one account', async () => {
    const path = { accountId: '555555555555' };
    expect(await listed({}, '/accounts/{accountId}/assignments', path)).toEqual([
      '555555555555 Audit-ps GROUP REMOVING',
    ]);
  });

  test('show claims and errors', async () => {
    const { body } = await ask(await withRows(), '/assignments', {}, { permissionSet: 'Billing-ps' });
    expect(body).toEqual({
      assignments: [
        {
          accountId: '444444444444',
          permissionSetName: 'Billing-ps',
          principalType: 'GROUP',
          principalName: 'team-Accountants',
          state: 'PENDING',
          claims: [BILLING],
          reason: `claimed by link ${BILLING}`,
          error: 'service error',
        },
      ],
    });
  });

  test('go through both kinds of principal page by page', async () => {
    const world = new IntakeTestWorld();
    const rows = [audit, alice].flatMap((link) =>
      Array.from({ length: 80 }, (_, n) => ledgerRow(link, String(n).padStart(12, '0'))),
    );
    await world.store.transact(rows.slice(0, 80).map(rowWrite));
    await world.store.transact(rows.slice(80).map(rowWrite));
    const seen = new Set<string>();
    let nextToken: string | undefined;
    do {
      const query = { principalName: 'team-Accountants', ...(nextToken ? { nextToken } : {}) };
      const { body } = await ask(world, '/assignments', {}, query);
      const page = body.assignments as Record<string, string>[];
      expect(page.length).toBeLessThanOrEqual(100);
      for (const { accountId, principalType } of page) seen.add(`${principalType} ${accountId}`);
      nextToken = body.nextToken as string | undefined;
    } while (nextToken);
    expect(seen.size).toBe(160);
  });

  test('refuse what is no account id, with other problems', async () => {
    const path = { accountId: '1234' };
    const { statusCode, body } = await ask(new IntakeTestWorld(), '/accounts/{accountId}/assignments', path, {
      page: '2',
    });
    expect(statusCode).toBe(400);
    expect(errorPaths(body)).toEqual(['accountId', 'page']);
  });
});

test('an unknown route is 404', async () => {
  expect((await ask(new IntakeTestWorld(), '/nothing')).statusCode).toBe(404);
});
