/**
 * A map that can be read page by page while it changes. Every entry has a sequence number in order of insertion, and a
 * page is asked for by the last number seen: what is there throughout is delivered exactly once, however much is added
 * or removed in between. Nothing is scanned to find where a page begins.
 */

interface Entry<V> {
  readonly sequence: number;
  readonly key: string;
  value: V;
  removed: boolean;
}

export interface Page<V> {
  readonly items: V[];
  /** Pass it as `after` to get the next page; absent on the last one. */
  readonly next?: number;
}

export interface PageOptions<V> {
  /** Sequence number of the last entry already looked at; 0 begins at the first. */
  readonly after: number;
  readonly limit: number;
  readonly accepts?: (value: V) => boolean;
  /** Entries to look at before the page ends, found or not; unlimited when absent. */
  readonly scanLimit?: number;
}

/** Below this many entries, removed ones are not worth sweeping out. */
const SMALLEST_SWEEP = 32;

/** Up to so many entries are found by looking; most lists of a large organization never need an index. */
const LARGEST_WITHOUT_INDEX = 8;

export class PagedMap<V> {
  private byKey: Map<string, Entry<V>> | undefined;
  private entries: Entry<V>[] = [];
  private lastSequence = 0;
  private present = 0;

  get size(): number {
    return this.present;
  }

  has(key: string): boolean {
    return this.find(key) !== undefined;
  }

  get(key: string): V | undefined {
    return this.find(key)?.value;
  }

  /** A new key goes to the end; a known one keeps its place. */
  set(key: string, value: V): void {
    const known = this.find(key);
    if (known) {
      known.value = value;
      return;
    }
    this.lastSequence += 1;
    const entry: Entry<V> = { sequence: this.lastSequence, key, value, removed: false };
    this.entries.push(entry);
    this.present += 1;
    if (this.byKey) this.byKey.set(key, entry);
    else if (this.entries.length > LARGEST_WITHOUT_INDEX) this.byKey = this.indexed();
  }

  delete(key: string): boolean {
    const entry = this.find(key);
    if (!entry) return false;
    entry.removed = true;
    this.present -= 1;
    this.byKey?.delete(key);
    if (this.entries.length > SMALLEST_SWEEP && this.entries.length > 2 * this.present) {
      this.entries = this.entries.filter((candidate) => !candidate.removed);
    }
    return true;
  }

  *values(): Generator<V> {
    // A copy: entries may be swept out while a caller iterates.
    for (const entry of [...this.entries]) if (!entry.removed) yield entry.value;
  }

  page(options: PageOptions<V>): Page<V> {
    const items: V[] = [];
    let scanned = 0;
    let last = options.after;
    for (let index = this.indexAfter(options.after); index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (!entry || entry.removed) continue;
      if (items.length === options.limit || scanned === options.scanLimit) return { items, next: last };
      scanned += 1;
      last = entry.sequence;
      if (options.accepts?.(entry.value) ?? true) items.push(entry.value);
    }
    return { items };
  }

  private find(key: string): Entry<V> | undefined {
    if (this.byKey) return this.byKey.get(key);
    for (const entry of this.entries) if (entry.key === key && !entry.removed) return entry;
    return undefined;
  }

  private indexed(): Map<string, Entry<V>> {
    return new Map(this.entries.filter((entry) => !entry.removed).map((entry) => [entry.key, entry]));
  }

  private indexAfter(sequence: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.entries[middle]?.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
