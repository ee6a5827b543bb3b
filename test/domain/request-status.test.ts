import { assignmentError, assignmentState } from '../../lambda/domain/assignment-state';
import type { RequestId } from '../../lambda/domain/ids';
import type { LedgerRow, Operation } from '../../lambda/domain/ledger-row';
import { rowKey } from '../../lambda/domain/ledger-row';
import type { LinkOutcome } from '../../lambda/domain/plan-document';
import type { RequestedChange, RequestRecord } from '../../lambda/domain/request';
import { requestStatus } from '../../lambda/domain/request-status';
import { parsedLink } from '../support/any-link';
import { ledgerRow } from '../support/stored-row';

const LINK = parsedLink('root%all%Ps%team%GROUP%ssofile');
const OPERATION: Operation = { id: 'o', kind: 'create', generation: 1, leaseUntil: 0 };
const REQUEST: RequestRecord = {
  requestId: 'request-1' as RequestId,
  kind: 'link',
  action: 'create',
  subject: 'root%all%Ps%team%GROUP%ssofile',
  generation: 1,
  status: 'ACCEPTED',
  createdAt: '2026-01-01T00:00:00.000Z',
  submittedBy: 'alice',
  errors: [],
  expiresAt: 0,
};
const PLANNED: RequestRecord = { ...REQUEST, plannedAt: '2026-01-01T00:00:01.000Z', waitingFor: [], skipped: [] };
const DONE = { applied: 1 };
const UNTOUCHED = { applied: 0 };
const RUNNING = { applied: 0, operation: OPERATION };
const RETRYING = { applied: 0, attempts: 1, lastError: 'the service said no' };
const PARKED = { applied: 0, parked: { generation: 1, reason: 'the service said no six times' } };
const LACKING = 'policy /cmp/one is not in account';
const HELD = { applied: 0, parked: { generation: 1, reason: LACKING, missingPolicy: '/cmp/one' } };

function statusOf(request: RequestRecord, rows: Partial<LedgerRow>[], outcome?: LinkOutcome) {
  const stored = rows.map((row, index) => ledgerRow(LINK, String(index).padStart(12, '4'), row));
  const changes = stored.map(changeOf);
  const rowOf = ({ accountId }: RequestedChange) => stored.find((row) => row.accountId === accountId);
  return requestStatus({ request, changes, rowOf, ...(outcome ? { outcome } : {}) });
}

function changeOf(row: LedgerRow): RequestedChange {
  const { pk, sk } = rowKey(row);
  const kind = row.desired ? 'create' : 'delete';
  return { kind, accountId: row.accountId, rowPk: pk, rowSk: sk, born: 'plan-1', generation: 1, reason: 'because' };
}

const outcome = (generation: number, waitingFor: string[]): LinkOutcome => ({
  generation,
  waitingFor,
  skipped: [],
  skippedCount: 0,
  at: '2026-01-01T00:00:02.000Z',
});

describe('the status of a request', () => {
  test.each<[name: string, request: RequestRecord, rows: Partial<LedgerRow>[], status: string]>([
    ['nothing planned', REQUEST, [], 'ACCEPTED'],
    ['changes committed, not yet told', REQUEST, [DONE], 'ACCEPTED'],
    ['planned without changes', PLANNED, [], 'COMPLETED'],
    ['nothing begun', PLANNED, [UNTOUCHED, UNTOUCHED], 'PLANNED'],
    ['one begun', PLANNED, [UNTOUCHED, RUNNING], 'APPLYING'],
    ['one done', PLANNED, [UNTOUCHED, DONE], 'APPLYING'],
    ['one tried again', PLANNED, [RETRYING, DONE], 'APPLYING'],
    ['one failed, one on its way', PLANNED, [PARKED, RUNNING], 'APPLYING'],
    ['all done', PLANNED, [DONE, DONE], 'COMPLETED'],
    ['one failed for good', PLANNED, [DONE, PARKED], 'COMPLETED_WITH_FAILURES'],
    ['one held', PLANNED, [DONE, HELD], 'WAITING'],
    ['one held, one failed for good', PLANNED, [HELD, PARKED], 'WAITING'],
    ['one held, one on its way', PLANNED, [HELD, RUNNING], 'APPLYING'],
    ['one held that is tried again', PLANNED, [{ ...HELD, parked: { ...HELD.parked, generation: 0 } }], 'PLANNED'],
    ['an older generation failed', PLANNED, [{ ...PARKED, parked: { generation: 0, reason: '' } }], 'PLANNED'],
    ['a newer generation took effect', PLANNED, [{ generation: 3, applied: 3 }], 'COMPLETED'],
    ['the row is another one by now', PLANNED, [{ ...UNTOUCHED, born: 'plan-2' }], 'COMPLETED'],
    [
      'the account cannot be worked in',
      PLANNED,
      [{ ...UNTOUCHED, unreachable: 'SUSPENDED' }],
      'COMPLETED_WITH_FAILURES',
    ],
    ['a removal under way', PLANNED, [{ ...RUNNING, desired: false }], 'APPLYING'],
    ['waiting', { ...PLANNED, waitingFor: ['principal: x'] }, [], 'WAITING'],
    ['waiting, some done', { ...PLANNED, waitingFor: ['principal: x'] }, [DONE], 'WAITING'],
    ['waiting, some on their way', { ...PLANNED, waitingFor: ['principal: x'] }, [RUNNING], 'APPLYING'],
    ['rejected', { ...REQUEST, status: 'REJECTED' }, [], 'REJECTED'],
    ['done at once', { ...REQUEST, status: 'DONE', message: 'no such link' }, [], 'COMPLETED'],
  ])('%s', (_, request, rows, status) => {
    expect(statusOf(request, rows).status).toBe(status);
  });

  test('a row that is gone is done', () => {
    const change = changeOf(ledgerRow(LINK, '444444444444', { desired: false }));
    const status = requestStatus({ request: PLANNED, changes: [change], rowOf: () => undefined });
    expect(status).toMatchObject({ status: 'COMPLETED', planned: { create: 0, delete: 1 }, completed: 1, failed: 0 });
  });

  test('counts changes and tells accounts and reasons, also of what is still tried', () => {
    const rows = [DONE, RETRYING, PARKED, { ...DONE, desired: false }];
    expect(statusOf(PLANNED, rows)).toMatchObject({
      status: 'APPLYING',
      planned: { create: 3, delete: 1 },
      completed: 2,
      failed: 1,
      errors: [
        { accountId: '444444444441', message: 'the service said no' },
        { accountId: '444444444442', message: 'the service said no six times' },
      ],
    });
  });

  test('waits for the policies that accounts lack, beside what its link waits for', () => {
    const status = statusOf({ ...PLANNED, waitingFor: ['ou: x'] }, [HELD, DONE, HELD, PARKED]);
    expect(status).toMatchObject({ completed: 1, failed: 1 });
    expect(status.waitingFor).toEqual([
      'ou: x',
      'policy: /cmp/one is not in account 444444444440',
      'policy: /cmp/one is not in account 444444444442',
    ]);
    expect(status.errors.map(({ message }) => message)).toEqual([LACKING, LACKING, PARKED.parked.reason]);
  });

  test('names the first hundred accounts that lack a policy, and all of them as errors', () => {
    const status = statusOf(PLANNED, Array<Partial<LedgerRow>>(120).fill(HELD));
    expect(status.waitingFor).toHaveLength(100);
    expect(status.errors).toHaveLength(120);
    expect(status.failed).toBe(0);
  });

  test('waits no longer than its link, and not for what a newer submission removed', () => {
    const waiting = { ...PLANNED, waitingFor: ['principal: x'] };
    expect(statusOf(waiting, [], outcome(1, ['ou: y']))).toMatchObject({ status: 'WAITING', waitingFor: ['ou: y'] });
    expect(statusOf(waiting, [], outcome(2, []))).toMatchObject({ status: 'COMPLETED', waitingFor: [] });
    expect(statusOf(waiting, [], outcome(0, []))).toMatchObject({ status: 'WAITING', waitingFor: ['principal: x'] });
    expect(statusOf(PLANNED, [], outcome(2, ['principal: x']))).toMatchObject({ status: 'COMPLETED' });
  });

  test('says why it was rejected and which accounts were left out', () => {
    const errors = [{ path: 'linkData.scopeValue', message: 'expected 12 digits' }];
    expect(statusOf({ ...REQUEST, status: 'REJECTED', errors }, [])).toMatchObject({ errors });
    const skipped = [{ accountId: '444444444444', message: 'SUSPENDED' }] as RequestRecord['skipped'] & object;
    expect(statusOf({ ...PLANNED, skipped, skippedCount: 7 }, [])).toMatchObject({ skipped, skippedCount: 7 });
  });
});

describe('the state of an assignment', () => {
  test.each<[row: Partial<LedgerRow>, state: string, error: string | undefined]>([
    [DONE, 'PROVISIONED', undefined],
    [UNTOUCHED, 'PENDING', undefined],
    [RETRYING, 'PENDING', 'the service said no'],
    [PARKED, 'FAILED', 'the service said no six times'],
    [HELD, 'HELD', LACKING],
    [{ ...HELD, unreachable: 'it is SUSPENDED' }, 'UNREACHABLE', 'it is SUSPENDED'],
    [{ ...UNTOUCHED, desired: false }, 'REMOVING', undefined],
    [{ ...PARKED, desired: false }, 'FAILED', 'the service said no six times'],
    [{ ...PARKED, unreachable: 'it is SUSPENDED' }, 'UNREACHABLE', 'it is SUSPENDED'],
    [{ ...DONE, unreachable: 'it is SUSPENDED' }, 'UNREACHABLE', 'it is SUSPENDED'],
  ])('%j is %s', (changed, state, error) => {
    const row = ledgerRow(LINK, '444444444444', changed);
    expect([assignmentState(row), assignmentError(row)]).toEqual([state, error]);
  });
});
