import { type RequestRecord, requestOf } from '../request';
import type { Item } from '../write';
import type { AuditFacts, Told } from './audit-event';
import { bounded, boundedTexts } from './bounds';

/** What a change of a request means. */
export function requestEvents(before: Item | undefined, after: Item | undefined): Told[] {
  if (after === undefined) return [];
  const now = requestOf(after);
  if (before === undefined) return [submitted(now)];
  const was = requestOf(before);
  const told: Told[] = [];
  if (now.plannedAt !== was.plannedAt) told.push({ type: 'Request Planned', ...factsOf(now), ...waiting(now) });
  if (now.failure !== undefined && now.failure !== was.failure) {
    told.push({ type: 'Request Failed', ...factsOf(now), reason: bounded(now.failure) });
  }
  if (now.status === 'DONE' && was.status !== 'DONE') {
    told.push({ type: 'Request Completed', ...factsOf(now), ...message(now) });
  }
  return told;
}

function submitted(request: RequestRecord): Told {
  const facts = { ...factsOf(request), ...limits(request), ...message(request) };
  if (request.status !== 'REJECTED') return { type: 'Request Accepted', ...facts };
  const errors = boundedTexts(request.errors.map((problem) => `${problem.path}: ${problem.message}`));
  return { type: 'Request Refused', ...facts, errors };
}

/** Of a permission set its name and generation, never what is in it. */
function factsOf(request: RequestRecord): AuditFacts {
  const { requestId, kind, action, subject, submittedBy, linkId, generation } = request;
  return {
    callers: [submittedBy],
    requests: [requestId],
    action: `${kind}:${action}`,
    subject,
    ...(linkId === undefined ? {} : { linkId }),
    ...(generation === undefined ? {} : { generation }),
    ...(kind === 'permissionSet' && request.status !== 'REJECTED' ? { permissionSetName: subject } : {}),
    ...(kind === 'plan' ? { planId: subject } : {}),
  };
}

function waiting({ waitingFor = [] }: RequestRecord): Pick<AuditFacts, 'waitingFor'> {
  return waitingFor.length === 0 ? {} : { waitingFor: boundedTexts(waitingFor) };
}

function limits({ limits: of }: RequestRecord): Pick<AuditFacts, 'limits'> {
  return of === undefined ? {} : { limits: JSON.stringify(of) };
}

function message({ message: text }: RequestRecord): Pick<AuditFacts, 'reason'> {
  return text === undefined ? {} : { reason: bounded(text) };
}
