import { type HeldPlan, ORGANIZATION } from './held-plan';
import type { LinkId, RequestId } from './ids';
import { type Assignment, rowKey } from './ledger-row';
import type { LinkDocument } from './link-document';
import type { Change } from './plan';
import type { Write } from './write';

/** Who brought a change about, and by what. */
export interface Cause {
  /** Who submitted the links that claim or release the assignment; `organization` when nobody did. */
  readonly callers: readonly string[];
  /** Their requests, the newest last. */
  readonly requests: readonly RequestId[];
  /** The held plan that the change was a part of, and who decided about it. */
  readonly planId?: string;
  readonly decidedBy?: string;
}

/** Callers and requests that a row remembers, the newest ones: enough to find the others. */
const MOST_REMEMBERED = 10;

const NOBODY: Cause = { callers: [ORGANIZATION], requests: [] };

/** The cause of a change among the links of its pair: those that it concerns and that were submitted since they were planned. */
export function causeOf(change: Change, documents: readonly LinkDocument[]): Cause {
  const submitted = documents.filter(({ openRequests }) => openRequests.length > 0);
  if (submitted.length === 0) return NOBODY;
  const concerned = linksOf(change);
  const causing = submitted.filter(({ linkId }) => concerned.has(linkId));
  if (causing.length === 0) return NOBODY;
  return {
    callers: [...new Set(causing.map(({ submittedBy }) => submittedBy))].slice(-MOST_REMEMBERED),
    requests: causing.flatMap(({ openRequests }) => openRequests).slice(-MOST_REMEMBERED),
  };
}

/** The cause of a removal that somebody decided about. */
export function causeOfDecision({ planId, causedBy, approvedBy, rejectedBy }: HeldPlan): Cause {
  const decidedBy = approvedBy ?? rejectedBy;
  const callers = causedBy.slice(-MOST_REMEMBERED);
  return { callers, requests: [], planId, ...(decidedBy === undefined ? {} : { decidedBy }) };
}

/** What a row remembers of its cause: that of its generation, and that of the last write that left the generation as it was. */
export interface RememberedCauses {
  readonly cause?: Cause;
  readonly lastCause?: Cause;
}

/** The same writes, of which the one on the row itself remembers the cause. */
export function rememberingCause(writes: readonly Write[], row: Assignment, cause: Cause | undefined): Write[] {
  const { pk, sk } = rowKey(row);
  return writes.map((write) =>
    write.at.pk === pk && write.at.sk === sk ? remembering(write, cause ?? NOBODY) : write,
  );
}

function remembering(write: Write, cause: Cause): Write {
  if ('put' in write) return { ...write, put: { ...write.put, cause } };
  if (!('update' in write)) return write;
  const { set = {} } = write.update;
  const remembered: RememberedCauses = 'generation' in set ? { cause } : { lastCause: cause };
  return { ...write, update: { ...write.update, set: { ...set, ...remembered } } };
}

/** The links that a change is about: those whose claim comes or goes; of an operation all that claim or claimed. */
function linksOf(change: Change): ReadonlySet<LinkId> {
  const before = change.type === 'insert' ? [] : change.row.claims;
  const after = 'claims' in change ? change.claims : change.row.claims;
  const all = [...before, ...after].map(({ linkId }) => linkId);
  if (change.type !== 'claims' && change.type !== 'reachable') return new Set(all);
  return new Set(all.filter((linkId, _, ids) => ids.indexOf(linkId) === ids.lastIndexOf(linkId)));
}
