import type { Skipped } from './claims';
import type { FullPassCounts } from './full-pass-counts';
import type { AccountId, LinkId, PairId, RequestId } from './ids';
import type { OperationKind } from './ledger-row';
import type { LinkLimits } from './link-limits';
import type { Problem } from './problem';
import type { Item, Key, Write } from './write';

/** What somebody asked for, kept so that its status can be computed when it is read. */
export interface RequestRecord {
  readonly requestId: RequestId;
  readonly kind: 'link' | 'permissionSet' | 'plan' | 'fullPass';
  readonly action: 'create' | 'update' | 'delete' | 'restore' | 'approve' | 'reject' | 'start';
  /** Canonical text form of the link, name of the permission set, id of the held plan, or the S3 key as it was put when it was refused. */
  readonly subject: string;
  readonly linkId?: LinkId;
  readonly pairId?: PairId;
  /** What narrows the link or bounds it in time, once the request was accepted. */
  readonly limits?: LinkLimits;
  /** The generation of the document that the request made. */
  readonly generation?: number;
  /** What is stored: accepted and under way, refused, or done without anything to do. */
  readonly status: 'ACCEPTED' | 'REJECTED' | 'DONE';
  /** ISO 8601. */
  readonly createdAt: string;
  readonly submittedBy: string;
  /** Why it was refused. */
  readonly errors: readonly Problem[];
  /** What the caller should know beside the status. */
  readonly message?: string;
  /** When its outcome was planned, ISO 8601; absent until then. */
  readonly plannedAt?: string;
  readonly waitingFor?: readonly string[];
  readonly skipped?: readonly Skipped[];
  readonly skippedCount?: number;
  /** When a full pass took it up, ISO 8601, and what that has found. */
  readonly begunAt?: string;
  readonly counts?: FullPassCounts;
  /** Why planning it was given up, or why the full pass failed; somebody has to submit it again. */
  readonly failure?: string;
  /** When the record may go; epoch seconds. */
  readonly expiresAt: number;
}

/** One change that a request brought about, and the ledger row that tells how it went. */
export interface RequestedChange {
  readonly kind: OperationKind;
  readonly accountId: AccountId;
  readonly rowPk: string;
  readonly rowSk: string;
  /** The incarnation of the row, and its generation that brings the change about. */
  readonly born: string;
  readonly generation: number;
  readonly reason: string;
  /** The assignment existed when it was first claimed. */
  readonly adopted?: boolean;
}

/** How long requests can be asked about. */
const KEPT_DAYS = 90;
const DAY_SECONDS = 86_400;

export const REQUEST_SORT_KEY = 'REQUEST';
export const CHANGE_PREFIX = 'CHANGE#';

export function requestPartition(requestId: RequestId): string {
  return `REQUEST#${requestId}`;
}

export function requestKey(requestId: RequestId): Key {
  return { table: 'control', pk: requestPartition(requestId), sk: REQUEST_SORT_KEY };
}

/** One item per change and request: planning the same change twice writes it once. */
export function requestedChangeKey(requestId: RequestId, { rowPk, rowSk, born, generation }: RequestedChange): Key {
  return {
    table: 'control',
    pk: requestPartition(requestId),
    sk: `${CHANGE_PREFIX}${rowPk}#${rowSk}#${born}#${generation}`,
  };
}

/** Writes a new request at `now` (epoch milliseconds). */
export function requestWrite(request: Omit<RequestRecord, 'createdAt' | 'expiresAt'>, now: number): Write {
  const record: RequestRecord = {
    ...request,
    createdAt: new Date(now).toISOString(),
    expiresAt: Math.floor(now / 1000) + KEPT_DAYS * DAY_SECONDS,
  };
  return { at: requestKey(request.requestId), put: { ...record } };
}

/** Shows a request one of its changes; committed together with the change. */
export function requestedChangeWrite(requestId: RequestId, change: RequestedChange): Write {
  return { at: requestedChangeKey(requestId, change), put: { ...change } };
}

export function requestOf(item: Item): RequestRecord {
  return item as unknown as RequestRecord;
}

export function requestChangeOf(item: Item): RequestedChange {
  return item as unknown as RequestedChange;
}
