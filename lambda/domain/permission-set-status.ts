import type { Convergence, Unprovisioned } from './convergence';
import { waitsForPolicy } from './missing-policy';
import type { PermissionSetDocument } from './permission-set-document';
import type { RequestRecord } from './request';
import type { RequestStatus } from './request-status';

/**
 * How a permission set stands. `ACCEPTED`: nothing was done for its last submission yet. `APPLYING`: it is being compared,
 * changed or provisioned. `COMPLETED…`: it is as declared, in all accounts or all but those that are named. `FAILED`: it
 * could not be made so. `DELETING`: it goes as soon as nothing uses it any more.
 */
export type PermissionSetStatus =
  | 'ACCEPTED'
  | 'APPLYING'
  | 'COMPLETED'
  | 'COMPLETED_WITH_FAILURES'
  | 'FAILED'
  | 'DELETING';

/** Whether the deletion of a permission set has come to its end. */
export function isGone({ state, generation }: PermissionSetDocument, { applied }: Convergence): boolean {
  return state === 'deleted' && applied >= generation;
}

export function permissionSetStatus(document: PermissionSetDocument, convergence: Convergence): PermissionSetStatus {
  if (document.state === 'deleted') return 'DELETING';
  if (isParked(convergence, document.generation)) return 'FAILED';
  if (convergence.applied >= document.generation && !isUnderWay(convergence)) {
    return (convergence.unprovisionedCount ?? 0) > 0 ? 'COMPLETED_WITH_FAILURES' : 'COMPLETED';
  }
  return isUnderWay(convergence) ? 'APPLYING' : 'ACCEPTED';
}

const FILE_IS_MISSING =
  'its file is missing: the file was deleted while links reference the permission set; put it back, or delete the links and then the permission set';

/** What people should know beside the status; nothing when there is nothing to tell. */
export function permissionSetMessage(document: PermissionSetDocument, convergence: Convergence): string | undefined {
  const { parked, waitingFor = [], lastError, unprovisioned = [], unprovisionedCount = 0, ownership } = convergence;
  const told = [
    ...(parked && isParked(convergence, document.generation) ? [parked.reason] : []),
    ...(document.state === 'deleted' ? waitingFor.map(withoutKind) : []),
    ...(lastError ? [lastError] : []),
    ...(unprovisionedCount > 0 ? [leftBehind(unprovisioned, unprovisionedCount)] : []),
    ...(document.fileMissing ? [FILE_IS_MISSING] : []),
    ...(ownership === 'adopted' ? ['adopted: it existed in Identity Center before it was declared'] : []),
  ];
  return told.length > 0 ? told.join('; ') : undefined;
}

/** What a request about a permission set has come to. */
export function permissionSetRequestStatus(
  request: RequestRecord,
  document: PermissionSetDocument | undefined,
  convergence: Convergence,
): RequestStatus {
  const message = request.message ?? (document && permissionSetMessage(document, convergence));
  return {
    ...NOTHING_PLANNED,
    ...(request.status === 'ACCEPTED' ? progressOf(request, document, convergence) : resultOf(request)),
    ...(message ? { message } : {}),
  };
}

/** A request about a permission set changes no assignments itself. */
const NOTHING_PLANNED = {
  planned: { create: 0, delete: 0 },
  adopted: 0,
  completed: 0,
  skipped: [],
  skippedCount: 0,
} as const;

type Progress = Pick<RequestStatus, 'status' | 'failed' | 'waitingFor' | 'errors'>;

/** Of a request that was over as soon as it was made. */
function resultOf({ status, errors }: RequestRecord): Progress {
  return { status: status === 'REJECTED' ? 'REJECTED' : 'COMPLETED', failed: 0, waitingFor: [], errors };
}

function progressOf(
  { generation = 0 }: RequestRecord,
  document: PermissionSetDocument | undefined,
  convergence: Convergence,
): Progress {
  const hasEnded = convergence.applied >= generation;
  const { unprovisioned = [], unprovisionedCount = 0, heldCount = 0, parked, lastError } = convergence;
  const held = unprovisioned.filter(({ missingPolicy }) => missingPolicy !== undefined);
  const failed = hasEnded ? unprovisionedCount - heldCount : 0;
  // What a deletion waited for is told until something else was submitted.
  const waits = document?.state === 'deleted' ? (convergence.waitingFor ?? []) : [];
  const waitingFor = hasEnded
    ? held
        .slice(0, MOST_WAITING_NAMED)
        .map(({ accountId, missingPolicy = '' }) => waitsForPolicy(accountId, missingPolicy))
    : waits;
  const hasFailed = isParked(convergence, generation);
  const reason = hasFailed ? parked?.reason : lastError;
  const status = stateOf({ hasEnded, failed, hasFailed, waitingFor, convergence });
  return { status, failed, waitingFor, errors: errorsOf(hasEnded, convergence, reason) };
}

/** Given up, and nothing was submitted since. */
function isParked({ parked }: Convergence, generation: number): boolean {
  return parked !== undefined && parked.generation >= generation;
}

/** Accounts named in `waitingFor`, as in requests about links. */
const MOST_WAITING_NAMED = 100;

interface Standing {
  readonly hasEnded: boolean;
  readonly failed: number;
  readonly hasFailed: boolean;
  readonly waitingFor: readonly string[];
  readonly convergence: Convergence;
}

function stateOf({ hasEnded, failed, hasFailed, waitingFor, convergence }: Standing): RequestStatus['status'] {
  if (hasEnded && failed > 0) return 'COMPLETED_WITH_FAILURES';
  if (waitingFor.length > 0) return 'WAITING';
  if (hasEnded) return 'COMPLETED';
  if (hasFailed) return 'COMPLETED_WITH_FAILURES';
  return isUnderWay(convergence) ? 'APPLYING' : 'ACCEPTED';
}

function errorsOf(hasEnded: boolean, { unprovisioned = [] }: Convergence, reason: string | undefined) {
  if (hasEnded) return unprovisioned.map(({ accountId, message }) => ({ accountId, message }));
  return reason === undefined ? [] : [{ path: 'permissionSet', message: reason }];
}

function isUnderWay(convergence: Convergence): boolean {
  const { operation, provisioning, attempts, disturbances, incomplete, compared } = convergence;
  return [operation, provisioning, attempts, disturbances, incomplete, compared].some(
    (mark) => mark !== undefined && mark !== false,
  );
}

/** Named in a message; all of them are listed beside it. */
const MOST_NAMED = 3;

function leftBehind(unprovisioned: readonly Unprovisioned[], count: number): string {
  const named = unprovisioned.slice(0, MOST_NAMED).map(({ accountId, message }) => `${accountId} (${message})`);
  const more = count > MOST_NAMED ? `, and ${count - MOST_NAMED} more` : '';
  return `${count} ${count === 1 ? 'account does' : 'accounts do'} not have it as it is now: ${named.join(', ')}${more}`;
}

/** `account: 4444… has it` → `4444… has it` */
function withoutKind(waitsFor: string): string {
  return waitsFor.replace(/^\w+: /, '');
}
