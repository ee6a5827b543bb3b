import { type Answer, conflict, invalid, notFound } from '../api/answer';
import type { PermissionSetName, RequestId } from '../domain/ids';
import { mergePermissionSet, type PermissionSet, parsePermissionSet } from '../domain/permission-set';
import { generationKey, generationOf, submittedDocument } from '../domain/permission-set-document';
import type { Parsed } from '../domain/problem';
import type { Protection } from '../domain/protection';
import { linksReferencing } from '../permission-sets/links-referencing';
import { Conflict } from '../ports/faults';
import type { TagReader } from '../ports/tag-reader';
import { DATA, type PermissionSetPost } from './parse-permission-set-request';
import { type IntakeWorld, MOST_LOST_RACES, type Post } from './post';
import { protectedBy, readPermissionSet, type StoredPermissionSet, submitPermissionSet } from './submit-permission-set';

export interface PermissionSetIntakeWorld extends IntakeWorld {
  readonly protection: Protection;
  /** Absent: no tag protects a permission set. */
  readonly tags?: TagReader;
}

export const IS_REFERENCED =
  'Permission Set delete operation aborted as there are existing account assignments referencing the permission set';

/** What deciding and storing need. */
export type AcceptWorld = Pick<PermissionSetIntakeWorld, 'store' | 'clock' | 'newId' | 'protection' | 'tags'>;

/** Takes a submission in: decides about it and stores it in one transaction. Answers the refusal when it is refused. */
export async function acceptPermissionSet(
  world: AcceptWorld,
  { requestId, submittedBy }: Post,
  asked: PermissionSetPost,
): Promise<Answer | undefined> {
  const { name, action } = asked;
  for (let attempt = 0; attempt < MOST_LOST_RACES; attempt += 1) {
    const stored = await readPermissionSet(world.store, name);
    const decided = await decide(world, requestId, asked, stored);
    if (decided.refusal) return decided.refusal;
    const submitted = await submitPermissionSet(world, name, stored.document, {
      action,
      ...(decided.document ? { document: decided.document } : {}),
      requestId: requestId as RequestId,
      submittedBy,
      source: 'api',
      now: world.clock.now(),
    });
    if (submitted) return undefined;
  }
  throw new Conflict(`The permission set ${name} is being submitted by many at once.`);
}

/** What a submission means for what is stored: a document, a deletion (neither), or a refusal. */
interface Decision {
  readonly refusal?: Answer;
  readonly document?: PermissionSet;
}

async function decide(
  world: AcceptWorld,
  requestId: string,
  asked: PermissionSetPost,
  stored: StoredPermissionSet,
): Promise<Decision> {
  const stale = generationConflict(asked, stored);
  if (stale) return { refusal: conflict(stale, requestId) };
  if (asked.action === 'delete') return decideDeletion(world, requestId, asked.name, stored);
  const parsed = await documentFor(world, asked, stored);
  if (!parsed.ok) return { refusal: invalid(parsed.problems, requestId) };
  const reason = await protectedBy(world, asked.name, stored);
  if (reason !== undefined) return { refusal: conflict(reason, requestId) };
  return { document: parsed.value };
}

function generationConflict({ ifGeneration }: PermissionSetPost, { document, isDeclared }: StoredPermissionSet) {
  const generation = isDeclared && document ? document.generation : 0;
  if (ifGeneration === undefined || ifGeneration === generation) return undefined;
  return `The stored generation is ${generation}, not ${ifGeneration}: read the permission set again and decide anew`;
}

async function decideDeletion(
  { store }: Pick<AcceptWorld, 'store'>,
  requestId: string,
  name: PermissionSetName,
  { isDeclared }: StoredPermissionSet,
): Promise<Decision> {
  if (!isDeclared) return { refusal: notFound(`There is no permission set ${name} of this solution`, requestId) };
  const links = await linksReferencing(store, name);
  if (links.length === 0) return {};
  const errors = links.map((link) => ({ path: `${DATA}.permissionSetName`, message: `is referenced by link ${link}` }));
  return { refusal: { statusCode: 400, body: { message: IS_REFERENCED, errors, links, requestId } } };
}

/** The whole document that is to be stored. */
async function documentFor(
  { store }: Pick<AcceptWorld, 'store'>,
  asked: Exclude<PermissionSetPost, { action: 'delete' }>,
  { document, isDeclared }: StoredPermissionSet,
): Promise<Parsed<PermissionSet>> {
  if ('document' in asked) return { ok: true, value: asked.document };
  if (asked.action === 'update') {
    const base = isDeclared && document?.state === 'present' ? submittedDocument(document) : undefined;
    return parsePermissionSet(mergePermissionSet(base, asked.changed), DATA);
  }
  const item = await store.get(generationKey(asked.name, asked.generation));
  const record = item && generationOf(item);
  if (record?.document) return parsePermissionSet(JSON.parse(record.document), DATA);
  const message = record
    ? 'is a deletion: choose a generation that has a document'
    : `does not exist: the history of ${asked.name} has ${document?.generation ?? 0} generations`;
  return { ok: false, problems: [{ path: 'generation', message }] };
}
