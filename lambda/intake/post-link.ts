import { type Answer, ok } from '../api/answer';
import type { RequestId } from '../domain/ids';
import { linkIdOf } from '../domain/link';
import { ring } from '../leadership/ring';
import { Conflict } from '../ports/faults';
import { type LinkRequest, parseLinkRequest } from './parse-link-request';
import { answerPost, type IntakeWorld, MOST_LOST_RACES, type Post } from './post';
import { previewLink } from './preview-link';
import type { PreviewWorld } from './preview-world';
import { isGone, NO_SUCH_LINK, readLink, submitLink } from './submit-link';

/** `POST /postLinkData`; with `dryRun=true` what it would change. */
export function postLink(world: IntakeWorld & { readonly preview: PreviewWorld }, post: Post): Promise<Answer> {
  return answerPost(
    post,
    (body) => parseLinkRequest(body, world.clock.now()),
    (request) => accept(world, post, request),
    (request) => previewLink(world, world.preview, post, request),
  );
}

async function accept(world: IntakeWorld, { requestId, submittedBy }: Post, { action, link, limits }: LinkRequest) {
  const linkId = linkIdOf(link);
  for (let attempt = 0; attempt < MOST_LOST_RACES; attempt += 1) {
    const read = await readLink(world.store, link);
    const submitted = await submitLink(world, link, read, {
      state: action === 'create' ? 'present' : 'deleted',
      requestId: requestId as RequestId,
      submittedBy,
      source: 'api',
      ...(limits ? { limits } : {}),
      now: world.clock.now(),
    });
    if (!submitted) continue;
    world.log.info('A link was submitted', { requestId, linkId, action });
    if (action === 'create' || read) await ring(world, 'reconcile');
    const message =
      action === 'delete' && isGone(read) ? NO_SUCH_LINK : `Account Assignment ${action} operation is being processed`;
    return ok({ message, requestId, linkId });
  }
  throw new Conflict(`The link ${linkId} is being submitted by many at once.`);
}
