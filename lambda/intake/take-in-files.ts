import type { RequestId } from '../domain/ids';
import type { Controller } from '../domain/lease';
import { notificationWrite } from '../domain/notification';
import type { Problem } from '../domain/problem';
import { type RequestRecord, requestWrite } from '../domain/request';
import { ring } from '../leadership/ring';
import { Conflict } from '../ports/faults';
import { type FileEvent, isOlder, readFileEvents } from './file-event';
import type { IntakeWorld } from './post';

/** A message of the queue that carries notifications of S3. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
}

/** One kind of file: where it lies, and what one event about a file leads to. */
export interface FileKind {
  readonly prefix: string;
  /** The controller that has to look at what was submitted. */
  readonly controller: Controller;
  /** Takes in what the file's key holds now; answers whether anything was marked. `name` is the key without the prefix. */
  readonly takeIn: (event: FileEvent, name: string, refusalId: RequestId) => Promise<boolean>;
}

/**
 * Takes in what the named keys hold now. Messages are independent: those that failed are named in the answer and come
 * again, the others are done.
 */
export async function takeInFiles(
  world: IntakeWorld,
  kind: FileKind,
  messages: readonly QueueMessage[],
): Promise<string[]> {
  const outcomes = await Promise.allSettled(messages.map((message) => takeInMessage(kind, message)));
  if (outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)) await ring(world, kind.controller);
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [];
    const messageId = messages[index]?.messageId ?? '';
    world.log.error('A file could not be taken in; its message comes again', { messageId, error: outcome.reason });
    return [messageId];
  });
}

/** Answers whether anything was marked. */
async function takeInMessage({ prefix, takeIn }: FileKind, { messageId, body }: QueueMessage): Promise<boolean> {
  let marked = false;
  for (const [index, event] of readFileEvents(body).entries()) {
    if (!event.key.startsWith(prefix)) throw new Error(`The key ${event.key} is not under ${prefix}.`);
    const name = event.key.slice(prefix.length);
    // The console makes an empty object named like the prefix when somebody creates the folder.
    if (name === '') continue;
    // A message that comes again writes the same record again.
    const refusalId = (index === 0 ? messageId : `${messageId}-${index}`) as RequestId;
    marked = (await takeIn(event, name, refusalId)) || marked;
  }
  return marked;
}

/** What of a stored document tells which of a key's events and versions it was made of. */
export interface SeenFile {
  readonly objectVersionId?: string;
  readonly objectSequencer?: string;
}

/** A file and the document that is to follow it. */
export interface FollowedFile<Read extends SeenFile, State> {
  readonly read: () => Promise<Read | undefined>;
  readonly look: () => Promise<State>;
  /** Version id of what the key holds; nothing when it holds nothing. */
  readonly versionOf: (state: State) => string | undefined;
  /**
   * Writes what the key holds over the document that was read. `lost`: the document is no longer as it was read.
   * `written` and `nothing` end it, the first after one more look.
   */
  readonly write: (read: Read | undefined, state: State) => Promise<'written' | 'lost' | 'nothing'>;
}

/** How often one event looks at its key: each look but the last met another change of the same key. */
const MOST_LOOKS = 10;

/**
 * Writes what the key holds and looks again until both agree. The document is read before the key is looked at, and
 * written only if it is still as it was read: whatever is written was true after the last write.
 */
export async function followFile<Read extends SeenFile, State>(
  { key, sequencer }: FileEvent,
  { read, look, versionOf, write }: FollowedFile<Read, State>,
): Promise<boolean> {
  let wrote = false;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const document = await read();
    // A later event of the key has been looked into: it saw this one's effect.
    if (isOlder(sequencer, document?.objectSequencer)) return wrote;
    const state = await look();
    // A notification that was delivered twice is not a second submission.
    const wasLookedInto = sequencer !== undefined && sequencer === document?.objectSequencer;
    if ((wrote || wasLookedInto) && document?.objectVersionId === versionOf(state)) return wrote;
    const outcome = await write(document, state);
    if (outcome === 'nothing') return wrote;
    if (outcome === 'written') wrote = true;
  }
  throw new Conflict(`The file ${key} kept changing while it was looked at.`);
}

/** Why a file or its deletion was refused, and what to do. */
export interface Refusal {
  readonly subject: string;
  readonly errors: readonly Problem[];
  readonly remedy: string;
}

/** Records why a file was refused and has people told. What was there before stays untouched. */
export async function refuseFile(
  world: IntakeWorld,
  { key, submittedBy }: FileEvent,
  request: Pick<RequestRecord, 'requestId' | 'kind' | 'action'>,
  { subject, errors, remedy }: Refusal,
): Promise<void> {
  const { requestId } = request;
  const record = { ...request, subject: key, status: 'REJECTED', submittedBy, errors } as const;
  const notification = { subject, details: { requestId, key, submittedBy, errors, remedy } };
  await world.store.transact([requestWrite(record, world.clock.now()), notificationWrite(notification)]);
  world.log.warn(subject, { requestId, key, paths: errors.map(({ path }) => path) });
}
