import type { PermissionSetName, RequestId } from '../domain/ids';
import { type PermissionSet, parsePermissionSet } from '../domain/permission-set';
import {
  fileMissingWrite,
  fileSeenWrite,
  type PermissionSetDocument,
  type SeenObject,
} from '../domain/permission-set-document';
import type { Parsed, Problem } from '../domain/problem';
import { linksReferencing } from '../permission-sets/links-referencing';
import type { FileContent, ReadableFiles } from '../ports/submitted-files';
import { IS_REFERENCED, type PermissionSetIntakeWorld } from './accept-permission-set';
import type { FileEvent } from './file-event';
import { parseJson } from './parse-json';
import { MOST_BODY_BYTES } from './post';
import { protectedBy, readPermissionSet, type StoredPermissionSet, submitPermissionSet } from './submit-permission-set';
import { followFile, type QueueMessage, type Refusal, refuseFile, takeInFiles } from './take-in-files';

export interface PermissionSetFilesWorld extends PermissionSetIntakeWorld {
  readonly files: ReadableFiles;
}

const PREFIX = 'permission_sets/';
const SUFFIX = '.json';
const FILE_NAME = 'file name';

const REJECTED = 'A permission set file was rejected';
const REJECTION_REMEDY = 'what was there before is unchanged; upload the file again when it is corrected';
const NOT_DELETED = 'A permission set was not deleted';
const DELETION_REMEDY = 'put the file back, or delete the links and then the permission set through the API';

/** Takes in permission sets that were put into the bucket or deleted from it. */
export function takeInPermissionSetFiles(
  world: PermissionSetFilesWorld,
  messages: readonly QueueMessage[],
): Promise<string[]> {
  const kind = {
    prefix: PREFIX,
    controller: 'converge-permission-sets',
    takeIn: (event: FileEvent, file: string, refusalId: RequestId) => takeIn(world, event, file, refusalId),
  } as const;
  return takeInFiles(world, kind, messages);
}

async function takeIn(world: PermissionSetFilesWorld, event: FileEvent, file: string, refusalId: RequestId) {
  const named = parseFileName(file);
  if (named.ok) return follow(world, event, named.value, refusalId);
  const content = await world.files.read(event.key, MOST_BODY_BYTES);
  if (content.exists) await refuse(world, event, refusalId, rejection(named.problems));
  return false;
}

/** `<permission set name>.json`; the name may contain dots. */
function parseFileName(file: string): Parsed<PermissionSetName> {
  if (!file.endsWith(SUFFIX)) {
    return { ok: false, problems: [{ path: FILE_NAME, message: `expected <permissionSetName>${SUFFIX}` }] };
  }
  const permissionSetName = file.slice(0, -SUFFIX.length);
  const parsed = parsePermissionSet({ permissionSetName }, '');
  if (parsed.ok) return { ok: true, value: permissionSetName as PermissionSetName };
  return { ok: false, problems: parsed.problems.map(({ message }) => ({ path: FILE_NAME, message })) };
}

function follow(
  world: PermissionSetFilesWorld,
  event: FileEvent,
  name: PermissionSetName,
  refusalId: RequestId,
): Promise<boolean> {
  let stored: StoredPermissionSet;
  return followFile<PermissionSetDocument, FileContent>(event, {
    read: async () => {
      stored = await readPermissionSet(world.store, name);
      return stored.document;
    },
    look: () => world.files.read(event.key, MOST_BODY_BYTES),
    versionOf: (content) => (content.exists ? content.versionId : undefined),
    write: (_, content) =>
      content.exists
        ? put(world, event, { name, stored, refusalId }, content)
        : remove(world, event, { name, stored, refusalId }),
  });
}

interface Followed {
  readonly name: PermissionSetName;
  readonly stored: StoredPermissionSet;
  readonly refusalId: RequestId;
}

async function put(
  world: PermissionSetFilesWorld,
  event: FileEvent,
  followed: Followed,
  content: Extract<FileContent, { exists: true }>,
): Promise<'written' | 'lost' | 'nothing'> {
  const { name, stored, refusalId } = followed;
  const parsed = parseContent(content, name);
  const problems = parsed.ok ? await protectionProblems(world, followed) : parsed.problems;
  if (!parsed.ok || problems.length > 0) {
    if (!(await noteSeen(world, event, stored.document, false))) return 'lost';
    await refuse(world, event, refusalId, rejection(problems));
    return 'nothing';
  }
  const action = stored.isDeclared ? 'update' : 'create';
  return submit(world, event, followed, { action, document: parsed.value, object: { versionId: content.versionId } });
}

async function remove(world: PermissionSetFilesWorld, event: FileEvent, followed: Followed) {
  const { name, stored, refusalId } = followed;
  const { document } = stored;
  // It is being deleted anyway, or no file declared it: the one that is gone was refused, or there was none.
  if (document?.state !== 'present' || !isDeclaredByFile(document)) {
    return (await noteSeen(world, event, document, true)) ? 'nothing' : 'lost';
  }
  const links = await linksReferencing(world.store, name);
  if (links.length === 0) return submit(world, event, followed, { action: 'delete', object: {} });
  const noted = await world.store.transact([fileMissingWrite(document, seen(event, {}))]);
  if (!noted.applied) return 'lost';
  const errors = links.map((link) => ({ path: 'permissionSetName', message: `is referenced by link ${link}` }));
  const refusal = {
    subject: NOT_DELETED,
    errors: [{ path: 'file', message: IS_REFERENCED }, ...errors],
    remedy: DELETION_REMEDY,
  };
  await refuse(world, event, refusalId, refusal, 'delete');
  return 'nothing';
}

function isDeclaredByFile({ objectVersionId, fileMissing }: PermissionSetDocument): boolean {
  return objectVersionId !== undefined || fileMissing === true;
}

/** Remembers which event was looked into. False: the document is no longer as it was read. */
async function noteSeen(
  { store }: PermissionSetFilesWorld,
  event: FileEvent,
  document: PermissionSetDocument | undefined,
  isEmpty: boolean,
): Promise<boolean> {
  const hasNews = event.sequencer !== undefined || (isEmpty && document?.objectVersionId !== undefined);
  if (!document || !hasNews) return true;
  return (await store.transact([fileSeenWrite(document, seen(event, {}), isEmpty)])).applied;
}

interface Submitted {
  readonly action: 'create' | 'update' | 'delete';
  readonly document?: PermissionSet;
  readonly object: SeenObject;
}

async function submit(
  world: PermissionSetFilesWorld,
  event: FileEvent,
  { name, stored }: Followed,
  { object, ...submission }: Submitted,
): Promise<'written' | 'lost'> {
  const requestId = world.newId() as RequestId;
  const { submittedBy } = event;
  const submitted = await submitPermissionSet(world, name, stored.document, {
    ...submission,
    requestId,
    submittedBy,
    source: 's3',
    now: world.clock.now(),
    object: seen(event, object),
  });
  if (!submitted) return 'lost';
  world.log.info('A permission set was submitted', { requestId, key: event.key, action: submission.action });
  return 'written';
}

function parseContent(content: Extract<FileContent, { exists: true }>, name: PermissionSetName): Parsed<PermissionSet> {
  if (content.text === undefined) {
    const message = `expected at most ${MOST_BODY_BYTES} bytes, got ${content.contentBytes}`;
    return { ok: false, problems: [{ path: 'file', message }] };
  }
  const json = parseJson(content.text, 'file', 'a permission set as a JSON object');
  if (!json.ok) return json;
  const parsed = parsePermissionSet(json.value, '');
  if (!parsed.ok)
    return { ok: false, problems: parsed.problems.map(({ path, message }) => ({ path: path || 'file', message })) };
  if (parsed.value.permissionSetName === name) return parsed;
  const message = `expected ${name}, as the file is called, got ${parsed.value.permissionSetName}`;
  return { ok: false, problems: [{ path: 'permissionSetName', message }] };
}

async function protectionProblems(world: PermissionSetFilesWorld, { name, stored }: Followed): Promise<Problem[]> {
  const message = await protectedBy(world, name, stored);
  return message === undefined ? [] : [{ path: 'permissionSetName', message }];
}

function seen({ sequencer }: FileEvent, object: SeenObject): SeenObject {
  return { ...object, ...(sequencer ? { sequencer } : {}) };
}

function rejection(errors: readonly Problem[]): Refusal {
  return { subject: REJECTED, errors, remedy: REJECTION_REMEDY };
}

function refuse(
  world: PermissionSetFilesWorld,
  event: FileEvent,
  requestId: RequestId,
  refusal: Refusal,
  action: 'create' | 'delete' = 'create',
): Promise<void> {
  return refuseFile(world, event, { requestId, kind: 'permissionSet', action }, refusal);
}
