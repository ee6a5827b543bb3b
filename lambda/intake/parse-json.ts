import { depthOf, repeatedKeys } from '../domain/json-text';
import type { Parsed, Problem } from '../domain/problem';

/** No document needs a dozen; code that walks through thousands runs out of stack. */
const MOST_LEVELS = 50;

/**
 * Reads JSON that somebody submitted. A key that stands twice is refused: parsers keep one of the two values, people may
 * have meant the other. `expected` tells what belongs there; problems of the text as a whole have the path `path`.
 */
export function parseJson(text: string | null | undefined, path: string, expected: string): Parsed<unknown> {
  // Editors may begin a file with a byte order mark.
  const json = (text ?? '').replace(/^\uFEFF/, '');
  if (json.trim() === '') return failed([{ path, message: `is missing: expected ${expected}` }]);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return failed([{ path, message: `is not JSON: expected ${expected}` }]);
  }
  const depth = depthOf(json);
  if (depth > MOST_LEVELS) {
    return failed([{ path, message: `expected at most ${MOST_LEVELS} objects and lists in each other, got ${depth}` }]);
  }
  const repeated = repeatedKeys(json).map((key) => ({ path: key, message: 'is given more than once' }));
  return repeated.length > 0 ? failed(repeated) : { ok: true, value };
}

/** `body.action` is called `action`; the body itself is called `body`. */
export function withoutRoot({ path, message }: Problem): Problem {
  return { path: path.startsWith('body.') ? path.slice('body.'.length) : path, message };
}

function failed(problems: Problem[]): Parsed<unknown> {
  return { ok: false, problems };
}
