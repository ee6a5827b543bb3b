import { type AttributeValue, attributeOf, type Item, itemSize } from './attribute-value';
import { ItemCollection, type Place, type StoredItem } from './item-collection';
import type { IndexDefinition, TableDefinition } from './table-definition';
import type { TableStream } from './table-stream';

interface Index {
  readonly definition: IndexDefinition;
  readonly entries: ItemCollection;
}

/** AWS: items whose time is over by more than five years are not deleted, since that is probably a mistake. */
const LONGEST_EXPIRY_SECONDS = 5 * 365 * 24 * 3600;
/** AWS: expired items go "within a few days"; here within one simulated hour. */
const SWEEP_INTERVAL_MS = 3_600_000;

/** One table: its items and its index entries, always in step. */
export class Table {
  private readonly items: ItemCollection;
  private readonly indexes: readonly Index[];
  private nextSweep = 0;

  constructor(
    readonly definition: TableDefinition,
    readonly createdAt: number,
    readonly stream?: TableStream,
  ) {
    this.items = new ItemCollection(definition.key);
    this.indexes = definition.indexes.map((index) => ({ definition: index, entries: new ItemCollection(index.key) }));
  }

  get itemCount(): number {
    return this.items.size;
  }

  get primary(): ItemCollection {
    return this.items;
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.definition.name === name);
  }

  /** The item with the key of `key` (which may have further attributes), and its size. */
  stored(key: Item): StoredItem | undefined {
    const place = this.items.placeOf(key);
    return place && this.items.get(place);
  }

  /** Stores an item of `size` bytes whose keys have been checked. */
  put(item: Item, size: number): void {
    const place = this.requirePlace(item);
    const old = this.items.get(place)?.item;
    this.items.set(place, item, size);
    this.updateIndexes(place, old, item);
    this.stream?.note({ key: this.keyOf(item), ...(old && { old }), next: item, by: 'caller' });
  }

  /** `by`: the service deletes what expired. */
  delete(key: Item, by: 'caller' | 'service' = 'caller'): void {
    const place = this.requirePlace(key);
    const old = this.items.get(place)?.item;
    if (!old) return;
    this.items.delete(place);
    this.updateIndexes(place, old, undefined);
    this.stream?.note({ key: this.keyOf(old), old, by });
  }

  /** The primary key of an item or index entry. */
  keyOf(item: Item): Item {
    return pick(item, keyNames(this.definition));
  }

  /** The attributes by which a read of the index (or the table) goes on after `item`. */
  startKeyOf(item: Item, index: IndexDefinition | undefined): Item {
    return pick(item, [...keyNames(this.definition), ...(index ? keyNames(index) : [])]);
  }

  /** Text that tells this item from every other of the table. */
  identityOf(key: Item): string {
    const place = this.requirePlace(key);
    return identity(place);
  }

  /** Deletes what expired, at most once in a simulated hour. */
  sweep(now: number): void {
    const attribute = this.definition.timeToLiveAttribute;
    if (attribute === undefined || now < this.nextSweep) return;
    this.nextSweep = now + SWEEP_INTERVAL_MS;
    const expired: Item[] = [];
    for (const { item } of this.items.all()) {
      if (isExpired(attributeOf(item, attribute), now / 1000)) expired.push(item);
    }
    for (const item of expired) this.delete(item, 'service');
  }

  private requirePlace(item: Item): Place {
    const place = this.items.placeOf(item);
    if (!place) throw new Error('an item without key');
    return place;
  }

  private updateIndexes(place: Place, old: Item | undefined, item: Item | undefined): void {
    const tie = identity(place);
    for (const { definition, entries } of this.indexes) {
      const oldPlace = old && entries.placeOf(old, tie);
      const newPlace = item && entries.placeOf(item, tie);
      const stays = oldPlace !== undefined && newPlace !== undefined && samePlace(oldPlace, newPlace);
      if (oldPlace && !stays) entries.delete(oldPlace);
      // An entry that holds nothing but the keys is the same as long as its place is.
      if (!newPlace || (stays && definition.projection === 'KEYS_ONLY')) continue;
      const entry = this.projected(item, definition);
      entries.set(newPlace, entry, itemSize(entry));
    }
  }

  private projected(item: Item, index: IndexDefinition): Item {
    if (index.projection === 'ALL') return item;
    return pick(item, [...keyNames(this.definition), ...keyNames(index), ...index.nonKeyAttributes]);
  }
}

function identity(place: Place): string {
  return `${place.partition.length}:${place.partition}${place.at.order}`;
}

function samePlace(left: Place, right: Place): boolean {
  return left.partition === right.partition && left.at.order === right.at.order;
}

function keyNames({ key }: TableDefinition | IndexDefinition): readonly string[] {
  return key.sort ? [key.partition.name, key.sort.name] : [key.partition.name];
}

function pick(item: Item, names: readonly string[]): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value) picked[name] = value;
  }
  return picked;
}

function isExpired(value: AttributeValue | undefined, nowSeconds: number): boolean {
  if (!value || !('N' in value)) return false;
  const expiresAt = Number(value.N);
  return expiresAt < nowSeconds && expiresAt > nowSeconds - LONGEST_EXPIRY_SECONDS;
}
