/** What a sorted list holds: entries are ordered by `order`, then by `tie`. */
export interface SortedEntry {
  readonly order: string;
  /** Tells apart entries of the same order (index entries of different items); empty where there can be none. */
  readonly tie: string;
}

/** Large enough to keep few chunks, small enough that an insertion moves little. */
const CHUNK_SIZE = 512;

/** Entries in order, in chunks, so that an insertion into a long list stays cheap. */
export class SortedEntries<E extends SortedEntry> {
  private readonly chunks: E[][] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Inserts the entry, or replaces the one at its place. */
  set(entry: E): void {
    const chunkIndex = Math.min(this.chunkOf(entry), Math.max(0, this.chunks.length - 1));
    const chunk = this.chunks[chunkIndex];
    if (!chunk) {
      this.chunks.push([entry]);
      this.count = 1;
      return;
    }
    const index = firstNotBefore(chunk, entry);
    const found = chunk[index];
    if (found && compareEntries(found, entry) === 0) {
      chunk[index] = entry;
      return;
    }
    chunk.splice(index, 0, entry);
    this.count++;
    if (chunk.length > CHUNK_SIZE) this.chunks.splice(chunkIndex + 1, 0, chunk.splice(CHUNK_SIZE / 2));
  }

  get(place: SortedEntry): E | undefined {
    const chunk = this.chunks[this.chunkOf(place)];
    const found = chunk?.[firstNotBefore(chunk, place)];
    return found && compareEntries(found, place) === 0 ? found : undefined;
  }

  delete(place: SortedEntry): void {
    const chunkIndex = this.chunkOf(place);
    const chunk = this.chunks[chunkIndex];
    if (!chunk) return;
    const index = firstNotBefore(chunk, place);
    const found = chunk[index];
    if (!found || compareEntries(found, place) !== 0) return;
    chunk.splice(index, 1);
    this.count--;
    if (chunk.length === 0) this.chunks.splice(chunkIndex, 1);
  }

  /** From the first entry that is not before `start` (or from the beginning), upwards. */
  *upwards(start?: SortedEntry): Generator<E> {
    let chunkIndex = start ? this.chunkOf(start) : 0;
    const first = this.chunks[chunkIndex];
    let index = start && first ? firstNotBefore(first, start) : 0;
    for (let chunk = this.chunks[chunkIndex]; chunk; chunk = this.chunks[++chunkIndex]) {
      for (let entry = chunk[index]; entry; entry = chunk[++index]) yield entry;
      index = 0;
    }
  }

  /** From the last entry that is not after `start` (or from the end), downwards. */
  *downwards(start?: SortedEntry): Generator<E> {
    let chunkIndex = start ? Math.min(this.chunkOf(start), this.chunks.length - 1) : this.chunks.length - 1;
    let chunk = this.chunks[chunkIndex];
    let index = chunk ? (start ? lastNotAfter(chunk, start) : chunk.length - 1) : -1;
    while (chunk) {
      for (let entry = chunk[index]; entry; entry = chunk[--index]) yield entry;
      chunk = this.chunks[--chunkIndex];
      index = (chunk?.length ?? 0) - 1;
    }
  }

  /** Index of the first chunk whose last entry is not before `place`; the number of chunks if there is none. */
  private chunkOf(place: SortedEntry): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.chunks[middle]?.at(-1);
      if (last && compareEntries(last, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function compareEntries(left: SortedEntry, right: SortedEntry): number {
  if (left.order !== right.order) return left.order < right.order ? -1 : 1;
  if (left.tie === right.tie) return 0;
  return left.tie < right.tie ? -1 : 1;
}

function firstNotBefore(chunk: readonly SortedEntry[], place: SortedEntry): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = chunk[middle];
    if (entry && compareEntries(entry, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastNotAfter(chunk: readonly SortedEntry[], place: SortedEntry): number {
  const index = firstNotBefore(chunk, place);
  const entry = chunk[index];
  return entry && compareEntries(entry, place) === 0 ? index : index - 1;
}
