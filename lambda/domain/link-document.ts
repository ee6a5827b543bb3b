import type { LinkId, PairId, PermissionSetName, PrincipalType, RequestId } from './ids';
import type { Link } from './link';
import { linkIdOf, pairIdOf, parseLinkText, printLink } from './link';
import type { LinkLimits } from './link-limits';
import { linkTimeWrites } from './link-times';
import type { LinkOutcome } from './plan-document';
import type { ScopeType } from './scope';
import { scopeValueOf } from './scope';
import type { Item, Key, Write } from './write';

/**
 * A link as it was submitted last. Intake owns everything but `outcome`, which the planner writes; of `openRequests`
 * intake adds and the planner takes away. Nobody overwrites a whole document.
 */
export interface LinkDocument {
  readonly linkId: LinkId;
  readonly pairId: PairId;
  /** Canonical text form. */
  readonly linkData: string;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalName: string;
  readonly scopeType: ScopeType;
  readonly scopeValue: string;
  /** What narrows it or bounds it in time; absent when nothing does, and of a deleted link. */
  readonly limits?: LinkLimits;
  /** A deleted document stays for a while as a tombstone, so that its generation goes on. */
  readonly state: 'present' | 'deleted';
  /** Raised by every accepted submission, the same document included: submitting again tries again. */
  readonly generation: number;
  readonly submittedBy: string;
  /** ISO 8601. */
  readonly submittedAt: string;
  /** `imported`: it was made of an assignment that existed. */
  readonly source: 'api' | 's3' | 'imported';
  /** What the S3 key held when it was last looked at; absent when it held nothing. */
  readonly objectVersionId?: string;
  /** The S3 event that was last looked into. */
  readonly objectSequencer?: string;
  /** Requests whose outcome is not planned yet. */
  readonly openRequests: readonly RequestId[];
  readonly outcome?: LinkOutcome;
  /** When a tombstone may go; epoch seconds. */
  readonly expiresAt?: number;
}

/** What changes when a link is submitted. */
export interface LinkSubmission {
  readonly state: LinkDocument['state'];
  readonly requestId: RequestId;
  readonly submittedBy: string;
  readonly source: LinkDocument['source'];
  /** Replaces all limits of the link. Absent: those of a present link stay, since the text form cannot say them. */
  readonly limits?: LinkLimits;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the key holds and the event that told so; only from S3. A submission by API leaves what was seen. */
  readonly object?: { readonly versionId?: string; readonly sequencer?: string };
}

/**
 * Requests of one link that are told its outcome, so that the document stays small. Older ones wait for something that
 * does not appear, and show what the link itself waits for.
 */
const MOST_OPEN_REQUESTS = 500;

/** How long tombstones stay: far longer than any event or request is under way. */
const TOMBSTONE_DAYS = 90;
const DAY_SECONDS = 86_400;

/** The partition that holds all links of a pair, so that a plan reads them consistently with one query. */
export function pairLinksPartition(pairId: PairId): string {
  return `PAIR#${pairId}`;
}

export function linkKey({ pairId, linkId }: Pick<LinkDocument, 'pairId' | 'linkId'>): Key {
  return { table: 'links', pk: pairLinksPartition(pairId), sk: `LINK#${linkId}` };
}

export function linkDocumentOf(item: Item): LinkDocument {
  return item as unknown as LinkDocument;
}

/** The link a document was made of. */
export function linkOfDocument({ linkData }: Pick<LinkDocument, 'linkData'>): Link {
  const parsed = parseLinkText(linkData);
  if (!parsed.ok) throw new Error(`A stored link does not parse: ${linkData}`);
  return parsed.value;
}

/**
 * Writes a submission over the document that was read. The condition also covers the planner's last outcome, because
 * the list of open requests is written whole.
 */
export function submissionWrite(link: Link, read: LinkDocument | undefined, submission: LinkSubmission): Write {
  const linkId = linkIdOf(link);
  const pairId = pairIdOf(link);
  const nowSeconds = Math.floor(submission.now / 1000);
  const { object } = submission;
  const limits = limitsAfter(read, submission);
  const isLimited = Object.keys(limits).length > 0;
  const set = {
    linkId,
    pairId,
    linkData: printLink(link),
    permissionSetName: link.permissionSetName,
    principalType: link.principal.type,
    principalName: link.principal.name,
    scopeType: link.scope.type,
    scopeValue: scopeValueOf(link.scope),
    ...(isLimited ? { limits } : {}),
    state: submission.state,
    generation: (read?.generation ?? 0) + 1,
    submittedBy: submission.submittedBy,
    submittedAt: new Date(submission.now).toISOString(),
    source: submission.source,
    openRequests: [...(read?.openRequests ?? []), submission.requestId].slice(-MOST_OPEN_REQUESTS),
    ...(object?.versionId ? { objectVersionId: object.versionId } : {}),
    ...(object?.sequencer ? { objectSequencer: object.sequencer } : {}),
    ...(submission.state === 'deleted' ? { expiresAt: nowSeconds + TOMBSTONE_DAYS * DAY_SECONDS } : {}),
  };
  const remove = [
    ...(isLimited ? [] : ['limits']),
    ...(submission.state === 'present' ? ['expiresAt'] : []),
    ...(object && !object.versionId ? ['objectVersionId'] : []),
  ];
  return { at: linkKey({ pairId, linkId }), update: { set, remove }, when: [unchangedSince(read)] };
}

/** The times of a link that a submission notes or takes back, for the same transaction. */
export function submissionTimeWrites(link: Link, read: LinkDocument | undefined, submission: LinkSubmission): Write[] {
  const timed = { linkId: linkIdOf(link), pairId: pairIdOf(link) };
  return linkTimeWrites(timed, read?.limits ?? {}, limitsAfter(read, submission), submission.now);
}

/** The limits that a link has after a submission. */
export function limitsAfter(read: LinkDocument | undefined, { state, limits }: LinkSubmission): LinkLimits {
  return state === 'deleted' ? {} : (limits ?? read?.limits ?? {});
}

function unchangedSince(read: LinkDocument | undefined) {
  if (!read) return { generation: { absent: true } } as const;
  const planned = read.outcome ? ({ equals: read.outcome.at } as const) : ({ absent: true } as const);
  return { generation: { equals: read.generation }, 'outcome.at': planned };
}
