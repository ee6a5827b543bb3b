import {
  type AttributeValue,
  attributeOf,
  bytesOf,
  compareValues,
  equalValues,
  type Item,
  typeOf,
} from './attribute-value';
import { valueAt } from './document-path';
import type { Comparator, Condition, Operand } from './expression-tree';

/** Whether `item` (an empty one if there is none) fulfils the condition; `values` holds the placeholders' values. */
export function fulfils(condition: Condition, item: Item, values: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return fulfils(condition.left, item, values) && fulfils(condition.right, item, values);
    case 'or':
      return fulfils(condition.left, item, values) || fulfils(condition.right, item, values);
    case 'not':
      return !fulfils(condition.of, item, values);
    case 'compare':
      return compares(
        condition.comparator,
        resolve(condition.left, item, values),
        resolve(condition.right, item, values),
      );
    case 'between': {
      const value = resolve(condition.value, item, values);
      return (
        compares('>=', value, resolve(condition.low, item, values)) &&
        compares('<=', value, resolve(condition.high, item, values))
      );
    }
    case 'in': {
      const value = resolve(condition.value, item, values);
      return condition.options.some((option) => compares('=', value, resolve(option, item, values)));
    }
    case 'function':
      return calls(
        condition.name,
        condition.operands.map((operand) => resolve(operand, item, values)),
      );
  }
}

function resolve(operand: Operand, item: Item, values: Item): AttributeValue | undefined {
  if (operand.kind === 'path') return valueAt(operand.path, item);
  if (operand.kind === 'value') return attributeOf(values, operand.placeholder);
  const length = sizeOf(resolve(operand.of, item, values));
  return length === undefined ? undefined : { N: String(length) };
}

/** AWS: `size` is the length of a string or binary, or the number of elements of a set, list or map. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (!value) return undefined;
  if ('S' in value) return value.S.length;
  if ('B' in value) return bytesOf(value.B).length;
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  if ('BS' in value) return value.BS.length;
  if ('L' in value) return value.L.length;
  return 'M' in value ? Object.keys(value.M).length : undefined;
}

/** A missing operand equals nothing, and is "not equal" to everything. */
function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (!left || !right) return comparator === '<>';
  if (comparator === '=') return equalValues(left, right);
  if (comparator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
}

function calls(name: string, [value, argument]: readonly (AttributeValue | undefined)[]): boolean {
  switch (name) {
    case 'attribute_exists':
      return value !== undefined;
    case 'attribute_not_exists':
      return value === undefined;
    case 'attribute_type':
      return value !== undefined && argument !== undefined && 'S' in argument && typeOf(value) === argument.S;
    case 'begins_with':
      return value !== undefined && argument !== undefined && beginsWith(value, argument);
    case 'contains':
      return value !== undefined && argument !== undefined && contains(value, argument);
    default:
      throw new Error(`unknown function ${name}`);
  }
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if (!('B' in value && 'B' in prefix)) return false;
  const start = bytesOf(prefix.B);
  return bytesOf(value.B).subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('L' in value) return value.L.some((element) => equalValues(element, part));
  if ('S' in part) return 'S' in value ? value.S.includes(part.S) : 'SS' in value && value.SS.includes(part.S);
  if ('N' in part) return 'NS' in value && value.NS.includes(part.N);
  if (!('B' in part)) return false;
  return 'B' in value ? bytesOf(value.B).includes(bytesOf(part.B)) : 'BS' in value && value.BS.includes(part.B);
}
