import type { RequestId } from '../domain/ids';
import type { Link } from '../domain/link';
import { linkIdOf, pairIdOf, printLink } from '../domain/link';
import type { LinkDocument, LinkSubmission } from '../domain/link-document';
import { limitsAfter, linkKey, submissionTimeWrites, submissionWrite } from '../domain/link-document';
import type { RequestRecord } from '../domain/request';
import { requestWrite } from '../domain/request';
import { markWrite } from '../domain/slice';
import type { Write } from '../domain/write';
import type { UniqueId } from '../ports/clock';
import type { Store } from '../ports/store';

/** What the request record says of a deletion that had nothing to delete. */
export const NO_SUCH_LINK = 'no such link';

/** The document a submission was decided on, or nothing when the link is unknown. */
export async function readLink(store: Store, link: Link): Promise<LinkDocument | undefined> {
  const item = await store.get(linkKey({ pairId: pairIdOf(link), linkId: linkIdOf(link) }));
  return item as LinkDocument | undefined;
}

/** A deletion is about a known link unless it was never there, or is gone and its removal was planned. */
export function isGone(read: LinkDocument | undefined): boolean {
  if (read === undefined) return true;
  return read.state === 'deleted' && read.openRequests.length === 0 && read.outcome?.heldBy === undefined;
}

/**
 * The one side effect of intake: the document over the one that was read, its times to come, its dirty slice and the request, in
 * one transaction. A deletion of a link that was never there stores nothing but the request, which is done. False: the
 * document is no longer as it was read; read it and decide again.
 */
export async function submitLink(
  { store, newId }: { readonly store: Store; readonly newId: UniqueId },
  link: Link,
  read: LinkDocument | undefined,
  submission: LinkSubmission & { readonly message?: string },
): Promise<boolean> {
  const request = requestOfSubmission(link, read, submission);
  const writes: Write[] = [requestWrite(request, submission.now)];
  if (request.status === 'ACCEPTED') {
    const slice = { kind: 'link', linkId: linkIdOf(link), pairId: pairIdOf(link) } as const;
    writes.push(submissionWrite(link, read, submission));
    writes.push(...submissionTimeWrites(link, read, submission));
    writes.push(markWrite(slice, newId(), new Date(submission.now).toISOString()));
  }
  const { applied } = await store.transact(writes);
  return applied;
}

function requestOfSubmission(
  link: Link,
  read: LinkDocument | undefined,
  submission: LinkSubmission & { readonly message?: string },
): Omit<RequestRecord, 'createdAt' | 'expiresAt'> {
  const { state, requestId, submittedBy, message } = submission;
  const limits = limitsAfter(read, submission);
  const nothingToDelete = state === 'deleted' && read === undefined;
  const told = state === 'deleted' && isGone(read) ? NO_SUCH_LINK : message;
  return {
    requestId: requestId satisfies RequestId,
    kind: 'link',
    action: state === 'deleted' ? 'delete' : 'create',
    subject: printLink(link),
    linkId: linkIdOf(link),
    pairId: pairIdOf(link),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(nothingToDelete ? {} : { generation: (read?.generation ?? 0) + 1 }),
    status: nothingToDelete ? 'DONE' : 'ACCEPTED',
    submittedBy,
    errors: [],
    ...(told ? { message: told } : {}),
  };
}
