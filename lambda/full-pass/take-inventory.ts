import {
  INVENTORY_PREFIX,
  type Inventory,
  inventoryOf,
  inventoryPartition,
  LAST_INVENTORY_DOCUMENT,
  lastInventoryKey,
  openInventoryKey,
  PART_PREFIX,
  PERMISSION_SET_PREFIX,
  type UnmanagedPermissionSet,
} from '../domain/inventory';
import { type Fence, fenceCheck } from '../domain/lease';
import { queryAll, type Store } from '../ports/store';
import { beginWalk, type WalkWorld, walkAssignments } from '../walk/walk-assignments';
import { type InventoryContext, InventoryFindings, type OpenWalk } from './inventory-findings';

export type InventoryStep =
  /** Something is left for another step. */
  | { readonly state: 'again' }
  | { readonly state: 'finished'; readonly inventory: Inventory }
  /** Another attempt or run took the inventory up; what this one found is dropped. */
  | { readonly state: 'overtaken' };

/** A step stops when this much of its time is left. */
const RESERVED_MS = 60_000;
/**
 * One step of an inventory: goes on where the last one stopped, whichever pass that belonged to, and begins a new one
 * when none is open. It reads and lists; nothing is changed by what it finds.
 */
export async function takeInventory(context: InventoryContext, fence: Fence): Promise<InventoryStep> {
  const world = walkWorld(context);
  const open = (await openInventory(context)) ?? (await newInventory(context, world));
  const findings = new InventoryFindings(context, fence, open);
  try {
    for await (const found of walkAssignments(world, open.position)) {
      await findings.note(found);
      const isLate = context.clock.now() > context.deadline - RESERVED_MS;
      if ((isLate || findings.isFull()) && !(await findings.commit())) return { state: 'overtaken' };
      if (isLate) return { state: 'again' };
    }
  } catch (fault) {
    // The next attempt goes on from here instead of asking for all of it again.
    await findings.commit();
    throw fault;
  }
  if (!(await findings.commit())) return { state: 'overtaken' };
  return finish(context, fence, findings.open);
}

/** The last inventory that was finished, and whether one is being taken. */
export async function inventories(store: Store): Promise<{ last?: Inventory; isOpen: boolean }> {
  const last = inventoryOf(await store.get(lastInventoryKey));
  return { ...(last ? { last } : {}), isOpen: (await store.get(openInventoryKey)) !== undefined };
}

/** The inventory that was finished since the pass began: a step that is tried again tells of it, and takes no other one. */
export async function takenSince(store: Store, startedAt: string): Promise<InventoryStep | undefined> {
  const { last, isOpen } = await inventories(store);
  const isTaken = !isOpen && last !== undefined && Date.parse(last.finishedAt) >= Date.parse(startedAt);
  return isTaken ? { state: 'finished', inventory: last } : undefined;
}

async function openInventory({ store }: InventoryContext): Promise<OpenWalk | undefined> {
  return (await store.get(openInventoryKey)) as OpenWalk | undefined;
}

async function newInventory({ clock, newId }: InventoryContext, world: WalkWorld): Promise<OpenWalk> {
  const startedAt = new Date(clock.now()).toISOString();
  const position = await beginWalk(world);
  return { inventoryId: newId(), startedAt, position, parts: 0, assignments: 0, permissionSets: 0 };
}

function walkWorld({ instance, inventoryDocuments: { lists }, newId }: InventoryContext): WalkWorld {
  return { instance, lists, newListKey: () => `${INVENTORY_PREFIX}lists/${newId()}.json` };
}

/** The document for people first: whoever is told of the inventory finds it. */
async function finish(
  { store, clock, inventoryDocuments }: InventoryContext,
  fence: Fence,
  { inventoryId, startedAt, parts, assignments, permissionSets }: OpenWalk,
): Promise<InventoryStep> {
  const summary = { startedAt, finishedAt: new Date(clock.now()).toISOString(), assignments, permissionSets };
  const found = async (sortPrefix: string) =>
    queryAll(store, { table: 'control', pk: inventoryPartition(inventoryId), sortPrefix });
  await inventoryDocuments.inventories.save(LAST_INVENTORY_DOCUMENT, {
    ...summary,
    unmanagedPermissionSets: (await found(PERMISSION_SET_PREFIX)).map(shownPermissionSet),
    parts: (await found(PART_PREFIX)).map(({ document }) => String(document)),
  });
  const inventory: Inventory = { ...summary, inventoryId, parts };
  const { applied } = await store.transact([
    fenceCheck(fence),
    { at: lastInventoryKey, put: { ...inventory } },
    { at: openInventoryKey, delete: true },
  ]);
  return applied ? { state: 'finished', inventory } : { state: 'overtaken' };
}

function shownPermissionSet({ permissionSetName, permissionSetArn }: object & Record<string, unknown>) {
  return { permissionSetName, permissionSetArn } as UnmanagedPermissionSet;
}
