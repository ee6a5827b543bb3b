import { UNTOLD } from '../../lambda/domain/link-of-assignment';
import { documentOf } from '../../lambda/domain/live-permission-set';
import { PARTS } from '../../lambda/domain/permission-set-definition';
import type { ReadEntry, ReadPermissionSet } from '../../lambda/domain/region-switch';
import { type NameOf, namesFrom } from '../../lambda/import/principal-names';
import type { DocumentStore } from '../../lambda/ports/document-store';
import { Missing } from '../../lambda/ports/faults';
import type { IdentityCenterReader } from '../../lambda/ports/identity-center-reader';
import type { InstanceReader } from '../../lambda/ports/instance-reader';
import type { PermissionSetReader } from '../../lambda/ports/permission-set-reader';
import { beginWalk, type Found, type WalkPosition, walkAssignments } from '../../lambda/walk/walk-assignments';

/** What is read of an Identity Center: permission sets with all their parts, assignments, names of principals. */
export interface InstanceReaders {
  readonly instance: InstanceReader;
  readonly permissionSets: Pick<PermissionSetReader, 'read'>;
  readonly directory: Pick<IdentityCenterReader, 'principalName' | 'findPrincipal'>;
}

/** How far a reading got, and where what it found lies. */
export interface Progress {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly position: WalkPosition;
  /** Keys of lists of entries. */
  readonly parts: readonly string[];
}

/** Where a reading keeps how far it got. */
export interface ReadingWorld {
  readonly readers: InstanceReaders;
  readonly lists: DocumentStore<readonly string[]>;
  readonly parts: DocumentStore<readonly ReadEntry[]>;
  /** What an earlier attempt left; nothing to begin anew. */
  readonly open: () => Promise<Progress | undefined>;
  readonly keep: (progress: Progress) => Promise<void>;
  readonly newKey: () => string;
  readonly now: () => number;
}

export interface Reading {
  /** When it began, epoch milliseconds. */
  readonly startedAt: number;
  readonly entries: readonly ReadEntry[];
}

/** Entries after which it is noted how far a reading got: about a minute of calls at the pace of a reader. */
const ENTRIES_OF_PART = 200;

/** Reads everything that an Identity Center holds, whoever made it, and goes on where an interrupted reading stopped. */
export async function readIdentityCenter(world: ReadingWorld): Promise<Reading> {
  const { readers, lists, parts, now } = world;
  const walk = { instance: readers.instance, lists, newListKey: world.newKey };
  let progress = (await world.open()) ?? { startedAt: now(), position: await beginWalk(walk), parts: [] };
  let entries: ReadEntry[] = [];
  const keep = async (position: WalkPosition) => {
    const part = world.newKey();
    await parts.save(part, entries);
    progress = { ...progress, position, parts: [...progress.parts, part] };
    await world.keep(progress);
    entries = [];
  };
  const nameOf = namesFrom(readers.directory);
  let { position } = progress;
  for await (const found of walkAssignments(walk, position)) {
    entries.push(...(await entriesOf(readers, found, nameOf)));
    position = found.after;
    if (entries.length >= ENTRIES_OF_PART) await keep(position);
  }
  await keep(position);
  const all: ReadEntry[] = [];
  for (const part of progress.parts) all.push(...(await parts.load(part)));
  return { startedAt: progress.startedAt, entries: all };
}

async function entriesOf(readers: InstanceReaders, found: Found, nameOf: NameOf): Promise<readonly ReadEntry[]> {
  if (found.kind === 'permissionSet') return permissionSetOf(readers, found);
  const { accountId, permissionSetName } = found;
  const entries: ReadEntry[] = [];
  for (const { principalType, principalId } of await found.assigned()) {
    const name = await nameOf(principalType, principalId);
    const named = name === UNTOLD ? { isUntold: true as const } : name === undefined ? {} : { principalName: name };
    entries.push({ kind: 'assignment', accountId, permissionSetName, principalType, principalId, ...named });
  }
  return entries;
}

/** Nothing of one that somebody deleted since it was listed. */
async function permissionSetOf(
  { permissionSets }: InstanceReaders,
  { permissionSetName, permissionSetArn }: Found,
): Promise<readonly ReadPermissionSet[]> {
  try {
    const live = await permissionSets.read(permissionSetArn, PARTS);
    const parsed = documentOf(permissionSetName, live);
    const read = { kind: 'permissionSet', permissionSetName } as const;
    if (!parsed.ok) {
      return [{ ...read, why: parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('; ') }];
    }
    const undescribed = live.description === undefined ? { isUndescribed: true as const } : {};
    return [{ ...read, document: parsed.value, ...undescribed }];
  } catch (fault) {
    if (fault instanceof Missing) return [];
    throw fault;
  }
}
