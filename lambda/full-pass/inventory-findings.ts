import { convergenceKey, convergenceOf } from '../domain/convergence';
import type { PrincipalId, PrincipalType } from '../domain/ids';
import {
  INVENTORY_PREFIX,
  type InventoryDocument,
  inventoryPartWrite,
  type OpenInventory,
  openInventoryKey,
  type UnmanagedAssignment,
  type UnmanagedPermissionSet,
  unmanagedPermissionSetWrite,
} from '../domain/inventory';
import { type Fence, fenceCheck } from '../domain/lease';
import { pairPartition, rowKey, rowsInAccount } from '../domain/ledger-row';
import type { Write } from '../domain/write';
import type { Clock, Deadline, UniqueId } from '../ports/clock';
import type { DocumentStore } from '../ports/document-store';
import { Unavailable } from '../ports/faults';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { InstanceReader } from '../ports/instance-reader';
import { queryAll, type Store } from '../ports/store';
import type { Found, WalkPosition } from '../walk/walk-assignments';

/** What an inventory leaves in the bucket. */
export interface InventoryDocuments {
  readonly lists: DocumentStore<readonly string[]>;
  readonly parts: DocumentStore<readonly UnmanagedAssignment[]>;
  readonly inventories: DocumentStore<InventoryDocument>;
}

export type OpenWalk = OpenInventory<WalkPosition>;

export interface InventoryContext {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly deadline: Deadline;
  readonly newId: UniqueId;
  readonly instance: InstanceReader;
  readonly directory: Pick<IdentityCenterReader, 'principalName'>;
  readonly inventoryDocuments: InventoryDocuments;
}

/** Assignments of a part, about 300 bytes each; a page of the API reads one part. */
const MOST_ASSIGNMENTS_OF_PART = 1_000;
/** AWS: a transaction takes up to 100 writes; some are left for the fence, the position and the part. */
const MOST_PERMISSION_SETS_AT_ONCE = 90;

/** Nobody is looked up any more when this much of the time of a step is left: what was found has to be written. */
const NAMES_UNTIL_MS = 30_000;

/** What a step found and did not write so far. */
export class InventoryFindings {
  private assignments: UnmanagedAssignment[] = [];
  private permissionSets: UnmanagedPermissionSet[] = [];
  private readonly names = new Map<PrincipalId, string | undefined>();

  constructor(
    private readonly context: InventoryContext,
    private readonly fence: Fence,
    /** As it will be after the next commit. */
    public open: OpenWalk,
  ) {}

  async note(found: Found): Promise<void> {
    if (found.kind === 'assignments') {
      this.assignments.push(...(await this.unmanagedOf(found)));
    } else if (!(await isManaged(this.context.store, found))) {
      const { permissionSetName, permissionSetArn } = found;
      this.permissionSets.push({ permissionSetName, permissionSetArn });
    }
    // Only now: what a fault kept from being noted is come by again.
    this.open = { ...this.open, position: found.after };
  }

  isFull(): boolean {
    return (
      this.assignments.length >= MOST_ASSIGNMENTS_OF_PART || this.permissionSets.length >= MOST_PERMISSION_SETS_AT_ONCE
    );
  }

  /** Writes what was found and how far it got, together. False: somebody else went on from there. */
  async commit(): Promise<boolean> {
    const { store, clock, newId, inventoryDocuments } = this.context;
    const { assignments, permissionSets } = this;
    const { inventoryId, parts } = this.open;
    const writes: Write[] = permissionSets.map((one) => unmanagedPermissionSetWrite(inventoryId, one, clock.now()));
    if (assignments.length > 0) {
      const document = `${INVENTORY_PREFIX}${inventoryId}/${newId()}.json`;
      await inventoryDocuments.parts.save(document, assignments);
      writes.push(inventoryPartWrite(inventoryId, parts + 1, document, clock.now()));
    }
    this.open = {
      ...this.open,
      parts: parts + (assignments.length > 0 ? 1 : 0),
      assignments: this.open.assignments + assignments.length,
      permissionSets: this.open.permissionSets + permissionSets.length,
    };
    this.assignments = [];
    this.permissionSets = [];
    writes.push(fenceCheck(this.fence), { at: openInventoryKey, put: { ...this.open } });
    return (await store.transact(writes)).applied;
  }

  /**
   * The ledger is read before and after the service: what is being removed has a row before, what is being created or
   * adopted has one after.
   */
  private async unmanagedOf(found: Found & { kind: 'assignments' }): Promise<UnmanagedAssignment[]> {
    const { store } = this.context;
    const { permissionSetArn, permissionSetName, accountId } = found;
    const inPair = { table: 'ledger', pk: rowsInAccount(accountId), sortPrefix: `${permissionSetArn}|` } as const;
    const before = new Set((await queryAll(store, inPair)).map(({ sk }) => sk));
    const assigned = (await found.assigned()).map((one) => ({ ...one, permissionSetArn, accountId }));
    const unknown = assigned.filter((one) => !before.has(pairPartition(one)));
    const managed = new Set((await store.getMany(unknown.map(rowKey))).map(({ pk }) => pk));
    const seenAt = new Date(this.context.clock.now()).toISOString();
    const unmanaged: UnmanagedAssignment[] = [];
    for (const one of unknown.filter((each) => !managed.has(pairPartition(each)))) {
      const principalName = await this.nameOf(one.principalType, one.principalId);
      const named = principalName === undefined ? {} : { principalName };
      unmanaged.push({ ...one, permissionSetName, ...named, seenAt });
    }
    return unmanaged;
  }

  /** A name is told where the directory tells it; nothing depends on it. */
  private async nameOf(type: PrincipalType, id: PrincipalId): Promise<string | undefined> {
    const { clock, deadline, directory } = this.context;
    if (this.names.has(id) || clock.now() > deadline - NAMES_UNTIL_MS) return this.names.get(id);
    const name = await directory.principalName(type, id).catch((fault: unknown) => {
      // It hides names, or does not answer at present.
      if (fault instanceof Unavailable) return undefined;
      throw fault;
    });
    this.names.set(id, name);
    return name;
  }
}

async function isManaged(store: Store, { permissionSetName }: UnmanagedPermissionSet): Promise<boolean> {
  const { ownership } = convergenceOf(permissionSetName, await store.get(convergenceKey(permissionSetName)));
  return ownership !== undefined;
}
