import type { Assignment } from '../ledger-row';
import { pairPartition } from '../ledger-row';
import type { AuditClaim, AuditEvent } from './audit-event';

/** An assignment that exists by the trail, and since when and why. */
export interface ReplayedAssignment extends Assignment {
  readonly permissionSetName: string;
  readonly principalName: string;
  /** ISO 8601. */
  readonly since: string;
  /** The links that claim it. */
  readonly claims: readonly AuditClaim[];
}

/**
 * The managed assignments that exist after all events up to `until` (ISO 8601; absent: all). Events may come in any order and
 * several times.
 */
export function replayAudit(events: Iterable<AuditEvent>, until?: string): ReplayedAssignment[] {
  const byAssignment = new Map<string, Map<string, AuditEvent>>();
  for (const event of events) {
    if (event.accountId === undefined || (until !== undefined && event.at > until)) continue;
    const assignment = assignmentOf(event);
    const key = `${pairPartition(assignment)}#${assignment.accountId}`;
    const known = byAssignment.get(key) ?? new Map<string, AuditEvent>();
    byAssignment.set(key, known.set(event.eventId, event));
  }
  return [...byAssignment]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, its]) => {
      const ordered = [...its.values()].sort(inOrder);
      return ordered.reduce<ReplayedAssignment | undefined>(after, undefined) ?? [];
    });
}

function after(known: ReplayedAssignment | undefined, event: AuditEvent): ReplayedAssignment | undefined {
  if (isEnd(event)) return undefined;
  const claims = event.claims ?? known?.claims ?? [];
  if (known !== undefined) return { ...known, claims };
  return isBeginning(event) ? { ...assignmentOf(event), ...namesOf(event), since: event.at, claims } : undefined;
}

function isBeginning({ type, action }: AuditEvent): boolean {
  return type === 'Assignment Adopted' || (type === 'Assignment Change Succeeded' && action === 'create');
}

function isEnd({ type, action }: AuditEvent): boolean {
  return type === 'Assignment Disowned' || (type === 'Assignment Change Succeeded' && action === 'delete');
}

/** A longer number is a larger one; events of one change have its number, and are told in the order of their ids. */
function inOrder(left: AuditEvent, right: AuditEvent): number {
  const byLength = left.sequence.length - right.sequence.length;
  if (byLength !== 0) return byLength;
  if (left.sequence !== right.sequence) return left.sequence < right.sequence ? -1 : 1;
  return left.eventId < right.eventId ? -1 : 1;
}

function assignmentOf(event: AuditEvent): Assignment {
  const { accountId, permissionSetArn, principalType, principalId } = event;
  return { accountId, permissionSetArn, principalType, principalId } as Assignment;
}

function namesOf({ permissionSetName = '', principalName = '' }: AuditEvent) {
  return { permissionSetName, principalName };
}
