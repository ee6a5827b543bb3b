import type { RequestId } from '../domain/ids';
import type { Link } from '../domain/link';
import { parseLinkText } from '../domain/link';
import type { LinkDocument } from '../domain/link-document';
import type { Problem } from '../domain/problem';
import { requestWrite } from '../domain/request';
import { Conflict } from '../ports/faults';
import type { FileState, LinkFiles } from '../ports/link-files';
import type { Notifier } from '../ports/notifier';
import { isOlder, LINK_PREFIX, type LinkFileEvent, readLinkFileEvents } from './link-file-event';
import type { IntakeWorld } from './post-link';
import { ringReconcile } from './ring-reconcile';
import { readLink, submitLink } from './submit-link';

export interface LinkFilesWorld extends IntakeWorld {
  readonly files: LinkFiles;
  readonly notifier: Notifier;
}

/** A message of the queue that carries notifications of S3. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
}

/** How often one event looks at its key: each look but the last met another change of the same key. */
const MOST_LOOKS = 10;

const REJECTION_REMEDY = 'nothing else was changed; upload the file again with a correct name, and delete this one';

const CONTENT_IGNORED = 'the content of the file is ignored: a link is the name of its file';

/**
 * Takes in what the named keys hold now. Messages are independent: those that failed are named in the answer and come
 * again, the others are done.
 */
export async function takeInLinkFiles(world: LinkFilesWorld, messages: readonly QueueMessage[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(messages.map((message) => takeInMessage(world, message)));
  if (outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)) await ringReconcile(world);
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [];
    const messageId = messages[index]?.messageId ?? '';
    world.log.error('A link file could not be taken in; its message comes again', { messageId, error: outcome.reason });
    return [messageId];
  });
}

/** Answers whether anything was marked. */
async function takeInMessage(world: LinkFilesWorld, { messageId, body }: QueueMessage): Promise<boolean> {
  let marked = false;
  for (const [index, event] of readLinkFileEvents(body).entries()) {
    // A message that comes again writes the same record again.
    const refusalId = (index === 0 ? messageId : `${messageId}-${index}`) as RequestId;
    marked = (await takeInFile(world, event, refusalId)) || marked;
  }
  return marked;
}

async function takeInFile(world: LinkFilesWorld, event: LinkFileEvent, refusalId: RequestId): Promise<boolean> {
  if (!event.key.startsWith(LINK_PREFIX)) throw new Error(`The key ${event.key} is not under ${LINK_PREFIX}.`);
  const text = event.key.slice(LINK_PREFIX.length);
  // The console makes an empty object named like the prefix when somebody creates the folder.
  if (text === '') return false;
  const parsed = parseLinkText(text);
  if (parsed.ok) return follow(world, event, parsed.value);
  const state = await world.files.look(event.key);
  if (state.exists) await refuse(world, event, refusalId, parsed.problems);
  return false;
}

/**
 * Writes what the key holds and looks again until both agree. The document is read before the key is looked at, and
 * written only if it is still as it was read: whatever is written was true after the last write.
 */
async function follow(world: LinkFilesWorld, event: LinkFileEvent, link: Link): Promise<boolean> {
  let wrote = false;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const read = await readLink(world.store, link);
    // A later event of the key has been looked into: it saw this one's effect.
    if (isOlder(event.sequencer, read?.objectSequencer)) return wrote;
    const state = await world.files.look(event.key);
    if ((wrote || wasLookedInto(event, read)) && agrees(state, read)) return wrote;
    if (!(await write(world, event, link, read, state))) continue;
    if (read === undefined && !state.exists) return false;
    wrote = true;
  }
  throw new Conflict(`The file ${event.key} kept changing while it was looked at.`);
}

/** A notification that was delivered twice is not a second submission. */
function wasLookedInto({ sequencer }: LinkFileEvent, read: LinkDocument | undefined): boolean {
  return sequencer !== undefined && sequencer === read?.objectSequencer;
}

function agrees(state: FileState, read: LinkDocument | undefined): boolean {
  return read?.objectVersionId === (state.exists ? state.versionId : undefined);
}

async function write(
  world: LinkFilesWorld,
  { key, sequencer, submittedBy }: LinkFileEvent,
  link: Link,
  read: LinkDocument | undefined,
  state: FileState,
): Promise<boolean> {
  const requestId = world.newId() as RequestId;
  const hasContent = state.exists && state.contentBytes > 0;
  const submitted = await submitLink(world, link, read, {
    state: state.exists ? 'present' : 'deleted',
    requestId,
    submittedBy,
    source: 's3',
    now: world.clock.now(),
    object: { ...(state.exists ? { versionId: state.versionId } : {}), ...(sequencer ? { sequencer } : {}) },
    ...(hasContent ? { message: CONTENT_IGNORED } : {}),
  });
  if (!submitted) return false;
  const fields = { requestId, key, action: state.exists ? 'create' : 'delete' };
  world.log.info('A link was submitted', fields);
  if (hasContent) world.log.warn('The content of a link file is ignored', fields);
  return true;
}

/** Records why a file is no link and tells people. What was there before stays untouched. */
async function refuse(
  world: LinkFilesWorld,
  { key, submittedBy }: LinkFileEvent,
  requestId: RequestId,
  errors: readonly Problem[],
): Promise<void> {
  const request = { requestId, kind: 'link', action: 'create', subject: key, status: 'REJECTED', submittedBy } as const;
  await world.store.transact([requestWrite({ ...request, errors }, world.clock.now())]);
  world.log.warn('A link file was rejected', { requestId, key, errors });
  await world.notifier.notify({
    subject: 'A link file was rejected',
    details: { requestId, key, submittedBy, errors, remedy: REJECTION_REMEDY },
  });
}
