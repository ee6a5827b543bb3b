import type { Item } from '../write';
import { assignmentEvents } from './assignment-events';
import { AUDIT_RESULTS, type AuditEvent, type Told } from './audit-event';
import { permissionSetEvents } from './permission-set-events';
import { planEvents } from './plan-events';
import { requestEvents } from './request-events';
import type { StoredChange } from './stored-change';

/**
 * What a committed change of an item means to whoever audits: no, one or several events. Whatever the item holds, this answers;
 * what expires means nothing.
 */
export function auditEvents(change: StoredChange): AuditEvent[] {
  if (change.hasExpired) return [];
  return told(change).map((facts, index) => ({
    eventId: `${change.changeId}-${index}`,
    result: AUDIT_RESULTS[facts.type],
    at: change.at,
    sequence: change.sequence,
    ...facts,
  }));
}

function told({ before, after }: StoredChange): Told[] {
  const item = after ?? before;
  if (item === undefined) return [];
  return kindOf(item)(before, after);
}

type Kind = (before: Item | undefined, after: Item | undefined) => Told[];

const NOTHING: Kind = () => [];

/** The keys tell what an item is. */
function kindOf({ pk, sk }: Item): Kind {
  if (pk.startsWith('REQUEST#') && sk === 'REQUEST') return requestEvents;
  if (pk.startsWith('PLAN#') && sk === 'PLAN') return planEvents;
  if (pk.startsWith('SET#') && sk === 'CONVERGENCE') return permissionSetEvents;
  return pk.startsWith('arn:') ? assignmentEvents : NOTHING;
}
