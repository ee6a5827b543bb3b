/** In an answer that a document shows, this stands for any value. */
const ANYTHING = '…';
/** As the last entry of a list: any number of further entries. */
const MORE = '… more';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Ids as a document shows them, with what they were in this run. */
export type SeenIds = Map<string, string>;

/**
 * Where an answer differs from the part of it that a document shows, as `path: expected …, got …`. What the document
 * leaves out is not compared. UUIDs and times differ from run to run: they are compared by their form, and a UUID that
 * was shown before must be the same one again.
 */
export function differences(shown: unknown, answered: unknown, ids: SeenIds = new Map(), path = ''): string[] {
  if (shown === ANYTHING && answered !== undefined) return [];
  if (Array.isArray(shown)) return listDifferences(shown, answered, ids, path);
  if (isObject(shown)) {
    if (!isObject(answered)) return [different(path, shown, answered)];
    return Object.entries(shown).flatMap(([key, value]) => differences(value, answered[key], ids, `${path}.${key}`));
  }
  return isSame(shown, answered, ids) ? [] : [different(path, shown, answered)];
}

function listDifferences(shown: readonly unknown[], answered: unknown, ids: SeenIds, path: string): string[] {
  const isOpen = shown.at(-1) === MORE;
  const entries = isOpen ? shown.slice(0, -1) : shown;
  const isFit =
    Array.isArray(answered) && (isOpen ? answered.length >= entries.length : answered.length === entries.length);
  if (!isFit) return [different(path, shown, answered)];
  return entries.flatMap((value, index) => differences(value, answered[index], ids, `${path}[${index}]`));
}

function isSame(shown: unknown, answered: unknown, ids: SeenIds): boolean {
  if (typeof shown !== 'string' || typeof answered !== 'string') return Object.is(shown, answered);
  if (TIMESTAMP.test(shown)) return TIMESTAMP.test(answered);
  if (!UUID.test(shown)) return shown === answered;
  if (!UUID.test(answered)) return false;
  const known = ids.get(shown);
  ids.set(shown, answered);
  return known === undefined || known === answered;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function different(path: string, shown: unknown, answered: unknown): string {
  return `${path || 'answer'}: expected ${JSON.stringify(shown)}, got ${JSON.stringify(answered)?.slice(0, 2_000)}`;
}
