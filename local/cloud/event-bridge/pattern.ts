import { isRecord } from '../../assembly/resource';
import { invalidPattern } from './invalid-pattern';
import { type LeafMatcher, leafMatcher } from './leaf-matcher';

/** True when an event matches. */
export type PatternMatcher = (event: unknown) => boolean;

/** AWS: a pattern may stand for at most 1,000 combinations of `$or` branches. */
const OR_COMBINATIONS = 1000;

/**
 * Compiles an event pattern.
 * @throws ServiceFault InvalidEventPatternException, which names what is wrong
 */
export function compilePattern(pattern: unknown): PatternMatcher {
  if (!isRecord(pattern) || Object.keys(pattern).length === 0) throw invalidPattern('it must be a non-empty object');
  if (combinations(pattern) > OR_COMBINATIONS) throw invalidPattern('$or has too many combinations');
  return compileObject(pattern, '');
}

function compileObject(pattern: Readonly<Record<string, unknown>>, path: string): PatternMatcher {
  const matchers = Object.entries(pattern).map(([name, value]) => compileField(name, value, path));
  return (event) => matchers.every((matches) => matches(event));
}

function compileField(name: string, value: unknown, path: string): PatternMatcher {
  const at = `${path}/${name}`;
  if (name === '$or' && isOr(value)) {
    const alternatives = value.map((alternative) => compileObject(alternative, at));
    return (event) => alternatives.some((matches) => matches(event));
  }
  if (isRecord(value)) {
    if (Object.keys(value).length === 0) throw invalidPattern(`empty objects are not allowed at ${at}`);
    const inner = compileObject(value, at);
    return (event) => matchesInside(inner, memberOf(event, name));
  }
  if (!Array.isArray(value)) throw invalidPattern(`"${name}" must be an object or an array at ${at}`);
  if (value.length === 0) throw invalidPattern(`empty arrays are not allowed at ${at}`);
  const alternatives = value.map((alternative) => leafMatcher(alternative, at));
  return (event) => matchesLeaf(alternatives, memberOf(event, name));
}

/** AWS: `$or` is the operator only with at least two objects; else it is a field's name. */
function isOr(value: unknown): value is Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length >= 2 && value.every(isRecord);
}

function memberOf(event: unknown, name: string): unknown {
  return isRecord(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

/** AWS: inside an array of objects, one and the same element must match. */
function matchesInside(inner: PatternMatcher, value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 ? value.some((element) => inner(element)) : inner(value);
}

/** AWS: of an array in the event, one element must match. An object or an empty array is no leaf, so it is absent. */
function matchesLeaf(alternatives: readonly LeafMatcher[], value: unknown): boolean {
  const values: unknown[] = (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter(
    (leaf) => leaf !== undefined && !isRecord(leaf),
  );
  if (values.length === 0) return alternatives.some((matches) => matches(undefined));
  return values.some((leaf) => alternatives.some((matches) => matches(leaf)));
}

function combinations(pattern: Readonly<Record<string, unknown>>): number {
  return Object.entries(pattern).reduce((product, [name, value]) => {
    if (name === '$or' && isOr(value)) return product * value.reduce((sum, part) => sum + combinations(part), 0);
    return isRecord(value) ? product * combinations(value) : product;
  }, 1);
}
