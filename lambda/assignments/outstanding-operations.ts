import type { AccountId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { LedgerRow, Operation, OperationKind } from '../domain/ledger-row';
import { OPERATIONS, rowId, rowKey } from '../domain/ledger-row';
import { policyIsMissing } from '../domain/missing-policy';
import { discardMarker, fail, hold, succeed } from '../domain/worker-writes';
import type { Attempts, Key } from '../domain/write';
import { attempt } from '../leadership/attempt';
import type { AssignmentService, OperationStatus } from '../ports/assignment-service';
import type { Clock } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Metrics } from '../ports/metrics';
import { queryAll, type Store } from '../ports/store';
import { askInTurn } from './ask-in-turn';
import type { TokenBucket } from './token-bucket';

/** A row together with the operation that was claimed for it. */
export type RowInOperation = LedgerRow & { readonly operation: Operation };

type FailedOperation = Extract<OperationStatus, { status: 'FAILED' }>;

const KINDS: readonly OperationKind[] = ['create', 'delete'];
/** What `OutstandingOperations` works with. */
export interface OperationsContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly service: AssignmentService;
  readonly log: LeveledLog;
  readonly metrics: Metrics;
}

/** The operations that are under way: counted from the ledger, not from running functions. */
export class OutstandingOperations {
  private readonly watched = new Map<string, RowInOperation>();
  private readonly others: Record<OperationKind, number> = { create: 0, delete: 0 };
  private readonly listed = new Set<OperationKind>();

  constructor(
    private readonly context: OperationsContext,
    private readonly fence: Fence,
  ) {}

  /** Takes up what earlier steps left under way. */
  async load(): Promise<void> {
    const { store } = this.context;
    const markers = await queryAll(store, { table: 'ledger', pk: OPERATIONS });
    const keys = markers.map(({ rowPk, accountId }): Key => ({ table: 'ledger', pk: `${rowPk}`, sk: `${accountId}` }));
    const rows = (await store.getMany(keys)) as unknown as LedgerRow[];
    const inOperation = rows.filter(isInOperation);
    for (const row of inOperation) this.add(row);
    const known = new Set(inOperation.map(rowId));
    for (const { pk, sk } of markers) {
      if (!known.has(sk)) await attempt(store, discardMarker({ table: 'ledger', pk, sk }, this.fence));
    }
  }

  add(row: RowInOperation): void {
    this.watched.set(rowId(row), row);
  }

  remove(row: LedgerRow): void {
    this.watched.delete(rowId(row));
  }

  isEmpty(): boolean {
    return this.watched.size === 0;
  }

  /** Operations in progress, those of others included as far as they were seen. */
  count(): number {
    return this.watched.size + this.others.create + this.others.delete;
  }

  busyAccounts(): Set<AccountId> {
    return new Set([...this.watched.values()].map(({ accountId }) => accountId));
  }

  /** Rows whose operation nobody can submit any more: no request id, lease over. */
  abandoned(now: number): RowInOperation[] {
    return [...this.watched.values()].filter(
      ({ operation }) => operation.requestId === undefined && operation.leaseUntil < now,
    );
  }

  requestIds(): Set<string> {
    return new Set([...this.watched.values()].flatMap(({ operation: { requestId } }) => requestId ?? []));
  }

  /** One read per kind shows which operations still run; those that are gone from it are asked for their outcome. */
  async look(bucket: TokenBucket): Promise<void> {
    for (const kind of KINDS) {
      const mine = this.submitted(kind);
      if (mine.length === 0 && this.listed.has(kind)) {
        this.others[kind] = 0;
        continue;
      }
      const running = await this.ask(bucket, () => this.context.service.inProgress(kind));
      if (!running) continue;
      this.listed.add(kind);
      this.others[kind] = running.size - mine.filter(({ operation }) => running.has(operation.requestId ?? '')).length;
      const gone = mine.filter(({ operation }) => !running.has(operation.requestId ?? ''));
      // A list that lags behind a submit costs one more question; nothing is concluded from absence alone.
      await Promise.all(gone.map((row) => this.finish(row, bucket)));
    }
  }

  private submitted(kind: OperationKind): RowInOperation[] {
    return [...this.watched.values()].filter(
      ({ operation }) => operation.kind === kind && operation.requestId !== undefined,
    );
  }

  private async finish(row: RowInOperation, bucket: TokenBucket): Promise<void> {
    const { kind, requestId = '' } = row.operation;
    const status = await this.ask(bucket, () => this.context.service.status(kind, requestId));
    if (!status || status.status === 'IN_PROGRESS') return;
    await this.record(row, status);
    this.remove(row);
  }

  private async record(row: RowInOperation, status: OperationStatus): Promise<void> {
    const { store, log, metrics } = this.context;
    const { accountId, permissionSetName, principalType, principalId, operation } = row;
    const fields = { accountId, permissionSetName, principalType, principalId, kind: operation.kind };
    if (status.status === 'FAILED') {
      const current = ((await store.get(rowKey(row))) ?? row) as LedgerRow;
      await attempt(store, this.failed(current, operation, status));
      metrics.count('AssignmentsFailed');
      log.info('Assignment operation failed', { ...fields, reason: status.reason });
    } else {
      await attempt(store, succeed(row, operation));
      metrics.count('AssignmentsApplied');
      log.info('Assignment operation succeeded', fields);
    }
  }

  private failed(row: LedgerRow, operation: Operation, { reason, missingPolicy }: FailedOperation): Attempts {
    if (missingPolicy === undefined) return fail(row, operation, reason, this.context.clock.now());
    const missing = { reason: policyIsMissing(row.accountId, missingPolicy), missingPolicy };
    return hold(row, operation, missing, this.fence);
  }

  private ask<T>(bucket: TokenBucket, question: () => Promise<T>): Promise<T | undefined> {
    return askInTurn(bucket, this.context.clock, question);
  }
}

export function isInOperation(row: LedgerRow): row is RowInOperation {
  return row.operation !== undefined;
}
