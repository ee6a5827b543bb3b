import { type Answer, invalid, ok } from '../api/answer';
import { askedPassWrite, STARTED, WAITS } from '../domain/full-pass-request';
import type { RequestId } from '../domain/ids';
import { isLed, leaderKey, leaderOf } from '../domain/lease';
import type { Problem } from '../domain/problem';
import { requestWrite } from '../domain/request';
import { ring } from '../leadership/ring';
import type { Bell } from '../ports/bell';
import type { Clock } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Store } from '../ports/store';

export interface FullPassApiWorld {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<LeveledLog, 'info' | 'warn'>;
}

/** A `POST /full-pass` request as it arrived. */
export interface FullPassPost {
  readonly requestId: string;
  readonly submittedBy: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: string | null;
}

/**
 * `POST /full-pass`: asks for one, and keeps who did. One that runs already is not disturbed: the next one begins when it
 * has ended. With `?inventory=true` it takes an inventory of what is not managed, too.
 */
export async function postFullPass(world: FullPassApiWorld, post: FullPassPost): Promise<Answer> {
  const { requestId, submittedBy, query } = post;
  const problems = problemsOf(post);
  if (problems.length > 0) return invalid(problems, requestId);
  const now = world.clock.now();
  const isRunning = isLed(leaderOf(await world.store.get(leaderKey('full-pass'))), now);
  const message = isRunning ? WAITS : STARTED;
  const request = {
    requestId: requestId as RequestId,
    kind: 'fullPass',
    action: 'start',
    subject: 'everything',
    status: 'ACCEPTED',
    submittedBy,
    message,
    errors: [],
  } as const;
  const asked = { requestId: request.requestId, inventory: query.inventory === 'true' };
  await world.store.transact([requestWrite(request, now), askedPassWrite(asked)]);
  await ring(world, 'full-pass');
  world.log.info('A full pass was asked for', { ...asked, by: submittedBy });
  return ok({ message, requestId });
}

function problemsOf({ query, body }: FullPassPost): Problem[] {
  const { inventory = 'false', ...others } = query;
  const unknown = Object.keys(others).map((name) => ({
    path: `query.${name}`,
    message: 'is not supported; known here: inventory',
  }));
  const isBoolean = inventory === 'true' || inventory === 'false';
  const isEmpty = ['', '{}'].includes((body ?? '').replaceAll(/\s/g, ''));
  return [
    ...unknown,
    ...(isBoolean ? [] : [{ path: 'query.inventory', message: 'expected true or false' }]),
    ...(isEmpty ? [] : [{ path: 'body', message: 'expected nothing' }]),
  ];
}
