import { setAsideNotification } from './assignment-notifications';
import type { Fence } from './lease';
import { fenceCheck } from './lease';
import type { LedgerRow, Operation, OperationKind, Parked, WorkItem } from './ledger-row';
import { accountRowKey, heldKey, operationKey, pairPartition, rowKey, workKey } from './ledger-row';
import { notificationId, notificationWrite } from './notification';
import type { Attempts, Write } from './write';

/** The worker's writes on a ledger row, one function per line of the protocol. The planner's attributes are never set. */

/** Failures of one generation before its row is parked, and how long to wait after each (seconds, doubling). */
export const PARK_AFTER_FAILURES = 6;
const FIRST_RETRY_SECONDS = 10;

export function retryDelayMs(failures: number): number {
  return FIRST_RETRY_SECONDS * 1000 * 2 ** (failures - 1);
}

/** Reserve the row for one operation: only the generation that was seen, only when nobody else works on it. */
export function claim(row: LedgerRow, operation: Operation, fence: Fence): Attempts {
  return [
    [
      fenceCheck(fence),
      {
        at: rowKey(row),
        update: { set: { operation } },
        when: [{ generation: { equals: row.generation }, operation: { absent: true }, born: { equals: row.born } }],
      },
      { at: operationKey(row), put: { rowPk: pairPartition(row), accountId: row.accountId } },
    ],
  ];
}

/** Submit again what its claimer can no longer submit: the lease is over and no request id was recorded. */
export function takeOver(row: LedgerRow, stale: Operation, operation: Operation, fence: Fence): Attempts {
  return [
    [
      fenceCheck(fence),
      {
        at: rowKey(row),
        update: { set: { operation } },
        when: [
          {
            'operation.id': { equals: stale.id },
            'operation.requestId': { absent: true },
            generation: { equals: row.generation },
          },
        ],
      },
    ],
  ];
}

/** Record the service's request id: from now on anybody may ask for the outcome. */
export function noteRequest(row: LedgerRow, operation: Operation, requestId: string): Attempts {
  return [
    [
      {
        at: rowKey(row),
        update: { set: { operation: { ...operation, requestId } } },
        when: [{ 'operation.id': { equals: operation.id } }],
      },
    ],
  ];
}

/** The operation took effect. A row that nobody wants any more is dropped with it. */
export function succeed(row: LedgerRow, operation: Operation): Attempts {
  const mine = { 'operation.id': { equals: operation.id } };
  const latest = { ...mine, generation: { equals: operation.generation } };
  const done = { set: { applied: operation.generation }, remove: [...WORKER_TEMPORARIES, 'told'] };
  const finished: Write[] =
    operation.kind === 'delete'
      ? [
          { at: rowKey(row), delete: true, when: [latest] },
          { at: accountRowKey(row), delete: true },
        ]
      : [{ at: rowKey(row), update: done, when: [latest] }];
  return [
    [...finished, dropMarker(row), dropWork(row, operation)],
    // The planner wants something newer: its work item stays.
    [{ at: rowKey(row), update: done, when: [mine] }, dropMarker(row)],
  ];
}

/** The service refused for good, or the operation FAILED: wait and try again, or park the generation that failed. */
export function fail(row: LedgerRow, operation: Operation, reason: string, now: number): Attempts {
  const mine = { 'operation.id': { equals: operation.id } };
  const latest = { ...mine, generation: { equals: operation.generation } };
  const failures = (row.generation === operation.generation ? (row.attempts ?? 0) : 0) + 1;
  const isParked = failures >= PARK_AFTER_FAILURES;
  const nextAttemptAt = now + retryDelayMs(failures);
  const parked = { generation: operation.generation, reason };
  const { told, writes } = tell(row, operation.kind, parked);
  return [
    [
      {
        at: rowKey(row),
        update: {
          set: { attempts: failures, lastError: reason, ...(isParked ? { parked, told } : { nextAttemptAt }) },
          remove: isParked ? ['operation', 'nextAttemptAt'] : ['operation'],
        },
        when: [latest],
      },
      dropMarker(row),
      isParked ? dropWork(row, operation) : postponeWork(row, operation, nextAttemptAt),
      ...(isParked ? writes : []),
    ],
    // A newer generation is not to blame for what an older one met.
    [{ at: rowKey(row), update: { remove: ['operation'] }, when: [mine] }, dropMarker(row)],
  ];
}

/**
 * The account lacks a policy that the permission set needs: trying again does not help until it is there. `operation` is
 * the one that found out; without one, the account was asked before anything was submitted.
 */
export function hold(
  row: LedgerRow,
  operation: Operation | undefined,
  missing: Omit<Parked, 'generation'>,
  fence: Fence,
): Attempts {
  const { generation } = operation ?? row;
  const parked: Parked = { ...missing, generation };
  const mine = operation ? { 'operation.id': { equals: operation.id } } : { operation: { absent: true } as const };
  const { told, writes } = tell(row, operation?.kind ?? (row.desired ? 'create' : 'delete'), parked);
  const held: Write[] = [
    {
      at: rowKey(row),
      update: { set: { parked, told }, remove: WORKER_TEMPORARIES },
      when: [{ ...mine, generation: { equals: generation }, born: { equals: row.born } }],
    },
    { at: operation ? workOf(row, operation) : workKey(row), delete: true },
    { at: heldKey(row), put: { permissionSetName: row.permissionSetName } },
    ...writes,
  ];
  if (!operation) return [[fenceCheck(fence), ...held]];
  return [
    [...held, dropMarker(row)],
    // A newer generation may fare better.
    [{ at: rowKey(row), update: { remove: ['operation'] }, when: [mine] }, dropMarker(row)],
  ];
}

/**
 * The service could not take the call now: give the row back. This is no failure and never parks; a reason is shown
 * until the next attempt.
 */
export function release(row: LedgerRow, operation: Operation, nextAttemptAt: number, reason?: string): Attempts {
  const mine = { 'operation.id': { equals: operation.id } };
  return [
    [
      {
        at: rowKey(row),
        update: { set: { nextAttemptAt, ...(reason ? { lastError: reason } : {}) }, remove: ['operation'] },
        when: [{ ...mine, generation: { equals: operation.generation } }],
      },
      dropMarker(row),
      postponeWork(row, operation, nextAttemptAt),
    ],
    [{ at: rowKey(row), update: { remove: ['operation'] }, when: [mine] }, dropMarker(row)],
  ];
}

/** A work item that has nothing to do: its row is gone, done, parked or in an account that cannot be worked in. */
export function discardWork(at: Write['at'], item: WorkItem, fence: Fence): Attempts {
  return [[fenceCheck(fence), { at, delete: true, when: [{ generation: { equals: item.generation } }] }]];
}

/** A marker whose row has no operation. */
export function discardMarker(at: Write['at'], fence: Fence): Attempts {
  return [[fenceCheck(fence), { at, delete: true }]];
}

/** People are told in the transaction that sets a row aside, and not again while it fails for the same reason. */
function tell(row: LedgerRow, kind: OperationKind, parked: Omit<Parked, 'generation'>) {
  const notification = setAsideNotification(row, kind, parked);
  const told = notificationId(notification);
  return { told, writes: row.told === told ? [] : [notificationWrite(notification)] };
}

const WORKER_TEMPORARIES = ['operation', 'lastError', 'attempts', 'nextAttemptAt'];

function dropMarker(row: LedgerRow): Write {
  return { at: operationKey(row), delete: true };
}

/** The work item of the operation's own generation: `create` was desired, `delete` was not. */
function workOf(row: LedgerRow, operation: Operation): Write['at'] {
  return workKey({ ...row, desired: operation.kind === 'create' });
}

function dropWork(row: LedgerRow, operation: Operation): Write {
  return { at: workOf(row, operation), delete: true };
}

function postponeWork(row: LedgerRow, operation: Operation, notBefore: number): Write {
  const item: WorkItem = {
    rowPk: pairPartition(row),
    accountId: row.accountId,
    generation: operation.generation,
    notBefore,
  };
  return { at: workOf(row, operation), put: { ...item } };
}
