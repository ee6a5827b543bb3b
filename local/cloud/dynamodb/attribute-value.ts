import { ServiceFault } from '../service';
import { compareNumbers, normalizeNumber, numberSize } from './decimal';

/** An attribute value as on the wire: exactly one member; binaries are base64, numbers are in normal form. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, or the value of a map. Items are never changed in place. */
export interface Item {
  readonly [name: string]: AttributeValue;
}

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** AWS: "DynamoDB supports nested attributes up to 32 levels deep." */
const MAX_NESTING = 32;

export function validationFault(message: string): ServiceFault {
  return new ServiceFault('ValidationException', message);
}

/** The attribute of that name, never something inherited. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new Error('an attribute value without a type');
}

/** Checks an item or key as received and brings it into normal form. Throws a ValidationException. */
export function parseItem(raw: unknown, nesting = 0): Item {
  if (!isObject(raw)) throw serializationFault('Start of structure or map found where not expected');
  const item: Record<string, AttributeValue> = {};
  for (const name of Object.keys(raw)) item[name] = parseAttributeValue(raw[name], nesting);
  return item;
}

/** Checks one attribute value as received and brings it into normal form. Throws a ValidationException. */
export function parseAttributeValue(raw: unknown, nesting = 0): AttributeValue {
  if (nesting > MAX_NESTING) {
    throw validationFault('Nesting Levels have exceeded supported limits: Attribute values nested beyond 32 levels');
  }
  if (!isObject(raw)) throw serializationFault('Unexpected value type in payload');
  const types = Object.keys(raw).filter((type) => raw[type] !== undefined);
  const type = types[0];
  if (type === undefined || !Object.hasOwn(PARSERS, type)) {
    throw validationFault('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (types.length > 1) {
    throw validationFault(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return PARSERS[type as AttributeType](raw[type], nesting);
}

const PARSERS: Readonly<Record<AttributeType, (raw: unknown, nesting: number) => AttributeValue>> = {
  S: (raw) => ({ S: stringOf(raw) }),
  N: (raw) => ({ N: numberOf(raw) }),
  B: (raw) => ({ B: binaryOf(raw) }),
  BOOL: (raw) => {
    if (typeof raw !== 'boolean') throw serializationFault('Unexpected token received from parser');
    return { BOOL: raw };
  },
  NULL: (raw) => {
    if (raw === true) return { NULL: true };
    throw validationFault(
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    );
  },
  SS: (raw) => ({ SS: setOf(raw, stringOf, 'An string set  may not be empty') }),
  NS: (raw) => ({ NS: setOf(raw, numberOf, 'An number set  may not be empty') }),
  BS: (raw) => ({ BS: setOf(raw, binaryOf, 'Binary sets should not be empty') }),
  L: (raw, nesting) => ({ L: listOf(raw).map((element) => parseAttributeValue(element, nesting + 1)) }),
  M: (raw, nesting) => ({ M: parseItem(raw, nesting + 1) }),
};

function stringOf(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  throw serializationFault(`${jsonToken(raw)} cannot be converted to String`);
}

function numberOf(raw: unknown): string {
  const number = normalizeNumber(stringOf(raw));
  if ('problem' in number) throw validationFault(number.problem);
  return number.value;
}

function binaryOf(raw: unknown): string {
  if (typeof raw !== 'string') throw serializationFault('only base-64-encoded strings are convertible to bytes');
  const canonical = Buffer.from(raw, 'base64').toString('base64');
  if (canonical !== raw) throw serializationFault('Invalid last non-pad Base64 character dectected');
  return raw;
}

function setOf(raw: unknown, parse: (element: unknown) => string, emptyProblem: string): readonly string[] {
  const elements = listOf(raw).map(parse);
  const invalid = 'One or more parameter values were invalid: ';
  if (elements.length === 0) throw validationFault(`${invalid}${emptyProblem}`);
  if (new Set(elements).size < elements.length) {
    throw validationFault(`${invalid}Input collection [${elements.join(', ')}] contains duplicates.`);
  }
  return elements;
}

function listOf(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw;
  throw serializationFault('Unexpected field type');
}

function jsonToken(raw: unknown): string {
  if (raw === true) return 'TRUE_VALUE';
  if (raw === false) return 'FALSE_VALUE';
  return typeof raw === 'number' ? 'NUMBER_VALUE' : 'VALUE';
}

function serializationFault(message: string): ServiceFault {
  return new ServiceFault('SerializationException', message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equal as DynamoDB compares: by type and value; sets in any order, lists and maps by their elements. */
export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  if ('S' in left) return 'S' in right && left.S === right.S;
  if ('N' in left) return 'N' in right && left.N === right.N;
  if ('B' in left) return 'B' in right && left.B === right.B;
  if ('BOOL' in left) return 'BOOL' in right && left.BOOL === right.BOOL;
  if ('NULL' in left) return 'NULL' in right;
  if ('SS' in left) return 'SS' in right && equalSets(left.SS, right.SS);
  if ('NS' in left) return 'NS' in right && equalSets(left.NS, right.NS);
  if ('BS' in left) return 'BS' in right && equalSets(left.BS, right.BS);
  if ('L' in left) return 'L' in right && equalLists(left.L, right.L);
  return 'M' in right && equalItems(left.M, right.M);
}

/** Equal in every attribute. */
export function equalItems(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const a = attributeOf(left, name);
    const b = attributeOf(right, name);
    return a !== undefined && b !== undefined && equalValues(a, b);
  });
}

function equalSets(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((element) => right.includes(element));
}

function equalLists(left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean {
  return left.length === right.length && left.every((element, index) => equalElement(element, right[index]));
}

function equalElement(left: AttributeValue, right: AttributeValue | undefined): boolean {
  return right !== undefined && equalValues(left, right);
}

/** The order of two values of the same scalar type; undefined if they have none. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('B' in left && 'B' in right) return Buffer.compare(bytesOf(left.B), bytesOf(right.B));
  return undefined;
}

export function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

/** AWS: an item's size is that of its attribute names (UTF-8) and values. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item)) {
    const value = item[name];
    if (value) size += Buffer.byteLength(name) + valueSize(value);
  }
  return size;
}

/** AWS: an empty or non-empty list or map takes 3 bytes, and 1 byte more for each element. */
function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return bytesOf(value.B).length;
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('SS' in value) return value.SS.reduce((sum, element) => sum + Buffer.byteLength(element), 0);
  if ('NS' in value) return value.NS.reduce((sum, element) => sum + numberSize(element), 0);
  if ('BS' in value) return value.BS.reduce((sum, element) => sum + bytesOf(element).length, 0);
  if ('L' in value) return value.L.reduce((sum, element) => sum + 1 + valueSize(element), 3);
  return 3 + Object.keys(value.M).length + itemSize(value.M);
}
