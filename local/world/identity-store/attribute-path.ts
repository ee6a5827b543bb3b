import { isRecord, type Shape } from '../shape';
import type { Attributes } from './directory';
import { validationFault } from './faults';

interface AttributeOperation {
  readonly AttributePath: string;
  readonly AttributeValue?: unknown;
}

/**
 * The attributes after the operations of an UpdateUser or UpdateGroup: a path such as `displayName`, `name.givenName`
 * or `emails` is set, or removed when the operation has no value.
 */
export function withOperations(attributes: Attributes, operations: readonly AttributeOperation[]): Attributes {
  const changed = structuredClone(attributes);
  for (const { AttributePath, AttributeValue } of operations) {
    const path = AttributePath.split('.').map(upperFirst);
    setAt(changed, path, AttributeValue === undefined ? undefined : pascalCased(AttributeValue));
  }
  return changed;
}

/** Refuses what the API would not accept when the resource is created. */
export function requireValidAttributes(
  attributes: Attributes,
  shape: Shape<unknown>,
  known: Readonly<Record<string, unknown>>,
): void {
  const unknown = Object.keys(attributes).find((name) => !(name in known));
  if (unknown !== undefined) throw validationFault(`The attribute ${unknown} is not supported`);
  const [violation] = shape.violations(attributes, '', true);
  if (violation) throw validationFault(`Invalid value for attribute ${violation.path}: ${violation.constraint}`);
}

function setAt(target: Attributes, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length > 0) {
    const nested = target[name];
    const copy = isRecord(nested) ? { ...nested } : {};
    setAt(copy, rest, value);
    target[name] = copy;
  } else if (value === undefined || value === null) delete target[name];
  else target[name] = value;
}

/** Documents of the wire name their members in lower camel case; the API's shapes in Pascal case. */
function pascalCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascalCased);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [upperFirst(name), pascalCased(member)]));
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
