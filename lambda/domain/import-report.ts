import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from './ids';
import type { DifferingField } from './live-permission-set';
import type { Notification } from './notification';
import type { Parsed, Problem } from './problem';
import type { Item, Key } from './write';

/** What becomes of a document that differs from what is there: the document is applied again, or the live one taken. */
export type OnConflict = 'keepDocument' | 'takeLive';

const ON_CONFLICT: readonly OnConflict[] = ['keepDocument', 'takeLive'];

/** Reads the input of an execution. What earlier installations gave beside it is ignored. */
export function parseImportInput(input: unknown): Parsed<{ readonly onConflict?: OnConflict }> {
  const { onConflict } = (typeof input === 'object' && input !== null ? input : {}) as { onConflict?: unknown };
  if (onConflict === undefined) return { ok: true, value: {} };
  if (ON_CONFLICT.includes(onConflict as OnConflict))
    return { ok: true, value: { onConflict: onConflict as OnConflict } };
  const message = `expected ${ON_CONFLICT.join(' or ')}, or nothing to be shown what differs, got ${JSON.stringify(onConflict)}`;
  return { ok: false, problems: [{ path: 'onConflict', message }] };
}

/** What came of one permission set. `why`: of one that is left alone. */
export interface ImportedPermissionSet {
  readonly kind: 'permissionSet';
  readonly outcome: 'imported' | 'known' | 'different' | 'notRepresentable';
  readonly permissionSetName: PermissionSetName;
  readonly permissionSetArn: PermissionSetArn;
  readonly fields?: readonly DifferingField[];
  /** What `onConflict` did about what differs. */
  readonly resolved?: OnConflict;
  readonly why?: readonly Problem[];
}

/** What came of one account assignment. */
export interface ImportedAssignment {
  readonly kind: 'assignment';
  readonly outcome: 'imported' | 'known' | 'notRepresentable';
  readonly accountId: AccountId;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
  readonly principalName?: string;
  /** The link that was made of it. */
  readonly linkData?: string;
  readonly why?: string;
}

export type ImportEntry = ImportedPermissionSet | ImportedAssignment;

/** How many there were of each outcome. */
export interface ImportCounts {
  readonly permissionSets: Readonly<Record<ImportedPermissionSet['outcome'], number>>;
  readonly assignments: Readonly<Record<ImportedAssignment['outcome'], number>>;
}

export const NOTHING_COUNTED: ImportCounts = {
  permissionSets: { imported: 0, known: 0, different: 0, notRepresentable: 0 },
  assignments: { imported: 0, known: 0, notRepresentable: 0 },
};

export function countEntries(
  { permissionSets, assignments }: ImportCounts,
  entries: readonly ImportEntry[],
): ImportCounts {
  const counted = { permissionSets: { ...permissionSets }, assignments: { ...assignments } };
  for (const entry of entries) {
    if (entry.kind === 'permissionSet') counted.permissionSets[entry.outcome] += 1;
    else counted.assignments[entry.outcome] += 1;
  }
  return counted;
}

/** An import that is under way, by one step after the other; `Position` is where the next one goes on. */
export interface OpenImport<Position> {
  readonly importId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly onConflict?: OnConflict;
  readonly position: Position;
  /** Why the permission set that it is in the middle of is left alone; absent of one that is not. */
  readonly leftAlone?: string;
  readonly parts: readonly string[];
  readonly counts: ImportCounts;
}

/** An import that is finished. */
export interface FinishedImport {
  readonly importId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly onConflict?: OnConflict;
  readonly counts: ImportCounts;
  /** Key of the report in the artefacts bucket. */
  readonly report: string;
}

/** What is written for people: in full what somebody should look at; all of it in the parts. */
export interface ImportReport extends FinishedImport {
  readonly different: readonly ImportEntry[];
  readonly notRepresentable: readonly ImportEntry[];
  /** Keys of lists with an entry for each permission set and assignment. */
  readonly parts: readonly string[];
}

/** Where in the bucket imports lie, and which key holds the last report. */
export const IMPORT_PREFIX = 'imports/';
export const LAST_IMPORT_REPORT = `${IMPORT_PREFIX}latest.json`;

const IMPORT = 'IMPORT';
export const openImportKey: Key = { table: 'control', pk: IMPORT, sk: 'OPEN' };
export const lastImportKey: Key = { table: 'control', pk: IMPORT, sk: 'LAST' };
/** When a deployment that asks for an import had it started. */
export const startedImportKey: Key = { table: 'control', pk: IMPORT, sk: 'STARTED' };

export function lastImportOf(item: Item | undefined): FinishedImport | undefined {
  return item as FinishedImport | undefined;
}

/** In words. */
export function importedText({ permissionSets: sets, assignments }: ImportCounts): string {
  return [
    `Permission sets: ${sets.imported} imported, ${sets.known} already known, ${sets.different} different, ${sets.notRepresentable} not representable.`,
    `Account assignments: ${assignments.imported} imported, ${assignments.known} already known, ${assignments.notRepresentable} not representable.`,
  ].join(' ');
}

/** Told once for all that was taken over. */
export function importNotification({ counts, report }: FinishedImport): Notification {
  return {
    subject: 'What exists in Identity Center was imported',
    details: {
      what: 'What was imported is managed from now on: an assignment goes when no link claims it any more. The import itself changes nothing in Identity Center.',
      ...counts,
      report: `${report} in the artefacts bucket`,
      next: 'Look at what is different or not representable in the report. To take an assignment away, delete its link.',
    },
  };
}

export function importFailedNotification(error: string, cause: string): Notification {
  return {
    subject: 'The import of what exists in Identity Center failed',
    details: {
      what: 'What was imported until then stays so. The import itself changes nothing in Identity Center.',
      why: cause ? `${error}: ${cause}` : error,
      next: 'Remove the cause, then start the import again (npm run import): it goes on where it stopped.',
    },
  };
}
