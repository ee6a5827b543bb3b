import type { PermissionSetName, RequestId } from './ids';
import type { PermissionSet } from './permission-set';
import type { Item, Key, Write } from './write';

/** A permission set as it was submitted last. Only intake writes it; what became of it stands in its convergence. */
export interface PermissionSetDocument {
  readonly permissionSetName: PermissionSetName;
  readonly state: 'present' | 'deleted';
  /** Raised by every accepted submission, the same document included: submitting again tries again. */
  readonly generation: number;
  /** The document as JSON text, so that it comes back as it was submitted; of a deleted one the last. */
  readonly document: string;
  readonly submittedBy: string;
  /** ISO 8601. */
  readonly submittedAt: string;
  readonly source: 'api' | 's3' | 'imported';
  /** What the S3 key held when it was last looked at; absent when it held nothing. */
  readonly objectVersionId?: string;
  /** The S3 event that was last looked into. */
  readonly objectSequencer?: string;
  /** The file was deleted while links referenced the permission set: it stays, but without its file. */
  readonly fileMissing?: boolean;
}

export type PermissionSetAction = 'create' | 'update' | 'delete' | 'restore';

/** What changes when a permission set is submitted. */
export interface PermissionSetSubmission {
  readonly action: PermissionSetAction;
  /** Absent: it is deleted. */
  readonly document?: PermissionSet;
  readonly requestId: RequestId;
  readonly submittedBy: string;
  readonly source: PermissionSetDocument['source'];
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the key holds and the event that told so; only from S3. A submission by API leaves what was seen. */
  readonly object?: SeenObject;
}

export interface SeenObject {
  readonly versionId?: string;
  readonly sequencer?: string;
}

/** One entry of a permission set's history. */
export interface GenerationRecord {
  readonly generation: number;
  /** ISO 8601. */
  readonly at: string;
  readonly submittedBy: string;
  readonly action: PermissionSetAction;
  /** As JSON text; absent when the submission was a deletion. */
  readonly document?: string;
}

const DOCUMENT = 'DOCUMENT';
export const GENERATION_PREFIX = 'GENERATION#';
/** Marks documents for the index that lists them; other items are not in it. */
export const LISTED = { name: 'listed', value: 'document' } as const;

export function permissionSetPartition(name: PermissionSetName): string {
  return `SET#${name}`;
}

export function permissionSetKey(name: PermissionSetName): Key {
  return { table: 'permission-sets', pk: permissionSetPartition(name), sk: DOCUMENT };
}

export function generationKey(name: PermissionSetName, generation: number): Key {
  const sk = `${GENERATION_PREFIX}${String(generation).padStart(8, '0')}`;
  return { table: 'permission-sets', pk: permissionSetPartition(name), sk };
}

export function permissionSetDocumentOf(item: Item | undefined): PermissionSetDocument | undefined {
  return item as PermissionSetDocument | undefined;
}

export function generationOf(item: Item): GenerationRecord {
  return item as unknown as GenerationRecord;
}

/** The document that was submitted. It was valid then. */
export function submittedDocument({ document }: { readonly document: string }): PermissionSet {
  return JSON.parse(document) as PermissionSet;
}

/** Writes a submission over the document that was read, and its entry in the history. */
export function submissionWrites(
  name: PermissionSetName,
  read: PermissionSetDocument | undefined,
  submission: PermissionSetSubmission,
): Write[] {
  const { action, submittedBy, source, object } = submission;
  const generation = (read?.generation ?? 0) + 1;
  const at = new Date(submission.now).toISOString();
  const submitted = submission.document && JSON.stringify(submission.document);
  const set = {
    permissionSetName: name,
    [LISTED.name]: LISTED.value,
    state: submitted === undefined ? 'deleted' : 'present',
    generation,
    document: submitted ?? read?.document,
    submittedBy,
    submittedAt: at,
    source,
    ...(object?.versionId ? { objectVersionId: object.versionId } : {}),
    ...(object?.sequencer ? { objectSequencer: object.sequencer } : {}),
  };
  const remove = ['fileMissing', ...(object && !object.versionId ? ['objectVersionId'] : [])];
  const record: GenerationRecord = {
    generation,
    at,
    submittedBy,
    action,
    ...(submitted ? { document: submitted } : {}),
  };
  return [
    { at: permissionSetKey(name), update: { set, remove }, when: [unchangedSince(read)] },
    { at: generationKey(name, generation), put: { ...record } },
  ];
}

/** The file is gone but the permission set has to stay. */
export function fileMissingWrite(read: PermissionSetDocument, { sequencer }: SeenObject): Write {
  const set = { fileMissing: true, ...(sequencer ? { objectSequencer: sequencer } : {}) };
  const at = permissionSetKey(read.permissionSetName);
  return { at, update: { set, remove: ['objectVersionId'] }, when: [unchangedSince(read)] };
}

/** An event of the key was looked into without any effect on the document: the key is empty, or holds a refused file. */
export function fileSeenWrite(read: PermissionSetDocument, { sequencer }: SeenObject, isEmpty: boolean): Write {
  const set = sequencer ? { objectSequencer: sequencer } : {};
  const remove = isEmpty ? ['objectVersionId'] : [];
  return { at: permissionSetKey(read.permissionSetName), update: { set, remove }, when: [unchangedSince(read)] };
}

function unchangedSince(read: PermissionSetDocument | undefined) {
  return { generation: read ? ({ equals: read.generation } as const) : ({ absent: true } as const) };
}
