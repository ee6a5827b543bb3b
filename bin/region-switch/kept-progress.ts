import { randomUUID } from 'node:crypto';
import type { ReadEntry } from '../../lambda/domain/region-switch';
import type { DocumentStore } from '../../lambda/ports/document-store';
import type { BundleStore } from './bundle-store';
import type { InstanceReaders, Progress, ReadingWorld } from './read-identity-center';

const PREFIX = 'progress/';
const OPEN = `${PREFIX}open.json`;
const REMEMBERED = `${PREFIX}remembered.json`;

/** A reading that was interrupted longer ago than this is begun anew: too much may be otherwise since. */
const OLDEST_OPEN_MS = 24 * 3_600_000;

export interface KeptReading extends ReadingWorld {
  /** What was found before the reading began, also by an attempt that it goes on with. */
  remembered<T>(find: () => Promise<T>): Promise<T>;
}

/** A reading that keeps in a store how far it got. */
export function keptReading(store: BundleStore, readers: InstanceReaders, now: () => number): KeptReading {
  const open = async () => {
    const text = await store.read(OPEN);
    const progress = text === undefined ? undefined : (JSON.parse(text) as Progress);
    return progress && progress.startedAt + OLDEST_OPEN_MS > now() ? progress : undefined;
  };
  return {
    readers,
    lists: documentsOf<readonly string[]>(store),
    parts: documentsOf<readonly ReadEntry[]>(store),
    open,
    remembered: async <T>(find: () => Promise<T>) => {
      const text = (await open()) && (await store.read(REMEMBERED));
      if (text !== undefined) return JSON.parse(text) as T;
      const found = await find();
      await store.write(REMEMBERED, JSON.stringify(found));
      return found;
    },
    keep: (progress) => store.write(OPEN, JSON.stringify(progress)),
    newKey: () => `${PREFIX}${randomUUID()}.json`,
    now,
  };
}

/** A reading that is always done anew. */
export function freshReading(readers: InstanceReaders, now: () => number): ReadingWorld {
  return {
    readers,
    lists: inMemory<readonly string[]>(),
    parts: inMemory<readonly ReadEntry[]>(),
    open: async () => undefined,
    keep: async () => undefined,
    newKey: randomUUID,
    now,
  };
}

/** Once a bundle is written, its reading is of no more use. The mark goes first: without it the rest is not looked at. */
export async function forgetProgress(store: BundleStore): Promise<void> {
  await store.remove([OPEN]);
  await store.remove(await store.list(PREFIX));
}

function documentsOf<T>(store: BundleStore): DocumentStore<T> {
  return {
    save: (key, document) => store.write(key, JSON.stringify(document)),
    load: async (key) => {
      const text = await store.read(key);
      if (text === undefined)
        throw new Error(`${store.name}/${key} is missing: remove ${PREFIX} there and start again.`);
      return JSON.parse(text) as T;
    },
  };
}

function inMemory<T>(): DocumentStore<T> {
  const documents = new Map<string, T>();
  return {
    save: async (key, document) => {
      documents.set(key, document);
    },
    load: async (key) => documents.get(key) as T,
  };
}
