import type { PermissionSetName } from './ids';

/** Permission sets that others look after (`Protected`): they are never taken over. */
export interface Protection {
  readonly namePrefixes: readonly string[];
  /** A tag without a value protects whatever its value is. */
  readonly tags: readonly { readonly Key: string; readonly Value?: string }[];
}

/** Why a permission set may not be taken over by its name alone; nothing when it may. */
export function protectedName(name: PermissionSetName, { namePrefixes }: Protection): string | undefined {
  const prefix = namePrefixes.find((beginning) => name.startsWith(beginning));
  return prefix === undefined
    ? undefined
    : `${name} is protected: names that begin with ${prefix} are (Protected.NamePrefixes)`;
}

/** Why a permission set that exists may not be taken over; nothing when it may. */
export function protectedTags(
  name: PermissionSetName,
  tags: ReadonlyMap<string, string>,
  protection: Protection,
): string | undefined {
  const found = protection.tags.find(
    ({ Key, Value }) => tags.has(Key) && (Value === undefined || tags.get(Key) === Value),
  );
  return found && `${name} is protected: it carries the tag ${found.Key} (Protected.Tags)`;
}
