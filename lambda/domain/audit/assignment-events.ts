import type { Cause } from '../cause';
import type { LedgerRow, Operation } from '../ledger-row';
import type { Item } from '../write';
import type { AuditFacts, Told } from './audit-event';
import { bounded, toldClaims } from './bounds';

/** What a change of a row of the ledger means. One write may tell of several things. */
export function assignmentEvents(before: Item | undefined, after: Item | undefined): Told[] {
  const was = before as unknown as LedgerRow | undefined;
  const now = after as unknown as LedgerRow | undefined;
  if (now === undefined) return was === undefined ? [] : [removed(was)];
  if (was === undefined) return inserted(now);
  return [...outcome(was, now), ...planned(was, now), ...setAside(was, now)];
}

function inserted(row: LedgerRow): Told[] {
  const facts = { ...factsOf(row), ...whoOf(row.cause), ...toldClaims(row.claims), reason: bounded(row.reason) };
  const adopted: Told[] = row.adopted ? [{ type: 'Assignment Adopted', ...facts }] : [];
  if (row.applied >= row.generation) return adopted;
  return [...adopted, { type: 'Assignment Change Planned', ...facts, action: 'create' }];
}

/** A row goes with the assignment. If it goes otherwise, the assignment is not looked after any more. */
function removed(row: LedgerRow): Told {
  const { operation } = row;
  if (operation?.kind === 'delete') return ended('Assignment Change Succeeded', row, operation);
  return { type: 'Assignment Disowned', ...factsOf(row), ...whoOf(undefined) };
}

/** How an operation ended. Given back, to be submitted again, it has not ended. */
function outcome(was: LedgerRow, now: LedgerRow): Told[] {
  const { operation } = was;
  if (operation === undefined || now.operation !== undefined) return [];
  if (now.applied === operation.generation && was.applied !== now.applied) {
    return [ended('Assignment Change Succeeded', was, operation)];
  }
  if (now.generation > operation.generation) return [ended('Assignment Change Superseded', was, operation)];
  const hasFailed = (now.attempts ?? 0) > (was.attempts ?? 0) || isParkedAnew(was, now);
  const reason = now.lastError ?? now.parked?.reason;
  return hasFailed ? [{ ...ended('Assignment Change Failed', was, operation), ...because(reason) }] : [];
}

type Ending = 'Assignment Change Succeeded' | 'Assignment Change Superseded' | 'Assignment Change Failed';

/** The cause that a row remembers is that of its present generation. */
function ended(type: Ending, row: LedgerRow, { kind, generation, requestId }: Operation): Told {
  const isPresent = generation === row.generation;
  return {
    type,
    ...factsOf(row),
    generation,
    ...(isPresent ? whoOf(row.cause) : { callers: [] }),
    ...toldClaims(row.claims),
    ...(isPresent ? because(row.reason) : {}),
    action: kind,
    ...(requestId === undefined ? {} : { operationRequestId: requestId }),
  };
}

function planned(was: LedgerRow, now: LedgerRow): Told[] {
  const why = { ...toldClaims(now.claims, was.claims), reason: bounded(now.reason) };
  if (now.generation > was.generation) {
    const action = now.desired ? 'create' : 'delete';
    return [{ type: 'Assignment Change Planned', ...factsOf(now), ...whoOf(now.cause), ...why, action }];
  }
  const facts = { ...factsOf(now), ...whoOf(now.lastCause), ...why };
  if (now.heldBy !== undefined && now.heldBy !== was.heldBy) {
    return [{ type: 'Assignment Removal Held', ...facts, action: 'delete', planId: now.heldBy }];
  }
  if (now.keptBy !== undefined && now.keptBy !== was.keptBy) {
    return [{ type: 'Assignment Removal Rejected', ...facts, action: 'delete', planId: now.keptBy }];
  }
  return hasSameClaims(was, now) ? [] : [{ type: 'Assignment Claims Changed', ...facts }];
}

function setAside(was: LedgerRow, now: LedgerRow): Told[] {
  const action = now.desired ? 'create' : 'delete';
  const facts = { ...factsOf(now), ...whoOf(now.cause), ...toldClaims(now.claims), action };
  if (isParkedAnew(was, now)) return [{ type: 'Assignment Set Aside', ...facts, ...because(now.parked?.reason) }];
  const isLost = now.unreachable !== undefined && now.unreachable !== was.unreachable;
  return isLost ? [{ type: 'Assignment Set Aside', ...facts, ...because(now.unreachable) }] : [];
}

function isParkedAnew(was: LedgerRow, now: LedgerRow): boolean {
  return now.parked !== undefined && now.parked.generation !== was.parked?.generation;
}

function hasSameClaims(was: LedgerRow, now: LedgerRow): boolean {
  const ids = new Set(was.claims.map(({ linkId }) => linkId));
  return was.claims.length === now.claims.length && now.claims.every(({ linkId }) => ids.has(linkId));
}

function factsOf(row: LedgerRow): Omit<AuditFacts, 'callers'> {
  const { accountId, permissionSetName, permissionSetArn, principalType, principalName, principalId } = row;
  const assignment = { accountId, permissionSetName, permissionSetArn, principalType, principalName, principalId };
  return { ...assignment, generation: row.generation, incarnation: row.born };
}

function whoOf(cause: Cause | undefined): Pick<AuditFacts, 'callers' | 'requests' | 'decidedBy' | 'planId'> {
  const { callers = [], requests = [], decidedBy, planId } = cause ?? {};
  return {
    callers,
    ...(requests.length > 0 ? { requests } : {}),
    ...(decidedBy === undefined ? {} : { decidedBy }),
    ...(planId === undefined ? {} : { planId }),
  };
}

function because(reason: string | undefined): Pick<AuditFacts, 'reason'> {
  return reason === undefined ? {} : { reason: bounded(reason) };
}
