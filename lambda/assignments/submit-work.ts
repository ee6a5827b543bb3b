import type { Fence } from '../domain/lease';
import { LEASE_MARGIN_MS } from '../domain/lease';
import type { LedgerRow, Operation } from '../domain/ledger-row';
import { rowId, rowKey } from '../domain/ledger-row';
import { claim, fail, hold, noteRequest, release, succeed, takeOver } from '../domain/worker-writes';
import type { Attempts } from '../domain/write';
import { attempt } from '../leadership/attempt';
import { Conflict, Denied, Missing, OutcomeUnknown, Rejected, Throttled, Unavailable } from '../ports/faults';
import type { ApplyContext } from './apply-assignments';
import { findLost, type LostOperations, lostKey } from './lost-operations';
import { isInOperation, type OutstandingOperations, type RowInOperation } from './outstanding-operations';
import type { PolicyCheck } from './policy-check';
import type { TokenBucket } from './token-bucket';
import type { ListedWork, WorkList } from './work-list';

/** One step of the worker: what it shares between ticks. */
export interface ApplyStep extends ApplyContext {
  readonly fence: Fence;
  readonly bucket: TokenBucket;
  readonly operations: OutstandingOperations;
  readonly work: WorkList;
  readonly policyCheck: PolicyCheck;
  /** No submit begins after this; epoch milliseconds. */
  readonly submitUntil: number;
  /** No submit before this: the service said that too many operations run. */
  pauseUntil?: number;
}

/** How long to leave a row alone after the service could not take a call: this long, plus up to as much again. */
const TRY_AGAIN_MS = 2_000;

type Submission = 'submitted' | 'skipped' | 'overtaken';

/** Starts as many operations as the limits allow: first what was abandoned, then the head of the work list. */
export async function submitWork(step: ApplyStep): Promise<'submitted' | 'overtaken'> {
  if (isPausing(step)) return 'submitted';
  const abandoned = step.operations.abandoned(step.clock.now());
  const lost = await findLost(step, abandoned);
  const now = step.clock.now();
  if (isPausing(step)) return 'submitted';
  const busy = step.operations.busyAccounts();
  const free = step.limits.outstandingAssignments - step.operations.count();
  const count = Math.min(free, step.bucket.available(now) - abandoned.length);
  const listed = await step.work.take(count, busy, now);
  const rows = await readRows(step, listed);
  // All are waited for as soon as they begin: a fault of one while nobody listens would end the process.
  const submissions = [
    ...(lost ? abandoned.map((row) => submitAbandoned(step, row, lost)) : []),
    ...listed.map((work) => submitListed(step, work, rows)),
  ];
  return (await Promise.all(submissions)).includes('overtaken') ? 'overtaken' : 'submitted';
}

function isPausing({ clock, submitUntil, pauseUntil = 0 }: ApplyStep): boolean {
  return clock.now() >= submitUntil || clock.now() < pauseUntil;
}

async function readRows({ store }: ApplyStep, listed: readonly ListedWork[]): Promise<Map<string, LedgerRow>> {
  const keys = listed.map(({ item }) => ({ table: 'ledger' as const, pk: item.rowPk, sk: item.accountId as string }));
  const rows = (await store.getMany(keys)) as unknown as LedgerRow[];
  return new Map(rows.map((row) => [rowId(row), row]));
}

async function submitListed(
  step: ApplyStep,
  listed: ListedWork,
  rows: ReadonlyMap<string, LedgerRow>,
): Promise<Submission> {
  const row = rows.get(`${listed.item.rowPk}#${listed.item.accountId}`);
  if (await step.work.discardIfDone(listed, row)) return 'skipped';
  if (!row || row.operation) return 'skipped';
  const missing = await step.policyCheck.missing(row);
  if (missing) {
    await attempt(step.store, hold(row, undefined, missing, step.fence));
    return 'skipped';
  }
  return submitNew(step, row, (operation) => claim(row, operation, step.fence));
}

async function submitAbandoned(step: ApplyStep, stale: RowInOperation, lost: LostOperations): Promise<Submission> {
  const row = (await step.store.get(rowKey(stale))) as unknown as LedgerRow | undefined;
  const isStill = row?.operation?.id === stale.operation.id && row.operation.requestId === undefined;
  if (!row || !isStill) {
    // It has ended, or its claimer could submit after all: then it goes on, and takes up a place.
    if (row && isInOperation(row)) step.operations.add(row);
    else step.operations.remove(stale);
    return 'skipped';
  }
  const requestId = lost.get(lostKey(stale.operation.kind, stale));
  if (requestId !== undefined) {
    // It runs: a second one beside it in the account is refused at best.
    await noteSubmitted(step, stale, requestId);
    return 'submitted';
  }
  return submitNew(step, row, (operation) => takeOver(row, stale.operation, operation, step.fence));
}

/** Reserves the row, then submits: who reserved is known before anything can happen. */
async function submitNew(
  step: ApplyStep,
  row: LedgerRow,
  reserve: (operation: Operation) => Attempts,
): Promise<Submission> {
  if (!step.bucket.take(step.clock.now())) return 'skipped';
  const operation: Operation = {
    id: step.uniqueId(),
    kind: row.desired ? 'create' : 'delete',
    generation: row.generation,
    leaseUntil: step.deadline + LEASE_MARGIN_MS,
  };
  const [reservation = []] = reserve(operation);
  const reserved = await step.store.transact(reservation);
  if (!reserved.applied) {
    step.work.invalidate();
    return reserved.failed.includes(0) ? 'overtaken' : 'skipped';
  }
  await submitReserved(step, { ...row, operation });
  return 'submitted';
}

async function submitReserved(step: ApplyStep, row: RowInOperation): Promise<void> {
  const { operation } = row;
  step.operations.add(row);
  let requestId: string;
  try {
    requestId = await step.service.submit(operation.kind, row);
  } catch (fault) {
    await giveBack(step, row, fault);
    return;
  }
  // A fault here says nothing about the operation, which is under way: the row stays reserved until the lease is over.
  await noteSubmitted(step, row, requestId);
}

async function noteSubmitted(step: ApplyStep, row: RowInOperation, requestId: string): Promise<void> {
  await attempt(step.store, noteRequest(row, row.operation, requestId));
  step.operations.add({ ...row, operation: { ...row.operation, requestId } });
}

/** What a refused submit means for the row. */
async function giveBack(step: ApplyStep, row: RowInOperation, fault: unknown): Promise<void> {
  const { operation } = row;
  const now = step.clock.now();
  // It may still take effect: nobody touches the row until the lease is over.
  if (fault instanceof OutcomeUnknown) return;
  step.work.invalidate();
  if (fault instanceof Throttled || fault instanceof Conflict || fault instanceof Unavailable) {
    const nextAttemptAt = now + TRY_AGAIN_MS * (1 + step.random());
    if (fault instanceof Throttled) step.pauseUntil = now + TRY_AGAIN_MS / 2;
    const reason = fault instanceof Unavailable ? fault.message : undefined;
    await attempt(step.store, release(row, operation, nextAttemptAt, reason));
  } else if (fault instanceof Missing && operation.kind === 'delete') {
    await attempt(step.store, succeed(row, operation));
  } else if (fault instanceof Rejected || fault instanceof Denied || fault instanceof Missing) {
    await attempt(step.store, fail(row, operation, fault.message, now));
    step.metrics.count('AssignmentsFailed');
    step.log.info('Assignment operation refused', {
      accountId: row.accountId,
      kind: operation.kind,
      reason: fault.message,
    });
  } else {
    throw fault;
  }
  step.operations.remove(row);
}
