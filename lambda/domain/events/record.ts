/** Reading of JSON that nobody vouches for: what is not as expected is as if it were not there. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of nested objects: `at(detail, 'responseElements', 'group', 'groupId')`. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isFields(inner) ? inner[name] : undefined), value);
}

/** The first of the paths at which there is a text that fits. */
export function textAt(value: unknown, fits: RegExp, ...paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    const found = at(value, ...path);
    if (typeof found === 'string' && fits.test(found)) return found;
  }
  return undefined;
}
