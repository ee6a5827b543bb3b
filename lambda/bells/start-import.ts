import { lastImportKey, startedImportKey } from '../domain/import-report';
import type { Clock } from '../ports/clock';
import type { ImportStarter } from '../ports/import-starter';
import type { Store } from '../ports/store';

export interface ImportStartWorld {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  /** Absent: the configuration asks for no import. */
  readonly importStarter?: ImportStarter;
}

/** One that failed, for instance since another stack was not deployed yet, is started again after this. */
const TRY_AGAIN_MS = 3_600_000;

/** Starts the import that the configuration asks for, until one has come to its end; answers whether it did so now. */
export async function startImport({ store, clock, importStarter }: ImportStartWorld): Promise<boolean> {
  if (importStarter === undefined) return false;
  const known = await store.getMany([lastImportKey, startedImportKey]);
  if (known.some(({ sk }) => sk === lastImportKey.sk)) return false;
  const now = clock.now();
  const [started] = known;
  const at = typeof started?.at === 'number' ? started.at : undefined;
  if (at !== undefined && at + TRY_AGAIN_MS > now) return false;
  // One that was started twice waits for the other, and then finds that it has ended.
  await importStarter.start();
  await store.transact([{ at: startedImportKey, put: { at: now } }]);
  return true;
}
