import {
  type Convergence,
  convergenceKey,
  convergenceOf,
  importedConvergence,
  permissionSetWorkWrite,
} from '../domain/convergence';
import type { PermissionSetArn, PermissionSetName } from '../domain/ids';
import {
  type PermissionSetDocument,
  type PermissionSetSubmission,
  permissionSetDocumentOf,
  permissionSetKey,
  submissionWrites,
} from '../domain/permission-set-document';
import { isGone } from '../domain/permission-set-status';
import { type Protection, protectedName, protectedTags } from '../domain/protection';
import { requestWrite } from '../domain/request';
import { markWrite } from '../domain/slice';
import type { Write } from '../domain/write';
import { PermissionSetNames } from '../permission-sets/permission-set-names';
import type { UniqueId } from '../ports/clock';
import { Missing } from '../ports/faults';
import type { Store } from '../ports/store';
import type { TagReader } from '../ports/tag-reader';

/** A permission set as it is stored now. */
export interface StoredPermissionSet {
  readonly document: PermissionSetDocument | undefined;
  readonly convergence: Convergence;
  /** It is declared: it has a document, and its deletion has not come to its end. */
  readonly isDeclared: boolean;
}

export async function readPermissionSet(store: Store, name: PermissionSetName): Promise<StoredPermissionSet> {
  const document = permissionSetDocumentOf(await store.get(permissionSetKey(name)));
  const convergence = convergenceOf(name, await store.get(convergenceKey(name)));
  return { document, convergence, isDeclared: document !== undefined && !isGone(document, convergence) };
}

/**
 * The one side effect of intake: the document over the one that was read, its history, its work and the request, in one
 * transaction. False: the document is no longer as it was read; read it and decide again.
 */
export async function submitPermissionSet(
  { store, newId }: { readonly store: Store; readonly newId: UniqueId },
  name: PermissionSetName,
  read: PermissionSetDocument | undefined,
  submission: PermissionSetSubmission,
): Promise<boolean> {
  const { applied } = await store.transact([
    ...submissionWrites(name, read, submission),
    permissionSetWorkWrite(name, newId()),
    requestOfSubmission(name, read, submission),
  ]);
  return applied;
}

/**
 * The same of a permission set that exists and is as its document says: it is ours at once, without any work, and links
 * that waited for it are planned. False: it is not as it was read, or the controller has to do with it.
 */
export async function submitImportedPermissionSet(
  { store, newId }: { readonly store: Store; readonly newId: UniqueId },
  { name, arn }: { readonly name: PermissionSetName; readonly arn: PermissionSetArn },
  read: PermissionSetDocument | undefined,
  submission: PermissionSetSubmission,
): Promise<boolean> {
  const slice = { kind: 'permissionSet', permissionSetName: name } as const;
  const { applied } = await store.transact([
    ...submissionWrites(name, read, submission),
    importedConvergence(name, arn, (read?.generation ?? 0) + 1, {
      isUndescribed: submission.document?.description === undefined,
      submittedBy: submission.submittedBy,
    }),
    markWrite(slice, newId(), new Date(submission.now).toISOString()),
    requestOfSubmission(name, read, submission),
  ]);
  return applied;
}

function requestOfSubmission(
  subject: PermissionSetName,
  read: PermissionSetDocument | undefined,
  { requestId, action, submittedBy, now }: PermissionSetSubmission,
): Write {
  const generation = (read?.generation ?? 0) + 1;
  const submitted = { requestId, kind: 'permissionSet', action, subject, generation, submittedBy } as const;
  return requestWrite({ ...submitted, status: 'ACCEPTED', errors: [] }, now);
}

/** Why a name may not be declared, since a permission set that others look after has it; nothing when it may. */
export async function protectedBy(
  world: { readonly store: Store; readonly protection: Protection; readonly tags?: TagReader },
  name: PermissionSetName,
  { convergence }: StoredPermissionSet,
): Promise<string | undefined> {
  const { store, protection, tags } = world;
  // What is ours already stays ours.
  if (convergence.permissionSetArn) return undefined;
  const reason = protectedName(name, protection);
  if (reason !== undefined || !tags) return reason;
  return protectedTags(name, await tagsOf(name, tags, store), protection);
}

async function tagsOf(name: PermissionSetName, reader: TagReader, store: Store): Promise<ReadonlyMap<string, string>> {
  try {
    const arn = await new PermissionSetNames(reader, store).arnOf(name);
    return arn ? await reader.tagsOf(arn) : new Map();
  } catch (fault) {
    // It was deleted meanwhile.
    if (fault instanceof Missing) return new Map();
    throw fault;
  }
}
