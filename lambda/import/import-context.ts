import type { AccountId } from '../domain/ids';
import type { FinishedImport, ImportEntry, ImportReport, OnConflict, OpenImport } from '../domain/import-report';
import type { Protection } from '../domain/protection';
import type { LeadContext } from '../leadership/lead';
import type { UniqueId } from '../ports/clock';
import type { DocumentStore } from '../ports/document-store';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { InstanceReader } from '../ports/instance-reader';
import type { LeveledLog } from '../ports/leveled-log';
import type { PermissionSetReader } from '../ports/permission-set-reader';
import type { WalkPosition } from '../walk/walk-assignments';

/** What one step of an import needs. */
export interface ImportContext extends LeadContext {
  readonly instance: InstanceReader;
  readonly permissionSets: Pick<PermissionSetReader, 'read'>;
  readonly directory: Pick<IdentityCenterReader, 'principalName'>;
  readonly managementAccountId: AccountId;
  readonly protection: Protection;
  /** Turns a name as declared into the name the directory knows. */
  readonly nameInDirectory: (name: string) => string;
  readonly importDocuments: ImportDocuments;
  readonly newId: UniqueId;
  readonly log: LeveledLog;
}

/** What an import leaves in the bucket. */
export interface ImportDocuments {
  readonly lists: DocumentStore<readonly string[]>;
  readonly parts: DocumentStore<readonly ImportEntry[]>;
  readonly reports: DocumentStore<ImportReport>;
}

export type OpenWalk = OpenImport<WalkPosition>;

/** Who submits what an import takes over, and how that is told apart from what others submit. */
export function submitterOf({ importId }: { readonly importId: string }): string {
  return `import ${importId}`;
}

/** Whether an import answers what was asked. */
export function isAskedFor({ onConflict }: OpenWalk | FinishedImport, asked: OnConflict | undefined): boolean {
  return onConflict === asked;
}
