import type { Item, Page, PageKey } from '../ports/store';
import type { PagePosition } from './page-token';

/** One way to read stored items a page at a time; a listing reads its sources one after the other. */
export type Source = (limit: number, after: PageKey | undefined) => Promise<Page<Item>>;

export interface Listing<T> {
  readonly entries: readonly T[];
  readonly next?: PagePosition;
}

/** Entries of one answer. An assignment is about 500 bytes; AWS: a Lambda proxy answer has at most 6 MB. */
export const PAGE_ENTRIES = 100;

/** Reads per answer: a filter that matches little answers early with a token instead of running into the time limit. */
const MOST_READS = 20;

/**
 * Reads sources from a position on until the page is full, the sources end or enough was read. `select` turns the
 * items of one read into entries; it may leave items out but not add any, so that a page never overflows.
 */
export async function readPages<T>(
  sources: readonly Source[],
  start: PagePosition,
  select: (items: readonly Item[]) => Promise<readonly T[]>,
): Promise<Listing<T>> {
  const entries: T[] = [];
  let position: PagePosition | undefined = start;
  for (let read = 0; position && read < MOST_READS && entries.length < PAGE_ENTRIES; read += 1) {
    const source: Source | undefined = sources[position.source];
    if (!source) return { entries };
    const page: Page<Item> = await source(PAGE_ENTRIES - entries.length, position.after);
    entries.push(...(await select(page.items)));
    position = following(position, page.next, sources.length);
  }
  return { entries, ...(position ? { next: position } : {}) };
}

function following({ source }: PagePosition, next: PageKey | undefined, sources: number): PagePosition | undefined {
  if (next) return { source, after: next };
  return source + 1 < sources ? { source: source + 1 } : undefined;
}
