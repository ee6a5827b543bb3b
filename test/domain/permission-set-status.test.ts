import type { Convergence, Unprovisioned } from '../../lambda/domain/convergence';
import type { AccountId, PermissionSetName, RequestId } from '../../lambda/domain/ids';
import type { PermissionSetDocument } from '../../lambda/domain/permission-set-document';
import {
  isGone,
  permissionSetMessage,
  permissionSetRequestStatus,
  permissionSetStatus,
} from '../../lambda/domain/permission-set-status';
import type { RequestRecord } from '../../lambda/domain/request';

const NAME = 'Billing-ps' as PermissionSetName;
const PRESENT: PermissionSetDocument = {
  permissionSetName: NAME,
  state: 'present',
  generation: 2,
  document: '{"permissionSetName":"Billing-ps"}',
  submittedBy: 'alice',
  submittedAt: '2026-01-01T00:00:00.000Z',
  source: 'api',
};
const DELETED: PermissionSetDocument = { ...PRESENT, state: 'deleted' };

type Known = Partial<Convergence>;
const convergence = (known: Known): Convergence => ({ permissionSetName: NAME, defined: 0, applied: 0, ...known });

const account = (digit: number) => String(digit).repeat(12) as AccountId;
const denied = (digit: number): Unprovisioned => ({ accountId: account(digit), message: 'access denied' });
const lacking = (digit: number): Unprovisioned => ({
  accountId: account(digit),
  message: `policy /cmp/one is not in account ${account(digit)}`,
  missingPolicy: '/cmp/one',
});

const DONE: Known = { defined: 2, applied: 2 };
const OPERATION: Known = { operation: { id: 'look-1', leaseUntil: 1 } };
const PARKED: Known = { parked: { generation: 2, reason: 'the policy is malformed' } };
const leftBehind = (...unprovisioned: Unprovisioned[]): Known => ({
  ...DONE,
  unprovisioned,
  unprovisionedCount: unprovisioned.length,
  heldCount: unprovisioned.filter(({ missingPolicy }) => missingPolicy !== undefined).length,
});

const UNDER_WAY: [name: string, known: Known][] = [
  ['it is looked at', OPERATION],
  ['it is half changed', { incomplete: true }],
  ['it was compared', { compared: 'version-1' }],
  ['accounts are provisioned', { provisioning: { requestId: 'r', startedAt: 0 } }],
  ['it is tried again after a fault', { attempts: 1 }],
  ['the service was busy', { disturbances: 1 }],
];

describe('the status of a permission set', () => {
  test.each<[name: string, document: PermissionSetDocument, known: Known, status: string]>([
    ['nothing was done yet', PRESENT, {}, 'ACCEPTED'],
    ['only an earlier document took effect', PRESENT, { defined: 1, applied: 1 }, 'ACCEPTED'],
    ['it is defined but not in all accounts', PRESENT, { defined: 2, applied: 1, compared: 'v' }, 'APPLYING'],
    ['it is as declared', PRESENT, DONE, 'COMPLETED'],
    ['it is as declared and no longer half changed', PRESENT, { ...DONE, incomplete: false }, 'COMPLETED'],
    ['it is as declared and all accounts have it', PRESENT, leftBehind(), 'COMPLETED'],
    ['it is as declared and looked at once more', PRESENT, { ...DONE, ...OPERATION }, 'APPLYING'],
    ['an account does not have it', PRESENT, leftBehind(denied(4)), 'COMPLETED_WITH_FAILURES'],
    ['an account lacks a policy', PRESENT, leftBehind(lacking(4)), 'COMPLETED_WITH_FAILURES'],
    ['it was given up', PRESENT, PARKED, 'FAILED'],
    ['another document was given up', PRESENT, { parked: { generation: 1, reason: 'any' } }, 'ACCEPTED'],
    ['it was given up half changed', PRESENT, { ...PARKED, defined: 1, applied: 1, incomplete: true }, 'FAILED'],
    ['it is to be deleted', DELETED, DONE, 'DELETING'],
    ...UNDER_WAY.map(([name, known]) => [name, PRESENT, known, 'APPLYING'] as [string, typeof PRESENT, Known, string]),
  ])('%s', (_, document, known, status) => {
    expect(permissionSetStatus(document, convergence(known))).toBe(status);
  });

  test.each<[name: string, document: PermissionSetDocument, applied: number, gone: boolean]>([
    ['not while it is declared', PRESENT, 2, false],
    ['not before its deletion took effect', DELETED, 1, false],
    ['not when nothing ever took effect', DELETED, 0, false],
    ['once its deletion took effect', DELETED, 2, true],
  ])('is gone: %s', (_, document, applied, gone) => {
    expect(isGone(document, convergence({ applied }))).toBe(gone);
  });
});

describe('the message of a permission set', () => {
  test.each<[name: string, document: PermissionSetDocument, known: Known, message: string | undefined]>([
    ['nothing when all is well', PRESENT, DONE, undefined],
    ['nothing when we made it', PRESENT, { ...DONE, ownership: 'created' }, undefined],
    ['why it was given up', PRESENT, PARKED, 'the policy is malformed'],
    ['nothing of why another was given up', PRESENT, { parked: { generation: 1, reason: 'any' } }, undefined],
    ['what failed last', PRESENT, { attempts: 1, lastError: 'no answer' }, 'no answer'],
    [
      'what its deletion waits for, without its kind',
      DELETED,
      { waitingFor: ['permissionSet: link a references it', 'account: 444444444444: SUSPENDED'] },
      'link a references it; 444444444444: SUSPENDED',
    ],
    ['nothing of what an earlier deletion waited for', PRESENT, { waitingFor: ['account: x'] }, undefined],
    [
      'one account that does not have it',
      PRESENT,
      leftBehind(denied(4)),
      '1 account does not have it as it is now: 444444444444 (access denied)',
    ],
    [
      'three accounts',
      PRESENT,
      leftBehind(denied(4), denied(5), denied(6)),
      '3 accounts do not have it as it is now: 444444444444 (access denied), 555555555555 (access denied), 666666666666 (access denied)',
    ],
    [
      'the first of many accounts',
      PRESENT,
      { ...leftBehind(denied(4), denied(5), denied(6), denied(7)), unprovisionedCount: 900 },
      '900 accounts do not have it as it is now: 444444444444 (access denied), 555555555555 (access denied), 666666666666 (access denied), and 897 more',
    ],
    [
      'that its file is missing',
      { ...PRESENT, fileMissing: true },
      DONE,
      expect.stringMatching(/^its file is missing: /),
    ],
    ['that it was adopted', PRESENT, { ...DONE, ownership: 'adopted' }, expect.stringMatching(/^adopted: /)],
    [
      'everything at once',
      { ...PRESENT, fileMissing: true },
      { ...leftBehind(denied(4)), ...PARKED, lastError: 'no answer', ownership: 'adopted' },
      expect.stringMatching(
        /^the policy is malformed; no answer; 1 account does .*; its file is missing: .*; adopted: /,
      ),
    ],
  ])('tells %s', (_, document, known, message) => {
    expect(permissionSetMessage(document, convergence(known))).toEqual(message);
  });
});

describe('a request about a permission set', () => {
  const REQUEST: RequestRecord = {
    requestId: 'request-1' as RequestId,
    kind: 'permissionSet',
    action: 'update',
    subject: NAME,
    generation: 2,
    status: 'ACCEPTED',
    createdAt: '2026-01-01T00:00:00.000Z',
    submittedBy: 'alice',
    errors: [],
    expiresAt: 0,
  };
  const OLDER: RequestRecord = { ...REQUEST, generation: 1 };
  const WHY = { path: 'permissionSet', message: 'the policy is malformed' };
  const shown = ({ accountId, message }: Unprovisioned) => ({ accountId, message });
  const WAITS = `policy: /cmp/one is not in account ${account(5)}`;

  test.each<[name: string, request: RequestRecord, known: Known, status: string, also: object]>([
    ['accepted', REQUEST, {}, 'ACCEPTED', {}],
    ['accepted while an earlier one took effect', REQUEST, { defined: 1, applied: 1 }, 'ACCEPTED', {}],
    ['under way', REQUEST, OPERATION, 'APPLYING', {}],
    [
      'tried again',
      REQUEST,
      { attempts: 2, lastError: 'no answer' },
      'APPLYING',
      { errors: [{ path: 'permissionSet', message: 'no answer' }] },
    ],
    ['completed', REQUEST, DONE, 'COMPLETED', {}],
    ['completed and looked at once more', REQUEST, { ...DONE, ...OPERATION }, 'COMPLETED', {}],
    [
      'held where an account lacks a policy',
      REQUEST,
      leftBehind(lacking(5)),
      'WAITING',
      { waitingFor: [WAITS], errors: [shown(lacking(5))] },
    ],
    [
      'completed except in accounts that did not take it',
      REQUEST,
      leftBehind(denied(4), denied(6)),
      'COMPLETED_WITH_FAILURES',
      { failed: 2, errors: [denied(4), denied(6)] },
    ],
    [
      'completed except in accounts of both kinds',
      REQUEST,
      leftBehind(denied(4), lacking(5)),
      'COMPLETED_WITH_FAILURES',
      { failed: 1, waitingFor: [WAITS], errors: [denied(4), shown(lacking(5))] },
    ],
    [
      'completed except in more accounts than are named',
      REQUEST,
      { ...leftBehind(denied(4)), unprovisionedCount: 900 },
      'COMPLETED_WITH_FAILURES',
      { failed: 900, errors: [denied(4)] },
    ],
    [
      'held in more accounts than are named',
      REQUEST,
      { ...leftBehind(lacking(5)), unprovisionedCount: 600, heldCount: 600 },
      'WAITING',
      { waitingFor: [WAITS], errors: [shown(lacking(5))] },
    ],
    ['given up', REQUEST, PARKED, 'COMPLETED_WITH_FAILURES', { errors: [WHY] }],
    [
      'accepted after an earlier one was given up',
      REQUEST,
      { parked: { generation: 1, reason: 'the policy is malformed' } },
      'ACCEPTED',
      {},
    ],
    ['accepted after a deletion waited', REQUEST, { waitingFor: ['account: x'] }, 'ACCEPTED', {}],
    [
      'given up half way, after another fault',
      REQUEST,
      { ...PARKED, incomplete: true, lastError: 'no answer' },
      'COMPLETED_WITH_FAILURES',
      { errors: [WHY] },
    ],
    ['rejected', { ...REQUEST, status: 'REJECTED', errors: [WHY] }, DONE, 'REJECTED', { errors: [WHY] }],
    ['done at once', { ...REQUEST, status: 'DONE' }, {}, 'COMPLETED', {}],
    ['superseded by one that took effect', OLDER, DONE, 'COMPLETED', {}],
    ['superseded by one that is under way', OLDER, OPERATION, 'APPLYING', {}],
    ['superseded by one that was given up', OLDER, PARKED, 'COMPLETED_WITH_FAILURES', { errors: [WHY] }],
    ['completed before it was superseded', OLDER, { ...PARKED, defined: 1, applied: 1 }, 'COMPLETED', {}],
  ])('%s', (_, request, known, status, also) => {
    const { message: _message, ...told } = permissionSetRequestStatus(request, PRESENT, convergence(known));
    const nothing = { planned: { create: 0, delete: 0 }, adopted: 0, completed: 0, skipped: [], skippedCount: 0 };
    expect(told).toEqual({ status, ...nothing, failed: 0, waitingFor: [], errors: [], ...also });
  });

  test('to delete it says what it waits for, and is completed when it is gone', () => {
    const request: RequestRecord = { ...REQUEST, action: 'delete' };
    const waitingFor = ['permissionSet: link a references it'];
    const told = (known: Known) => permissionSetRequestStatus(request, DELETED, convergence(known));
    expect(told({ ...DONE, applied: 1, waitingFor })).toMatchObject({
      status: 'WAITING',
      waitingFor,
      errors: [],
      message: 'link a references it',
    });
    expect(told({ applied: 2 })).toMatchObject({ status: 'COMPLETED', waitingFor: [], errors: [] });
  });

  test('tells its own message, or else that of its permission set', () => {
    const told = (request: RequestRecord, document: PermissionSetDocument | undefined) =>
      permissionSetRequestStatus(request, document, convergence({ ...DONE, ownership: 'adopted' })).message;
    expect(told({ ...REQUEST, message: 'its own' }, PRESENT)).toBe('its own');
    expect(told(REQUEST, PRESENT)).toMatch(/^adopted: /);
    expect(told(REQUEST, undefined)).toBeUndefined();
  });
});
