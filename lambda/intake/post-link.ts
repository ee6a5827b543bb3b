import type { Answer } from '../api/answer';
import { invalid, ok } from '../api/answer';
import type { RequestId } from '../domain/ids';
import { linkIdOf } from '../domain/link';
import type { Problem } from '../domain/problem';
import type { Bell } from '../ports/bell';
import type { Clock, UniqueId } from '../ports/clock';
import { Conflict } from '../ports/faults';
import type { LeveledLog } from '../ports/leveled-log';
import type { Store } from '../ports/store';
import { type LinkRequest, parseLinkRequest } from './parse-link-request';
import { ringReconcile } from './ring-reconcile';
import { isGone, NO_SUCH_LINK, readLink, submitLink } from './submit-link';

export interface IntakeWorld {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: UniqueId;
  readonly log: LeveledLog;
}

/** `POST /postLinkData` as it arrived. */
export interface LinkPost {
  readonly requestId: string;
  readonly body: string | null;
  readonly query: Readonly<Record<string, unknown>>;
  readonly submittedBy: string;
}

/** A link is at most a few kilobytes; API Gateway itself takes up to 10 MB. */
const MOST_BODY_BYTES = 256 * 1024;

/** Submissions of one link that may come between reading and writing before the caller is asked to come back. */
const MOST_LOST_RACES = 8;

/** Takes a link in, or refuses it with every problem; nothing is stored then. */
export async function postLink(world: IntakeWorld, post: LinkPost): Promise<Answer> {
  const { requestId, body } = post;
  if (Buffer.byteLength(body ?? '') > MOST_BODY_BYTES) {
    return { statusCode: 413, body: { message: `The body is larger than ${MOST_BODY_BYTES} bytes`, requestId } };
  }
  const parsed = parseLinkRequest(body);
  const problems = [...queryProblems(post.query), ...(parsed.ok ? [] : parsed.problems)];
  if (!parsed.ok || problems.length > 0) return invalid(problems, requestId);
  return accept(world, post, parsed.value);
}

async function accept(world: IntakeWorld, { requestId, submittedBy }: LinkPost, { action, link }: LinkRequest) {
  const linkId = linkIdOf(link);
  for (let attempt = 0; attempt < MOST_LOST_RACES; attempt += 1) {
    const read = await readLink(world.store, link);
    const submitted = await submitLink(world, link, read, {
      state: action === 'create' ? 'present' : 'deleted',
      requestId: requestId as RequestId,
      submittedBy,
      source: 'api',
      now: world.clock.now(),
    });
    if (!submitted) continue;
    world.log.info('A link was submitted', { requestId, linkId, action });
    if (action === 'create' || read) await ringReconcile(world);
    const message =
      action === 'delete' && isGone(read) ? NO_SUCH_LINK : `Account Assignment ${action} operation is being processed`;
    return ok({ message, requestId, linkId });
  }
  throw new Conflict(`The link ${linkId} is being submitted by many at once.`);
}

/** An unknown parameter is refused: leaving out what it asks for (such as a dry run) could do harm. */
function queryProblems(query: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(query).map((name) => ({ path: `query.${name}`, message: 'is not supported' }));
}
