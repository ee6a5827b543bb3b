import { type AttributeValue, attributeOf, type Item, typeOf, validationFault } from './attribute-value';
import { addNumbers } from './decimal';
import { valueAt } from './document-path';
import type { Assigned, Path, UpdateSection } from './expression-tree';

/** A value that an update may change in place: its maps and lists are copies; a removed list element leaves a hole. */
type Draft =
  | { M: Record<string, Draft> }
  | { L: (Draft | undefined)[] }
  | Exclude<AttributeValue, { M: Item } | { L: unknown }>;

const INVALID_PATH = 'The document path provided in the update expression is invalid for update';
const INVALID_TYPE = 'An operand in the update expression has an incorrect data type';
const MISSING_ATTRIBUTE = 'The provided expression refers to an attribute that does not exist in the item';

/**
 * The item after the update. AWS: every operand is read from the item as it was before; list elements that are
 * removed, or set beyond the end, close up afterwards. Throws a ValidationException.
 */
export function updateItem(item: Item, sections: readonly UpdateSection[], values: Item): Item {
  const heads = new Set(sections.map((section) => section.path[0]));
  const draft: Record<string, Draft> = {};
  for (const name of Object.keys(item)) {
    const value = item[name];
    if (value) draft[name] = heads.has(name) ? draftOf(value) : (value as Draft);
  }
  const assigned = sections.map((section) =>
    section.kind === 'set' ? resolveAssigned(section.assigned, item, values) : undefined,
  );
  sections.forEach((section, index) => {
    applySection(draft, section, assigned[index], values);
  });
  const updated: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(draft)) {
    updated[name] = heads.has(name) ? closedUp(value) : (value as AttributeValue);
  }
  return updated;
}

function applySection(
  draft: Record<string, Draft>,
  section: UpdateSection,
  assigned: AttributeValue | undefined,
  values: Item,
): void {
  const place = placeOf(draft, section.path);
  if (section.kind === 'remove') place.remove();
  else if (section.kind === 'set') {
    if (assigned) place.set(draftOf(assigned));
  } else {
    const operand = attributeOf(values, section.placeholder);
    if (!operand) throw new Error(`placeholder ${section.placeholder} without value`);
    addOrDelete(place, section.kind, operand);
  }
}

function addOrDelete(place: Place, kind: 'add' | 'delete', operand: AttributeValue): void {
  const existing = place.get() as AttributeValue | undefined;
  if (existing && typeOf(existing) !== typeOf(operand)) throw validationFault(INVALID_TYPE);
  if (kind === 'add') {
    place.set(added(existing, operand));
    return;
  }
  if (!existing) return;
  const left = withoutElements(existing, operand);
  if (left) place.set(left);
  else place.remove();
}

interface Place {
  get(): Draft | undefined;
  set(value: Draft): void;
  remove(): void;
}

function placeOf(draft: Record<string, Draft>, path: Path): Place {
  let parent: Draft | undefined = { M: draft };
  for (const step of path.slice(0, -1)) parent = parent && stepInto(parent, step);
  const last = path.at(-1);
  if (parent && 'M' in parent && typeof last === 'string') return mapPlace(parent.M, last);
  if (parent && 'L' in parent && typeof last === 'number') return listPlace(parent.L, last);
  throw validationFault(INVALID_PATH);
}

function stepInto(parent: Draft, step: string | number): Draft | undefined {
  if (typeof step === 'number') return 'L' in parent ? parent.L[step] : undefined;
  return 'M' in parent && Object.hasOwn(parent.M, step) ? parent.M[step] : undefined;
}

function mapPlace(map: Record<string, Draft>, name: string): Place {
  return {
    get: () => (Object.hasOwn(map, name) ? map[name] : undefined),
    set: (value) => {
      map[name] = value;
    },
    remove: () => {
      delete map[name];
    },
  };
}

function listPlace(list: (Draft | undefined)[], index: number): Place {
  return {
    get: () => list[index],
    set: (value) => {
      list[index] = value;
    },
    remove: () => {
      if (index < list.length) list[index] = undefined;
    },
  };
}

function added(existing: AttributeValue | undefined, operand: AttributeValue): Draft {
  if ('N' in operand) {
    return { N: sum(existing && 'N' in existing ? existing.N : '0', operand.N, 1) };
  }
  if ('SS' in operand) return { SS: union(existing && 'SS' in existing ? existing.SS : [], operand.SS) };
  if ('NS' in operand) return { NS: union(existing && 'NS' in existing ? existing.NS : [], operand.NS) };
  if ('BS' in operand) return { BS: union(existing && 'BS' in existing ? existing.BS : [], operand.BS) };
  throw validationFault(INVALID_TYPE);
}

/** The set without the operand's elements; undefined when nothing is left, since sets cannot be empty. */
function withoutElements(existing: AttributeValue, operand: AttributeValue): Draft | undefined {
  if ('SS' in existing && 'SS' in operand) {
    const SS = difference(existing.SS, operand.SS);
    return SS.length > 0 ? { SS } : undefined;
  }
  if ('NS' in existing && 'NS' in operand) {
    const NS = difference(existing.NS, operand.NS);
    return NS.length > 0 ? { NS } : undefined;
  }
  if ('BS' in existing && 'BS' in operand) {
    const BS = difference(existing.BS, operand.BS);
    return BS.length > 0 ? { BS } : undefined;
  }
  throw validationFault(INVALID_TYPE);
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])];
}

function difference(left: readonly string[], right: readonly string[]): string[] {
  return left.filter((element) => !right.includes(element));
}

function sum(left: string, right: string, sign: 1 | -1): string {
  const result = addNumbers(left, right, sign);
  if ('problem' in result) throw validationFault(result.problem);
  return result.value;
}

function resolveAssigned(assigned: Assigned, item: Item, values: Item): AttributeValue {
  switch (assigned.kind) {
    case 'value':
      return required(attributeOf(values, assigned.placeholder));
    case 'path':
      return required(valueAt(assigned.path, item));
    case 'ifNotExists':
      return valueAt(assigned.path, item) ?? resolveAssigned(assigned.otherwise, item, values);
    default: {
      const left = resolveAssigned(assigned.left, item, values);
      const right = resolveAssigned(assigned.right, item, values);
      return combine(assigned.kind, left, right);
    }
  }
}

function combine(kind: 'add' | 'subtract' | 'append', left: AttributeValue, right: AttributeValue): AttributeValue {
  if (kind === 'append' && 'L' in left && 'L' in right) return { L: [...left.L, ...right.L] };
  if (kind !== 'append' && 'N' in left && 'N' in right) return { N: sum(left.N, right.N, kind === 'add' ? 1 : -1) };
  throw validationFault(INVALID_TYPE);
}

function required(value: AttributeValue | undefined): AttributeValue {
  if (value) return value;
  throw validationFault(MISSING_ATTRIBUTE);
}

function draftOf(value: AttributeValue): Draft {
  if ('L' in value) return { L: value.L.map(draftOf) };
  if (!('M' in value)) return value;
  return { M: Object.fromEntries(Object.entries(value.M).map(([name, entry]) => [name, draftOf(entry)])) };
}

function closedUp(value: Draft): AttributeValue {
  // Object.values, because an element set far beyond the end makes the list sparse.
  if ('L' in value) return { L: Object.values(value.L).flatMap((element) => (element ? [closedUp(element)] : [])) };
  if (!('M' in value)) return value;
  return { M: Object.fromEntries(Object.entries(value.M).map(([name, entry]) => [name, closedUp(entry)])) };
}
