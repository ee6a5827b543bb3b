import type { Answer } from '../api/answer';
import { invalid, notFound, ok } from '../api/answer';
import {
  type Inventory,
  inventoryOf,
  inventoryPartition,
  inventoryPartKey,
  lastInventoryKey,
  PERMISSION_SET_PREFIX,
  type UnmanagedAssignment,
} from '../domain/inventory';
import type { Item, Page, PageKey, Store } from '../ports/store';
import { type AssignmentFilters, fitsAssignment } from './assignment-filters';
import { printPageToken } from './page-token';
import { readPosition } from './query-parameters';
import type { QueryWorld } from './query-world';
import { readPages, type Source } from './read-pages';

const NONE = 'No inventory was taken so far: POST /full-pass?inventory=true takes one, and so does the schedule';

/** `GET /assignments?managed=false`: what the last inventory found assigned and not managed. */
export async function listUnmanagedAssignments(
  world: QueryWorld,
  requestId: string,
  filters: AssignmentFilters,
  nextToken: string | undefined,
): Promise<Answer> {
  const inventory = inventoryOf(await world.store.get(lastInventoryKey));
  if (inventory === undefined) return notFound(NONE, requestId);
  // A token is one of this inventory: the next one has other parts.
  const question = `unmanaged ${inventory.inventoryId} ${JSON.stringify(Object.entries(filters).sort())}`;
  const position = readPosition(nextToken, question, 1);
  if (!position.ok) return invalid(position.problems, requestId);
  const { entries, next } = await readPages([linesOf(world, inventory)], position.value, async (items) =>
    (items as unknown as Line[]).filter((line) => fitsAssignment(line, filters)).map(shownAssignment),
  );
  return ok({
    assignments: entries,
    inventory: shownInventory(inventory),
    ...(next ? { nextToken: printPageToken(next, question) } : {}),
  });
}

/** `GET /permission-sets?managed=false`: permission sets that the last inventory found and that are not managed. */
export async function listUnmanagedPermissionSets(
  store: Store,
  requestId: string,
  nextToken: string | undefined,
): Promise<Answer> {
  const inventory = inventoryOf(await store.get(lastInventoryKey));
  if (inventory === undefined) return notFound(NONE, requestId);
  const question = `unmanaged permission sets ${inventory.inventoryId}`;
  const position = readPosition(nextToken, question, 1);
  if (!position.ok) return invalid(position.problems, requestId);
  const pk = inventoryPartition(inventory.inventoryId);
  const query = { table: 'control', pk, sortPrefix: PERMISSION_SET_PREFIX } as const;
  const { entries, next } = await readPages(
    [(limit, after) => store.query({ ...query, limit, ...(after ? { after } : {}) })],
    position.value,
    async (items) => items.map(({ permissionSetName, permissionSetArn }) => ({ permissionSetName, permissionSetArn })),
  );
  return ok({
    permissionSets: entries,
    inventory: shownInventory(inventory),
    ...(next ? { nextToken: printPageToken(next, question) } : {}),
  });
}

/** An unmanaged assignment with where it stands: in which part, and which of its lines. */
type Line = UnmanagedAssignment & Item;

/** The lines of all parts as one source: a page is cut out of one part. */
function linesOf({ store, inventoryParts }: QueryWorld, { inventoryId, parts }: Inventory): Source {
  let loaded: { part: number; lines: readonly UnmanagedAssignment[] } | undefined;
  const load = async (part: number) => {
    if (loaded?.part === part) return loaded.lines;
    const item = await store.get(inventoryPartKey(inventoryId, part));
    const lines = item ? await inventoryParts.load(String(item.document)) : [];
    loaded = { part, lines };
    return lines;
  };
  return async (limit, after): Promise<Page<Item>> => {
    const { part, line } = placeOf(after);
    if (part > parts) return { items: [] };
    const lines = await load(part);
    const end = line + limit;
    const items = lines.slice(line, end).map((one): Line => ({ ...one, pk: String(part), sk: '' }));
    if (end < lines.length) return { items, next: { part: String(part), line: String(end) } };
    return { items, ...(part < parts ? { next: { part: String(part + 1), line: '0' } } : {}) };
  };
}

function placeOf(after: PageKey | undefined): { part: number; line: number } {
  return { part: Number(after?.part ?? 1), line: Number(after?.line ?? 0) };
}

function shownAssignment(line: Line): UnmanagedAssignment {
  const { accountId, permissionSetName, permissionSetArn, principalType, principalId, principalName, seenAt } = line;
  const named = principalName === undefined ? {} : { principalName };
  return { accountId, permissionSetName, permissionSetArn, principalType, principalId, ...named, seenAt };
}

function shownInventory({ startedAt, finishedAt, assignments, permissionSets }: Inventory) {
  return { startedAt, finishedAt, assignments, permissionSets };
}
