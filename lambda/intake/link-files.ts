import { isDottedLink, parseDottedLink } from '../domain/dotted-link';
import type { RequestId } from '../domain/ids';
import type { Link } from '../domain/link';
import { parseLinkText, printLink } from '../domain/link';
import type { LinkDocument } from '../domain/link-document';
import type { FileState, SubmittedFiles } from '../ports/submitted-files';
import type { FileEvent } from './file-event';
import type { IntakeWorld } from './post';
import { readLink, submitLink } from './submit-link';
import { followFile, type QueueMessage, refuseFile, takeInFiles } from './take-in-files';

export interface LinkFilesWorld extends IntakeWorld {
  readonly files: SubmittedFiles;
  /** Whether names with full stops between their fields, of the predecessor before 3.0.3, are links, too. */
  readonly understandsDotted?: boolean;
}

export const LINK_PREFIX = 'links_data/';

const REJECTED = 'A link file was rejected';
const REJECTION_REMEDY = 'nothing else was changed; upload the file again with a correct name, and delete this one';

const CONTENT_IGNORED = 'the content of the file is ignored: a link is the name of its file';

/** Takes in links that were put into the bucket or deleted from it. A link is the name of its file. */
export function takeInLinkFiles(world: LinkFilesWorld, messages: readonly QueueMessage[]): Promise<string[]> {
  const kind = {
    prefix: LINK_PREFIX,
    controller: 'reconcile',
    takeIn: (event: FileEvent, name: string, refusalId: RequestId) => takeInLinkFile(world, event, name, refusalId),
  } as const;
  return takeInFiles(world, kind, messages);
}

async function takeInLinkFile(world: LinkFilesWorld, event: FileEvent, text: string, refusalId: RequestId) {
  const isDotted = world.understandsDotted === true && isDottedLink(text);
  const parsed = isDotted ? parseDottedLink(text) : parseLinkText(text);
  if (parsed.ok) return isDotted ? followDotted(world, event, parsed.value) : follow(world, event, parsed.value);
  const state = await world.files.look(event.key);
  if (state.exists) {
    const request = { requestId: refusalId, kind: 'link', action: 'create' } as const;
    await refuseFile(world, event, request, { subject: REJECTED, errors: parsed.problems, remedy: REJECTION_REMEDY });
  }
  return false;
}

/**
 * A file with the name of today declares the link by itself: that the old one beside it goes, as somebody tidies up, takes
 * nothing away. AWS: sequencers of two keys cannot be compared, so the old one's is not kept.
 */
async function followDotted(world: LinkFilesWorld, { key, submittedBy }: FileEvent, link: Link): Promise<boolean> {
  const { exists } = await world.files.look(`${LINK_PREFIX}${printLink(link)}`);
  return exists ? false : follow(world, { key, submittedBy }, link);
}

function follow(world: LinkFilesWorld, event: FileEvent, link: Link): Promise<boolean> {
  return followFile<LinkDocument, FileState>(event, {
    read: () => readLink(world.store, link),
    look: () => world.files.look(event.key),
    versionOf: (state) => (state.exists ? state.versionId : undefined),
    write: async (read, state) => {
      if (!(await write(world, event, link, read, state))) return 'lost';
      return read === undefined && !state.exists ? 'nothing' : 'written';
    },
  });
}

async function write(
  world: LinkFilesWorld,
  { key, sequencer, submittedBy }: FileEvent,
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
