import { type Answer, invalid, ok } from '../api/answer';
import type { RequestId } from '../domain/ids';
import { requestWrite } from '../domain/request';
import type { Bell } from '../ports/bell';
import type { Clock } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Store } from '../ports/store';

export interface FullPassApiWorld {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<LeveledLog, 'info'>;
}

/** A `POST /full-pass` request as it arrived. */
export interface FullPassPost {
  readonly requestId: string;
  readonly submittedBy: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: string | null;
}

const STARTED = 'A full pass was started';

/** `POST /full-pass`: starts one, and keeps who asked for it. One that runs already is not disturbed: the new one ends at once. */
export async function postFullPass(world: FullPassApiWorld, post: FullPassPost): Promise<Answer> {
  const { requestId, submittedBy, query, body } = post;
  const unknown = Object.keys(query).map((name) => ({ path: `query.${name}`, message: 'is not supported' }));
  const isEmpty = ['', '{}'].includes((body ?? '').replaceAll(/\s/g, ''));
  const problems = isEmpty ? unknown : [...unknown, { path: 'body', message: 'expected nothing' }];
  if (problems.length > 0) return invalid(problems, requestId);
  await world.bell.ring('full-pass');
  const request = {
    requestId: requestId as RequestId,
    kind: 'fullPass',
    action: 'start',
    subject: 'everything',
    // What was asked for is done with the start: what it finds is told by notifications and by the state of things.
    status: 'DONE',
    submittedBy,
    message: STARTED,
    errors: [],
  } as const;
  await world.store.transact([requestWrite(request, world.clock.now())]);
  world.log.info('A full pass was started', { requestId, by: submittedBy });
  return ok({ message: STARTED, requestId });
}
