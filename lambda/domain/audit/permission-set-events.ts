import type { Convergence } from '../convergence';
import type { Item } from '../write';
import type { AuditEventType, AuditFacts, Told } from './audit-event';
import { bounded } from './bounds';

/** What a change of what the controller knows of a permission set means. */
export function permissionSetEvents(before: Item | undefined, after: Item | undefined): Told[] {
  if (after === undefined) return [];
  const now = after as unknown as Convergence;
  const was = (before ?? {}) as unknown as Partial<Convergence>;
  return [...ownership(was, now), ...definition(was, now), ...outcome(was, now)];
}

function ownership(was: Partial<Convergence>, now: Convergence): Told[] {
  if (now.ownership === was.ownership) return [];
  if (now.ownership === 'created') return [told('Permission Set Created', now)];
  return now.ownership === 'adopted' ? [told('Permission Set Adopted', now)] : [];
}

/** Before the first call that changes it, it is said to be incomplete; when it equals its document, that ends. */
function definition(was: Partial<Convergence>, now: Convergence): Told[] {
  const isLive = now.permissionSetArn !== undefined;
  if (now.incomplete && !was.incomplete && isLive) return [told('Permission Set Change Begun', now)];
  const isEqual = isLive && !now.incomplete && now.operation !== undefined;
  const isNews = was.incomplete === true || now.defined !== (was.defined ?? 0);
  return isEqual && isNews ? [told('Permission Set Changed', now, now.defined)] : [];
}

function outcome(was: Partial<Convergence>, now: Convergence): Told[] {
  const events: Told[] = [];
  const isGone = was.permissionSetArn !== undefined && now.permissionSetArn === undefined;
  if (now.applied !== undefined && now.applied !== (was.applied ?? 0)) {
    const type = now.permissionSetArn === undefined ? 'Permission Set Deleted' : 'Permission Set Applied';
    events.push({ ...told(type, now, now.applied), ...left(now) });
  } else if (isGone) events.push({ ...told('Permission Set Disowned', now), ...arn(was) });
  if ((now.attempts ?? 0) > (was.attempts ?? 0)) {
    events.push({ ...told('Permission Set Failed', now), ...because(now.lastError) });
  }
  const { parked, waitingFor } = now;
  if (parked !== undefined && parked.generation !== was.parked?.generation) {
    events.push({ ...told('Permission Set Set Aside', now, parked.generation), ...because(parked.reason) });
  } else if (waitingFor !== undefined && was.waitingFor?.join() !== waitingFor.join()) {
    events.push({ ...told('Permission Set Set Aside', now), ...because(`waits for ${waitingFor.join(', ')}`) });
  }
  return events;
}

/** Its name and generation, never what is in it. */
function told(type: AuditEventType, now: Convergence, generation?: number): Told {
  const { permissionSetName, submittedBy } = now;
  return {
    type,
    callers: submittedBy === undefined ? [] : [submittedBy],
    permissionSetName,
    ...arn(now),
    ...(generation === undefined ? {} : { generation }),
  };
}

function arn({ permissionSetArn }: Partial<Convergence>): Pick<AuditFacts, 'permissionSetArn'> {
  return permissionSetArn === undefined ? {} : { permissionSetArn };
}

/** Accounts that have not taken it. */
function left({ unprovisionedCount }: Convergence): Pick<AuditFacts, 'unprovisioned'> {
  return unprovisionedCount ? { unprovisioned: unprovisionedCount } : {};
}

function because(reason: string | undefined): Pick<AuditFacts, 'reason'> {
  return reason === undefined ? {} : { reason: bounded(reason) };
}
