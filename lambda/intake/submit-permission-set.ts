import { type Convergence, convergenceKey, convergenceOf, permissionSetWorkWrite } from '../domain/convergence';
import type { PermissionSetName } from '../domain/ids';
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
  const { requestId, action, submittedBy, now } = submission;
  const request = {
    requestId,
    kind: 'permissionSet',
    action,
    subject: name,
    generation: (read?.generation ?? 0) + 1,
    status: 'ACCEPTED',
    submittedBy,
    errors: [],
  } as const;
  const { applied } = await store.transact([
    ...submissionWrites(name, read, submission),
    permissionSetWorkWrite(name, newId()),
    requestWrite(request, now),
  ]);
  return applied;
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
