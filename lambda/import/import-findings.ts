import {
  countEntries,
  IMPORT_PREFIX,
  type ImportEntry,
  type ImportedAssignment,
  openImportKey,
} from '../domain/import-report';
import { type Fence, fenceCheck } from '../domain/lease';
import { pairPartition, rowKey, rowsInAccount } from '../domain/ledger-row';
import { PermissionSetNames } from '../permission-sets/permission-set-names';
import { Missing } from '../ports/faults';
import { queryAll } from '../ports/store';
import type { Found } from '../walk/walk-assignments';
import type { ImportContext, OpenWalk } from './import-context';
import { type NameOf, namesFrom } from './principal-names';
import { takeOverAssignment } from './take-over-assignment';
import { takeOverPermissionSet } from './take-over-permission-set';

/** Entries of a part, about 300 bytes each. */
const MOST_ENTRIES_OF_PART = 1_000;

type FoundAssignments = Found & { kind: 'assignments' };

/**
 * What a step came by. Each is taken over before the position is written behind it: a step that dies in between comes by
 * it again, and finds it taken over.
 */
export class ImportFindings {
  private entries: ImportEntry[] = [];
  private readonly nameOf: NameOf;
  private readonly names: PermissionSetNames;

  constructor(
    private readonly context: ImportContext,
    private readonly fence: Fence,
    /** As it will be after the next commit. */
    public open: OpenWalk,
  ) {
    this.nameOf = namesFrom(context.directory);
    this.names = new PermissionSetNames(context.instance, context.store);
  }

  async note(found: Found): Promise<void> {
    if (found.kind === 'permissionSet') await this.notePermissionSet(found);
    else this.entries.push(...(await this.takeOverAssignments(found)));
    // Only now: what a fault kept from being noted is come by again.
    this.open = { ...this.open, position: found.after };
  }

  isFull(): boolean {
    return this.entries.length >= MOST_ENTRIES_OF_PART;
  }

  /** Writes what was found and how far it got, together. False: somebody else went on from there. */
  async commit(): Promise<boolean> {
    const { store, newId, importDocuments } = this.context;
    const { entries, open } = this;
    if (entries.length > 0) {
      const part = `${IMPORT_PREFIX}${open.importId}/${newId()}.json`;
      await importDocuments.parts.save(part, entries);
      this.open = { ...open, parts: [...open.parts, part], counts: countEntries(open.counts, entries) };
      this.entries = [];
    }
    const { applied } = await store.transact([fenceCheck(this.fence), { at: openImportKey, put: { ...this.open } }]);
    return applied;
  }

  private async notePermissionSet(found: Found & { kind: 'permissionSet' }): Promise<void> {
    const { leftAlone: _, ...open } = this.open;
    try {
      await this.names.add(found.permissionSetName, found.permissionSetArn);
      const { entry, leftAlone } = await takeOverPermissionSet(this.context, open, found);
      this.entries.push(entry);
      this.open = { ...open, ...(leftAlone === undefined ? {} : { leftAlone }) };
    } catch (fault) {
      // Somebody deleted it since it was listed: there is nothing to take over, and no assignment of it either.
      if (!(fault instanceof Missing)) throw fault;
      this.open = open;
    }
  }

  /**
   * The ledger is read before and after the service: what is being removed has a row before, what is being created or
   * adopted has one after.
   */
  private async takeOverAssignments(found: FoundAssignments): Promise<ImportedAssignment[]> {
    const { store } = this.context;
    const { permissionSetArn, permissionSetName, accountId } = found;
    const inPair = { table: 'ledger', pk: rowsInAccount(accountId), sortPrefix: `${permissionSetArn}|` } as const;
    const before = new Set((await queryAll(store, inPair)).map(({ sk }) => sk));
    const assigned = (await found.assigned()).map((one) => ({
      ...one,
      permissionSetArn,
      permissionSetName,
      accountId,
    }));
    const unknown = assigned.filter((one) => !before.has(pairPartition(one)));
    const after = new Set((await store.getMany(unknown.map(rowKey))).map(({ pk }) => pk));
    const taken: ImportedAssignment[] = [];
    for (const one of assigned) {
      const hasRow = before.has(pairPartition(one)) || after.has(pairPartition(one));
      taken.push(await takeOverAssignment(this.context, this.open, { ...one, hasRow }, this.nameOf));
    }
    return taken;
  }
}
