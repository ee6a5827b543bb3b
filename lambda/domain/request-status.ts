import type { Skipped } from './claims';
import type { FullPassCounts } from './full-pass-counts';
import { waitsForPlan } from './held-plan';
import type { LedgerRow, Parked } from './ledger-row';
import { waitsForPolicy } from './missing-policy';
import type { LinkOutcome } from './plan-document';
import type { Problem } from './problem';
import type { RequestedChange, RequestRecord } from './request';

/** `ACCEPTED → PLANNED → APPLYING → COMPLETED | COMPLETED_WITH_FAILURES`, or `WAITING`, `HELD` by the guard, or `REJECTED`. */
export type RequestState =
  | 'ACCEPTED'
  | 'PLANNED'
  | 'APPLYING'
  | 'WAITING'
  | 'HELD'
  | 'COMPLETED'
  | 'COMPLETED_WITH_FAILURES'
  | 'REJECTED';

/** Everything the status of a request depends on, as it is now. */
export interface RequestInput {
  readonly request: RequestRecord;
  readonly changes: readonly RequestedChange[];
  /** The row a change points to, or nothing when it is gone. */
  readonly rowOf: (change: RequestedChange) => LedgerRow | undefined;
  /** What planning last found out about the request's link. */
  readonly outcome?: LinkOutcome;
}

export interface RequestStatus {
  readonly status: RequestState;
  readonly planned: { readonly create: number; readonly delete: number };
  /** Of the creates: assignments that existed already and are managed from now on. */
  readonly adopted: number;
  readonly completed: number;
  readonly failed: number;
  /** Of a full pass: what it found. */
  readonly counts?: FullPassCounts;
  readonly waitingFor: readonly string[];
  /** The held plans that it waits for; absent when there are none. */
  readonly heldBy?: readonly string[];
  /** Accounts that were left out, and why. */
  readonly skipped: readonly Skipped[];
  /** How many were left out; `skipped` names the first of them. */
  readonly skippedCount: number;
  /** Why it was refused, or what went wrong in which account; also while it is still tried. */
  readonly errors: readonly (Problem | Skipped)[];
  readonly message?: string;
}

interface Progress {
  readonly change: RequestedChange;
  readonly state: 'done' | 'failed' | 'held' | 'pending';
  readonly started: boolean;
  readonly error?: string;
  /** What a held change waits for. */
  readonly waitsFor?: string;
  /** The held plan that a person has to decide about. */
  readonly heldBy?: string;
}

/** The status of a request, computed when it is read: nothing has to be kept up to date while assignments change. */
export function requestStatus({ request, changes, rowOf, outcome }: RequestInput): RequestStatus {
  const progress = changes.map((change) => progressOf(change, rowOf(change)));
  const waitingFor = [...stillWaitingFor(request, outcome), ...heldFor(progress)];
  const heldBy = [...new Set(progress.flatMap((one) => one.heldBy ?? []))];
  const count = (kind: RequestedChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return {
    status: stateOf(request, progress, waitingFor),
    planned: { create: count('create'), delete: count('delete') },
    adopted: changes.filter(({ adopted }) => adopted).length,
    completed: progress.filter(({ state }) => state === 'done').length,
    failed: progress.filter(({ state }) => state === 'failed').length,
    waitingFor,
    ...(heldBy.length > 0 ? { heldBy } : {}),
    skipped: request.skipped ?? [],
    skippedCount: request.skippedCount ?? request.skipped?.length ?? 0,
    errors: [...failureOf(request), ...(request.status === 'REJECTED' ? request.errors : errorsOf(progress))],
    ...(request.message ? { message: request.message } : {}),
  };
}

function stateOf(request: RequestRecord, progress: readonly Progress[], waitingFor: readonly string[]): RequestState {
  if (request.status === 'REJECTED') return 'REJECTED';
  if (request.status === 'DONE') return 'COMPLETED';
  if (request.failure !== undefined) return 'COMPLETED_WITH_FAILURES';
  if (request.plannedAt === undefined) return 'ACCEPTED';
  if (progress.some(({ state }) => state === 'pending')) {
    return progress.some(({ started }) => started) ? 'APPLYING' : 'PLANNED';
  }
  if (progress.some(({ heldBy }) => heldBy !== undefined)) return 'HELD';
  if (waitingFor.length > 0) return 'WAITING';
  return progress.some(({ state }) => state === 'failed') ? 'COMPLETED_WITH_FAILURES' : 'COMPLETED';
}

/** What the request waited for may have appeared since; then the link's own outcome knows better. */
function stillWaitingFor({ waitingFor = [], generation }: RequestRecord, outcome?: LinkOutcome): readonly string[] {
  if (waitingFor.length === 0 || outcome === undefined) return waitingFor;
  return outcome.generation >= (generation ?? 0) ? outcome.waitingFor : waitingFor;
}

function progressOf(change: RequestedChange, row: LedgerRow | undefined): Progress {
  if (row === undefined || row.born !== change.born || row.applied >= change.generation) {
    return { change, state: 'done', started: true };
  }
  if (row.generation < change.generation) return undecidedProgress(change, row);
  if (row.parked && row.parked.generation >= change.generation) return parkedProgress(change, row.parked);
  if (row.unreachable !== undefined) return { change, state: 'failed', started: true, error: row.unreachable };
  const started = row.operation !== undefined || (row.attempts ?? 0) > 0;
  return { change, state: 'pending', started, ...(row.lastError ? { error: row.lastError } : {}) };
}

/** A removal that the guard did not let through: its generation does not exist so far. */
function undecidedProgress(change: RequestedChange, { heldBy, keptBy, reason }: LedgerRow): Progress {
  if (heldBy !== undefined) {
    return { change, state: 'held', started: true, waitsFor: waitsForPlan(heldBy), heldBy };
  }
  if (keptBy !== undefined) return { change, state: 'failed', started: true, error: reason };
  // A link claims the assignment again.
  return { change, state: 'done', started: true };
}

function parkedProgress(change: RequestedChange, { reason, missingPolicy }: Parked): Progress {
  if (missingPolicy === undefined) return { change, state: 'failed', started: true, error: reason };
  const waitsFor = waitsForPolicy(change.accountId, missingPolicy);
  return { change, state: 'held', started: true, error: reason, waitsFor };
}

/** Shown at most; the errors name every account. */
const MOST_HELD_SHOWN = 100;

function heldFor(progress: readonly Progress[]): string[] {
  return [...new Set(progress.flatMap(({ waitsFor }) => waitsFor ?? []))].slice(0, MOST_HELD_SHOWN);
}

function failureOf({ failure }: RequestRecord): Problem[] {
  return failure === undefined ? [] : [{ path: 'link', message: failure }];
}

function errorsOf(progress: readonly Progress[]): Skipped[] {
  return progress.flatMap(({ change, error }) => (error ? [{ accountId: change.accountId, message: error }] : []));
}
