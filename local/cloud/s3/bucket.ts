import { orderingKey } from '../dynamodb/ordering';
import { SortedEntries, type SortedEntry } from '../dynamodb/sorted-entries';
import type { PolicyDocument } from '../service';
import type { BucketDefinition } from './bucket-definition';
import type { ObjectVersion, StoredObject } from './object-version';

/** All versions of one key, newest first; never empty. */
export interface KeyEntry extends SortedEntry {
  readonly key: string;
  readonly versions: readonly ObjectVersion[];
}

/** One bucket: keys in the order of their UTF-8 bytes, each with its versions. */
export class Bucket {
  policy: PolicyDocument | undefined;
  private readonly entries = new SortedEntries<KeyEntry>();

  constructor(
    readonly definition: BucketDefinition,
    readonly createdAt: number,
  ) {}

  /** The newest version, or the one that is named. */
  version(key: string, versionId?: string): ObjectVersion | undefined {
    const versions = this.entries.get(placeOf(key))?.versions ?? [];
    return versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  }

  /** The object that is there now. */
  current(key: string): StoredObject | undefined {
    const version = this.version(key);
    return version && !version.isDeleteMarker ? version : undefined;
  }

  /** Puts a version on top; one of the same id (`null`, without versioning) gives way. */
  add(key: string, version: ObjectVersion): void {
    const others = this.others(key, version.versionId);
    this.entries.set({ ...placeOf(key), key, versions: [version, ...others] });
  }

  /** Removes one version for good. */
  remove(key: string, versionId: string): void {
    const versions = this.others(key, versionId);
    if (versions.length > 0) this.entries.set({ ...placeOf(key), key, versions });
    else this.entries.delete(placeOf(key));
  }

  /** Keys from `key` on (it included), in order. */
  from(key?: string): Generator<KeyEntry> {
    return this.entries.upwards(key === undefined ? undefined : placeOf(key));
  }

  private others(key: string, versionId: string): readonly ObjectVersion[] {
    const versions = this.entries.get(placeOf(key))?.versions ?? [];
    return versions.filter((version) => version.versionId !== versionId);
  }
}

function placeOf(key: string): SortedEntry {
  return { order: orderingKey({ S: key }), tie: '' };
}
