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
  if (convergence.parked) return 'FAILED';
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
    ...(parked ? [parked.reason] : []),
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
    ...(request.status === 'ACCEPTED' ? progressOf(request, convergence) : resultOf(request)),
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

function progressOf(request: RequestRecord, convergence: Convergence): Progress {
  const hasEnded = convergence.applied >= (request.generation ?? 0);
  const { unprovisioned = [], unprovisionedCount = 0, waitingFor: waits = [], parked, lastError } = convergence;
  const held = unprovisioned.filter(({ missingPolicy }) => missingPolicy !== undefined);
  const failed = hasEnded ? unprovisionedCount - held.length : 0;
  const waitingFor = hasEnded
    ? held.map(({ accountId, missingPolicy = '' }) => waitsForPolicy(accountId, missingPolicy))
    : waits;
  const status = stateOf({ hasEnded, failed, waitingFor, convergence });
  return { status, failed, waitingFor, errors: errorsOf(hasEnded, convergence, parked?.reason ?? lastError) };
}

interface Standing {
  readonly hasEnded: boolean;
  readonly failed: number;
  readonly waitingFor: readonly string[];
  readonly convergence: Convergence;
}

function stateOf({ hasEnded, failed, waitingFor, convergence }: Standing): RequestStatus['status'] {
  if (hasEnded && failed > 0) return 'COMPLETED_WITH_FAILURES';
  if (waitingFor.length > 0) return 'WAITING';
  if (hasEnded) return 'COMPLETED';
  if (convergence.parked) return 'COMPLETED_WITH_FAILURES';
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
