import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from './ids';
import type { Item, Key, Write } from './write';

/** An account assignment that is there and that the ledger does not show as ours. */
export interface UnmanagedAssignment {
  readonly accountId: AccountId;
  readonly permissionSetName: PermissionSetName;
  readonly permissionSetArn: PermissionSetArn;
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
  /** What the directory calls the principal; absent when it knows none of this id, or hides the name. */
  readonly principalName?: string;
  /** ISO 8601. */
  readonly seenAt: string;
}

/** A permission set that is there and not ours. */
export interface UnmanagedPermissionSet {
  readonly permissionSetName: PermissionSetName;
  readonly permissionSetArn: PermissionSetArn;
}

/** How much of an instance is not managed, and when it was looked at. */
export interface InventorySummary {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly assignments: number;
  readonly permissionSets: number;
}

/** An inventory that is finished. What it lists lies in its parts. */
export interface Inventory extends InventorySummary {
  readonly inventoryId: string;
  readonly parts: number;
}

/** One that is being taken, by one step after the other; `Position` is where the next one goes on. */
export interface OpenInventory<Position> {
  readonly inventoryId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly position: Position;
  readonly parts: number;
  readonly assignments: number;
  readonly permissionSets: number;
}

/** What is written for people who read the bucket. */
export interface InventoryDocument extends InventorySummary {
  readonly unmanagedPermissionSets: readonly UnmanagedPermissionSet[];
  /** Keys of the parts, each a list of unmanaged assignments. */
  readonly parts: readonly string[];
}

/** Where in the bucket inventories lie, and which key says what is in the last one. */
export const INVENTORY_PREFIX = 'inventory/';
export const LAST_INVENTORY_DOCUMENT = `${INVENTORY_PREFIX}latest.json`;

/** As long as the bucket keeps what the items tell of. */
const KEPT_DAYS = 365;
const DAY_MS = 86_400_000;

const INVENTORY = 'INVENTORY';
export const PART_PREFIX = 'PART#';
export const PERMISSION_SET_PREFIX = 'SET#';

export const lastInventoryKey: Key = { table: 'control', pk: INVENTORY, sk: 'LAST' };
export const openInventoryKey: Key = { table: 'control', pk: INVENTORY, sk: 'OPEN' };

export function inventoryPartition(inventoryId: string): string {
  return `${INVENTORY}#${inventoryId}`;
}

export function inventoryOf(item: Item | undefined): Inventory | undefined {
  return item as Inventory | undefined;
}

/** Parts are counted from 1. */
export function inventoryPartKey(inventoryId: string, part: number): Key {
  const sk = `${PART_PREFIX}${String(part).padStart(6, '0')}`;
  return { table: 'control', pk: inventoryPartition(inventoryId), sk };
}

/** Notes under which key of the bucket a part lies, and what it is good for; written at `now` (epoch milliseconds). */
export function inventoryPartWrite(inventoryId: string, part: number, document: string, now: number): Write {
  return { at: inventoryPartKey(inventoryId, part), put: { document, expiresAt: expiry(now) } };
}

export function unmanagedPermissionSetWrite(inventoryId: string, found: UnmanagedPermissionSet, now: number): Write {
  const sk = `${PERMISSION_SET_PREFIX}${found.permissionSetName}`;
  return {
    at: { table: 'control', pk: inventoryPartition(inventoryId), sk },
    put: { ...found, expiresAt: expiry(now) },
  };
}

function expiry(now: number): number {
  return Math.floor((now + KEPT_DAYS * DAY_MS) / 1000);
}

const EVERY_DAYS = 7;

/** Whether passes that nobody asked for take an inventory by themselves: there is none that is younger than a week. */
export function isInventoryDue(last: Inventory | undefined, now: number): boolean {
  return last === undefined || Date.parse(last.finishedAt) + EVERY_DAYS * DAY_MS <= now;
}

/** In words, for a request. */
export function inventoryText(inventory: InventorySummary): string {
  const { startedAt, finishedAt, assignments, permissionSets } = inventory;
  return `The inventory of what is not managed, taken from ${startedAt} to ${finishedAt}, lists ${assignments} assignments and ${permissionSets} permission sets: GET /assignments?managed=false, or ${LAST_INVENTORY_DOCUMENT} in the artefacts bucket.`;
}
