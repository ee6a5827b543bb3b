import { auditEvents } from '../../../lambda/domain/audit/audit-events';
import type { LedgerRow } from '../../../lambda/domain/ledger-row';
import { type Attributes, CLAIM, changed, OTHER, ROW, ROW_KEY } from './stored';

const told = (before: Partial<LedgerRow> | undefined, after: Partial<LedgerRow> | undefined) =>
  auditEvents(changed(ROW_KEY, before as Attributes, after as Attributes)).map(
    ({ eventId: _, at: __, sequence: ___, ...event }) => event,
  );
const short = (before: Partial<LedgerRow> | undefined, after: Partial<LedgerRow> | undefined) =>
  told(before, after).map(({ type, action, reason, callers }) =>
    [type, action, reason, ...callers].filter(Boolean).join(' | '),
  );

const ALICE = 'arn:aws:iam::3:role/alice';
const BOB = 'arn:aws:iam::3:role/bob';
const OPERATION = { id: 'op', kind: 'create', generation: 1, leaseUntil: 1, requestId: 'sso-1' } as const;
const WORKED = { ...ROW, operation: OPERATION } as LedgerRow;
const APPLIED = { ...ROW, applied: 1 } as LedgerRow;

describe('a row of the ledger tells', () => {
  test('of a change that was planned: everything about it', () => {
    expect(told(undefined, ROW)).toEqual([
      {
        type: 'Assignment Change Planned',
        result: 'PLANNED',
        callers: [ALICE],
        requests: ['r-1'],
        action: 'create',
        reason: 'claimed by link one',
        claims: [CLAIM],
        claimCount: 1,
        accountId: '444444444401',
        permissionSetName: 'Billing-ps',
        permissionSetArn: ROW.permissionSetArn,
        principalType: 'GROUP',
        principalName: 'team',
        principalId: 'g-1',
        generation: 1,
        incarnation: 'plan-1',
      },
    ]);
  });

  test('of its adoption, and of the change only if there is one', () => {
    const adopted = { ...ROW, adopted: true };
    expect(short(undefined, adopted)).toEqual([
      `Assignment Adopted | claimed by link one | ${ALICE}`,
      `Assignment Change Planned | create | claimed by link one | ${ALICE}`,
    ]);
    expect(short(undefined, { ...adopted, applied: 1 })).toEqual([
      `Assignment Adopted | claimed by link one | ${ALICE}`,
    ]);
  });

  test('nothing of work that goes on', () => {
    expect(short(ROW, WORKED)).toEqual([]);
    const { requestId: _, ...unnamed } = OPERATION;
    expect(short({ ...WORKED, operation: unnamed } as LedgerRow, WORKED)).toEqual([]);
    // Given back since the service was busy.
    expect(short(WORKED, { ...ROW, nextAttemptAt: 5, lastError: 'Throttled' })).toEqual([]);
  });

  test('of an operation that ended well', () => {
    expect(told(WORKED, APPLIED)).toMatchObject([
      { type: 'Assignment Change Succeeded', action: 'create', callers: [ALICE], operationRequestId: 'sso-1' },
    ]);
    const removal = { ...OPERATION, kind: 'delete', generation: 2 } as const;
    const removing = { ...ROW, desired: false, generation: 2, claims: [], operation: removal } as LedgerRow;
    expect(told(removing, undefined)).toMatchObject([
      { type: 'Assignment Change Succeeded', action: 'delete', generation: 2, callers: [ALICE], claims: [] },
    ]);
  });

  test('of one that ended after something newer was planned, without its cause', () => {
    const newer = { ...WORKED, desired: false, generation: 2, claims: [] } as LedgerRow;
    const { operation: _, ...free } = newer;
    expect(told(newer, { ...free, applied: 1 })).toMatchObject([
      { type: 'Assignment Change Succeeded', action: 'create', generation: 1, callers: [] },
    ]);
    expect(told(newer, free)).toMatchObject([{ type: 'Assignment Change Superseded', generation: 1, callers: [] }]);
  });

  test('of one that failed, and of what was set aside', () => {
    const failed = { ...ROW, attempts: 1, lastError: 'no such role', nextAttemptAt: 9 };
    expect(short(WORKED, failed)).toEqual([`Assignment Change Failed | create | no such role | ${ALICE}`]);
    const parked = { generation: 1, reason: 'no such role' };
    expect(short({ ...WORKED, attempts: 5 }, { ...ROW, attempts: 6, lastError: 'no such role', parked })).toEqual([
      `Assignment Change Failed | create | no such role | ${ALICE}`,
      `Assignment Set Aside | create | no such role | ${ALICE}`,
    ]);
    // Its account lacks a policy, which was seen before anything was submitted.
    expect(short(ROW, { ...ROW, parked })).toEqual([`Assignment Set Aside | create | no such role | ${ALICE}`]);
    expect(short({ ...ROW, parked }, { ...ROW, parked, told: 'x' })).toEqual([]);
    expect(short(APPLIED, { ...APPLIED, unreachable: 'is SUSPENDED' })).toEqual([
      `Assignment Set Aside | create | is SUSPENDED | ${ALICE}`,
    ]);
  });

  test('of a removal, with the claims that went', () => {
    const cause = { callers: [BOB], requests: ['r-2'] } as never;
    const after = { ...APPLIED, desired: false, generation: 2, claims: [], reason: 'no link claims it', cause };
    expect(told(APPLIED, after)).toMatchObject([
      { type: 'Assignment Change Planned', action: 'delete', callers: [BOB], claims: [], formerClaims: [CLAIM] },
    ]);
  });

  test('of claims that change, with who changed them and not who made the assignment', () => {
    const after = { ...APPLIED, claims: [OTHER], lastCause: { callers: [BOB], requests: [] } };
    expect(told(APPLIED, after)).toMatchObject([
      { type: 'Assignment Claims Changed', callers: [BOB], claims: [OTHER], formerClaims: [CLAIM], claimCount: 1 },
    ]);
    expect(short(APPLIED, { ...APPLIED, reason: 'other words' })).toEqual([]);
  });

  test('of a removal that is held, and of one that was rejected', () => {
    const held = { ...APPLIED, heldBy: 'plan-9', lastCause: { callers: [BOB], requests: [] } };
    expect(told(APPLIED, held)).toMatchObject([
      { type: 'Assignment Removal Held', action: 'delete', planId: 'plan-9', callers: [BOB] },
    ]);
    const lastCause = { callers: [BOB], requests: [], planId: 'plan-9', decidedBy: ALICE };
    const kept = { ...APPLIED, keptBy: 'plan-9', claims: [], reason: 'kept', lastCause };
    expect(told(held, kept)).toMatchObject([
      { type: 'Assignment Removal Rejected', planId: 'plan-9', callers: [BOB], decidedBy: ALICE, reason: 'kept' },
    ]);
  });

  test('of a row that went otherwise', () => {
    expect(short(APPLIED, undefined)).toEqual(['Assignment Disowned']);
  });
});

test('what an event holds is bounded, whatever a row holds', () => {
  const name = '🙂'.repeat(1024);
  const claims = Array.from({ length: 500 }, (_, index) => ({
    linkId: `${index}`.padStart(26, 'x'),
    linkData: `root%all%${'p'.repeat(32)}%${name.slice(0, 1024)}%GROUP%ssofile`,
  }));
  const former = claims.map((claim) => ({ ...claim, linkId: `old ${claim.linkId}` }));
  const row = { ...APPLIED, principalName: name, claims: former, reason: 'r'.repeat(400_000) } as never;
  const [event] = auditEvents(changed(ROW_KEY, row, { ...(row as object), generation: 2, claims }));
  expect(event).toMatchObject({ claimCount: 500, claims: { length: 20 }, formerClaims: { length: 20 } });
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(250_000);
});

test.each([
  ['a work item', { pk: 'WORK#grant', sk: 'x' }],
  ['a request change', { pk: 'REQUEST#1', sk: 'CHANGE#x' }],
  ['a document', { pk: 'SET#x', sk: 'DOCUMENT' }],
  ['a pair of a plan', { pk: 'PLAN#1', sk: 'PAIR#x' }],
])('%s tells nothing', (_, key) => {
  expect(auditEvents(changed(key, undefined, { a: 1 }))).toEqual([]);
});

test('what expired tells nothing', () => {
  expect(auditEvents({ ...changed(ROW_KEY, APPLIED as never, undefined), hasExpired: true })).toEqual([]);
});
