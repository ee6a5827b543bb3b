import { createHash } from 'node:crypto';
import type { Retention } from './object-lock';

/** What a caller stores beside the bytes; names as in the SDK. */
export interface ObjectDescription {
  readonly ContentType: string;
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly Metadata: Readonly<Record<string, string>>;
  /** `ChecksumCRC32` and so on, as the caller sent them. */
  readonly checksums: Readonly<Record<string, string>>;
}

export interface StoredObject {
  readonly isDeleteMarker: false;
  /** `null` (the word) for what was stored without versioning. */
  readonly versionId: string;
  /** Simulated milliseconds. */
  readonly lastModified: number;
  readonly body: Buffer;
  /** With its quotation marks. */
  readonly etag: string;
  readonly description: ObjectDescription;
  /** Customer managed key it is encrypted with. */
  readonly keyArn?: string;
  readonly retention?: Retention;
}

export interface DeleteMarker {
  readonly isDeleteMarker: true;
  readonly versionId: string;
  readonly lastModified: number;
}

export type ObjectVersion = StoredObject | DeleteMarker;

/** AWS: the ETag of an object that is not encrypted with KMS is the MD5 of its content; else it is not. */
export function etagOf(body: Buffer, keyArn: string | undefined, salt: string): string {
  const hash = createHash('md5').update(body);
  if (keyArn !== undefined) hash.update(keyArn).update(salt);
  return `"${hash.digest('hex')}"`;
}
