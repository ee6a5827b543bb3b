import type { StoredObject } from './object-version';
import { noSuchKey, notModified, preconditionFailed } from './s3-fault';

type Input = Readonly<Record<string, unknown>>;

/** Conditional writes: `If-None-Match: *` wants no object there, `If-Match` the object with that ETag. */
export function checkWriteConditions(input: Input, key: string, current: StoredObject | undefined): void {
  if (input.IfNoneMatch !== undefined && current) throw preconditionFailed('If-None-Match');
  if (input.IfMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(input.IfMatch, current)) throw preconditionFailed('If-Match');
}

/** Conditional reads by ETag and time. */
export function checkReadConditions(input: Input, object: StoredObject): void {
  if (input.IfMatch !== undefined && !matches(input.IfMatch, object)) throw preconditionFailed('If-Match');
  if (input.IfNoneMatch !== undefined && matches(input.IfNoneMatch, object)) throw notModified();
  const seconds = Math.floor(object.lastModified / 1000);
  if (input.IfMatch === undefined && isBefore(input.IfUnmodifiedSince, seconds)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const isUnchanged = input.IfModifiedSince !== undefined && !isBefore(input.IfModifiedSince, seconds);
  if (input.IfNoneMatch === undefined && isUnchanged) throw notModified();
}

function matches(condition: unknown, object: StoredObject): boolean {
  return condition === '*' || String(condition).replaceAll('"', '') === object.etag.replaceAll('"', '');
}

function isBefore(time: unknown, seconds: number): boolean {
  if (time === undefined) return false;
  return Math.floor(new Date(time as string | Date).getTime() / 1000) < seconds;
}
