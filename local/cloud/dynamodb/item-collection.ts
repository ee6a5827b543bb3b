import { type AttributeValue, attributeOf, type Item } from './attribute-value';
import { orderingKey } from './ordering';
import { SortedEntries, type SortedEntry } from './sorted-entries';
import type { KeySchema } from './table-definition';

/** An item at its place in a table or index. */
export interface StoredItem extends SortedEntry {
  readonly item: Item;
  /** Bytes. */
  readonly size: number;
}

interface Partition extends SortedEntry {
  readonly items: SortedEntries<StoredItem>;
}

/** Where an item is in a table or index: its partition, and its place there. */
export interface Place {
  readonly partition: string;
  readonly at: SortedEntry;
}

/**
 * The items of a table or index: partitions by key, each with its items in order of the sort key. A scan meets the
 * partitions in the order of a hash of their keys, as on AWS: no order that a program could rely on.
 */
export class ItemCollection {
  private readonly partitions = new Map<string, Partition>();
  private readonly scanOrder = new SortedEntries<Partition>();
  private items = 0;

  constructor(readonly key: KeySchema) {}

  get size(): number {
    return this.items;
  }

  /** Where an item (or key) belongs; undefined if it lacks a key attribute. `tie` tells index entries apart. */
  placeOf(item: Item, tie = ''): Place | undefined {
    const partition = attributeOf(item, this.key.partition.name);
    const sort = this.key.sort && attributeOf(item, this.key.sort.name);
    if (!partition || (this.key.sort && !sort)) return undefined;
    return { partition: orderingKey(partition), at: { order: sort ? orderingKey(sort) : '', tie } };
  }

  get(place: Place): StoredItem | undefined {
    return this.partitions.get(place.partition)?.items.get(place.at);
  }

  set(place: Place, item: Item, size: number): void {
    let partition = this.partitions.get(place.partition);
    if (!partition) {
      partition = { order: hashOf(place.partition), tie: place.partition, items: new SortedEntries() };
      this.partitions.set(place.partition, partition);
      this.scanOrder.set(partition);
    }
    const before = partition.items.size;
    partition.items.set({ order: place.at.order, tie: place.at.tie, item, size });
    this.items += partition.items.size - before;
  }

  delete(place: Place): void {
    const partition = this.partitions.get(place.partition);
    if (!partition) return;
    const before = partition.items.size;
    partition.items.delete(place.at);
    this.items += partition.items.size - before;
    if (partition.items.size > 0) return;
    this.partitions.delete(place.partition);
    this.scanOrder.delete(partition);
  }

  /** The items of one partition, from `start` on. */
  ofPartition(key: AttributeValue, forward: boolean, start?: SortedEntry): Generator<StoredItem> {
    const items = this.partitions.get(orderingKey(key))?.items ?? new SortedEntries<StoredItem>();
    return forward ? items.upwards(start) : items.downwards(start);
  }

  /** All items after `after`, of the hash range of one of `segments` parallel scans. */
  *all(after?: Place, segment = 0, segments = 1): Generator<StoredItem> {
    const first = segmentStart(segment, segments);
    const start = after ? { order: hashOf(after.partition), tie: after.partition } : { order: first, tie: '' };
    const end = segment + 1 < segments ? segmentStart(segment + 1, segments) : undefined;
    for (const partition of this.scanOrder.upwards(start)) {
      if (end !== undefined && partition.order >= end) return;
      const resumes = after !== undefined && partition.tie === after.partition;
      for (const stored of partition.items.upwards(resumes ? after.at : undefined)) {
        if (!(resumes && stored.order === after.at.order && stored.tie === after.at.tie)) yield stored;
      }
    }
  }
}

const HASH_DIGITS = 8;

/** FNV-1a, then mixed, so that similar keys lie far apart. */
function hashOf(partition: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < partition.length; index++) {
    hash = Math.imul(hash ^ partition.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(HASH_DIGITS, '0');
}

function segmentStart(segment: number, segments: number): string {
  return Math.ceil((16 ** HASH_DIGITS * segment) / segments)
    .toString(16)
    .padStart(HASH_DIGITS, '0');
}
