import type { PermissionSetArn, PermissionSetName, RequestId } from '../domain/ids';
import type { ImportedPermissionSet, OnConflict } from '../domain/import-report';
import { type DifferingField, differingFields, documentOf } from '../domain/live-permission-set';
import type { PermissionSet } from '../domain/permission-set';
import { type Definition, PARTS } from '../domain/permission-set-definition';
import {
  generationKey,
  generationOf,
  type PermissionSetDocument,
  submittedDocument,
} from '../domain/permission-set-document';
import { protectedName, protectedTags } from '../domain/protection';
import { MOST_LOST_RACES } from '../intake/post';
import {
  readPermissionSet,
  type StoredPermissionSet,
  submitImportedPermissionSet,
  submitPermissionSet,
} from '../intake/submit-permission-set';
import { Conflict } from '../ports/faults';
import { type ImportContext, type OpenWalk, submitterOf } from './import-context';

const SUBMITTED_MEANWHILE = 'it was submitted while the import ran: import again to have it compared with that';

/** A permission set as the walk came by it. */
export interface FoundPermissionSet {
  readonly permissionSetArn: PermissionSetArn;
  readonly permissionSetName: PermissionSetName;
}

/** What came of it; `leftAlone`: why its assignments are not taken over either. */
export interface TakenOver {
  readonly entry: ImportedPermissionSet;
  readonly leftAlone?: string;
}

/**
 * Makes a document of a permission set that has none, and compares it with the one that it has. The service is read
 * before the store: a document that comes in between is not overwritten.
 */
export async function takeOverPermissionSet(
  context: ImportContext,
  open: OpenWalk,
  found: FoundPermissionSet,
): Promise<TakenOver> {
  const live = await context.permissionSets.read(found.permissionSetArn, PARTS);
  for (let attempt = 0; attempt < MOST_LOST_RACES; attempt += 1) {
    const stored = await readPermissionSet(context.store, found.permissionSetName);
    const taken = await tryToTakeOver(context, open, { ...found, live, stored });
    if (taken) return taken;
  }
  throw new Conflict(`The permission set ${found.permissionSetName} is being submitted by many at once.`);
}

interface Compared extends FoundPermissionSet {
  readonly live: Definition;
  readonly stored: StoredPermissionSet;
}

/** Nothing: what is stored is no longer as it was read. */
async function tryToTakeOver(context: ImportContext, open: OpenWalk, one: Compared): Promise<TakenOver | undefined> {
  const { document, isDeclared } = one.stored;
  if (!isDeclared) return takeOverNew(context, open, one);
  if (document?.state !== 'present') return left(one, 'known', 'it is being deleted');
  const own = await ownResolution(context, open, document);
  const fields = differenceOf(one, submittedDocument(document));
  const different = { ...entryOf(one, 'different'), fields };
  // An attempt that was interrupted had resolved it: what it did is told, and not done again.
  if (own === 'keepDocument') return { entry: { ...different, resolved: own } };
  if (fields.length === 0) return { entry: await agreeing(context, open, one, document, own) };
  const { onConflict } = open;
  if (onConflict === undefined) return { entry: different };
  if (Date.parse(document.submittedAt) >= Date.parse(open.startedAt) && !isOwn(document, open)) {
    return { entry: { ...different, why: [{ path: 'permissionSetName', message: SUBMITTED_MEANWHILE }] } };
  }
  const kept = onConflict === 'keepDocument' ? { ok: true as const, value: submittedDocument(document) } : undefined;
  const parsed = kept ?? documentOf(one.permissionSetName, one.live);
  if (!parsed.ok) return { entry: { ...different, why: parsed.problems } };
  const submission = { ...submissionOf(context, open), action: 'update', document: parsed.value } as const;
  const submitted = await submitPermissionSet(context, one.permissionSetName, document, submission);
  return submitted ? { entry: { ...different, resolved: onConflict } } : undefined;
}

/** The entry of a permission set that is as its document says. */
async function agreeing(
  { store }: ImportContext,
  open: OpenWalk,
  one: Compared,
  document: PermissionSetDocument,
  own: OnConflict | undefined,
): Promise<ImportedPermissionSet> {
  if (own === undefined) return entryOf(one, isOwn(document, open) ? 'imported' : 'known');
  const before = await store.get(generationKey(one.permissionSetName, document.generation - 1));
  const earlier = before && generationOf(before).document;
  const fields = earlier === undefined ? [] : differenceOf(one, submittedDocument({ document: earlier }));
  return { ...entryOf(one, 'different'), fields, resolved: own };
}

function differenceOf({ live, stored }: Compared, document: PermissionSet): DifferingField[] {
  return differingFields(document, live, stored.convergence.undescribed);
}

function isOwn({ source, submittedBy }: PermissionSetDocument, open: OpenWalk): boolean {
  return source === 'imported' && submittedBy === submitterOf(open);
}

/** How this import has resolved a conflict of the permission set already; nothing when it has not. */
async function ownResolution(
  { store }: ImportContext,
  open: OpenWalk,
  document: PermissionSetDocument,
): Promise<OnConflict | undefined> {
  if (open.onConflict === undefined || !isOwn(document, open)) return undefined;
  const record = await store.get(generationKey(document.permissionSetName, document.generation));
  return record && generationOf(record).action === 'update' ? open.onConflict : undefined;
}

async function takeOverNew(context: ImportContext, open: OpenWalk, one: Compared): Promise<TakenOver | undefined> {
  const { permissionSetName: name, permissionSetArn: arn, live, stored } = one;
  const { protection } = context;
  const reason = protectedName(name, protection) ?? protectedTags(name, live.tags, protection);
  if (reason !== undefined) return left(one, 'notRepresentable', reason);
  const parsed = documentOf(name, live);
  if (!parsed.ok) return { entry: { ...entryOf(one, 'notRepresentable'), why: parsed.problems } };
  const submission = { ...submissionOf(context, open), action: 'create', document: parsed.value } as const;
  const submitted = await submitImportedPermissionSet(context, { name, arn }, stored.document, submission);
  return submitted ? { entry: entryOf(one, 'imported') } : undefined;
}

function submissionOf({ newId, clock }: ImportContext, open: OpenWalk) {
  const requestId = newId() as RequestId;
  return { requestId, submittedBy: submitterOf(open), source: 'imported', now: clock.now() } as const;
}

function left(one: FoundPermissionSet, outcome: ImportedPermissionSet['outcome'], reason: string): TakenOver {
  const why = [{ path: 'permissionSetName', message: reason }];
  return { entry: { ...entryOf(one, outcome), why }, leftAlone: reason };
}

function entryOf(
  { permissionSetName, permissionSetArn }: FoundPermissionSet,
  outcome: ImportedPermissionSet['outcome'],
): ImportedPermissionSet {
  return { kind: 'permissionSet', outcome, permissionSetName, permissionSetArn };
}
