import { type AttributeValue, attributeOf, type Item, typeOf, validationFault } from './attribute-value';
import type { Comparator, Condition, Operand } from './expression-tree';
import type { KeyAttribute, KeySchema } from './table-definition';

export type SortTest =
  | { readonly comparator: '=' | '<' | '<=' | '>' | '>='; readonly value: AttributeValue }
  | { readonly comparator: 'between'; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly comparator: 'begins_with'; readonly value: AttributeValue };

/** What a query looks for: one partition, and perhaps a range of its sort keys. */
export interface KeyRange {
  readonly partition: AttributeValue;
  readonly sort?: SortTest;
}

interface KeyTest {
  readonly name: string;
  readonly test: SortTest;
}

/** Reads a key condition against the keys of the table or index. Throws a ValidationException with AWS's message. */
export function readKeyCondition(condition: Condition, key: KeySchema, values: Item): KeyRange {
  const tests = new Map<string, SortTest>();
  for (const { name, test } of keyTests(condition, values)) {
    if (tests.has(name)) throw validationFault('KeyConditionExpressions must only contain one condition per key');
    tests.set(name, test);
  }
  const partition = tests.get(key.partition.name);
  if (!partition) throw validationFault(`Query condition missed key schema element: ${key.partition.name}`);
  checkType(partition, key.partition);
  if (partition.comparator !== '=') throw validationFault('Query key condition not supported');
  const sort = key.sort && tests.get(key.sort.name);
  if (tests.size > (sort ? 2 : 1)) {
    throw validationFault(
      key.sort ? `Query condition missed key schema element: ${key.sort.name}` : 'Query key condition not supported',
    );
  }
  if (sort && key.sort) checkType(sort, key.sort);
  return { partition: partition.value, ...(sort && { sort }) };
}

function keyTests(condition: Condition, values: Item): readonly KeyTest[] {
  switch (condition.kind) {
    case 'and':
      return [...keyTests(condition.left, values), ...keyTests(condition.right, values)];
    case 'or':
    case 'not':
    case 'in':
      throw invalidOperator(condition.kind.toUpperCase());
    case 'between':
      return [
        {
          name: attributeName(condition.value, 'BETWEEN operator'),
          test: {
            comparator: 'between',
            low: constant(condition.low, values),
            high: constant(condition.high, values),
          },
        },
      ];
    case 'function':
      return [beginsWithTest(condition.name, condition.operands, values)];
    case 'compare':
      return [comparison(condition.comparator, condition.left, condition.right, values)];
  }
}

function beginsWithTest(name: string, [path, prefix]: readonly Operand[], values: Item): KeyTest {
  if (name !== 'begins_with' || !path || !prefix) throw invalidOperator(name);
  return {
    name: attributeName(path, 'begins_with operator'),
    test: { comparator: 'begins_with', value: constant(prefix, values) },
  };
}

const MIRRORED: Readonly<Record<Exclude<Comparator, '<>'>, Exclude<Comparator, '<>'>>> = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function comparison(comparator: Comparator, left: Operand, right: Operand, values: Item): KeyTest {
  if (comparator === '<>') throw invalidOperator('<>');
  if (left.kind === 'path' && right.kind === 'path') {
    throw validationFault(
      'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
    );
  }
  if (right.kind === 'path') {
    return { name: headOf(right), test: { comparator: MIRRORED[comparator], value: constant(left, values) } };
  }
  return { name: headOf(left), test: { comparator, value: constant(right, values) } };
}

function attributeName(operand: Operand, operator: string): string {
  if (operand.kind === 'path') return headOf(operand);
  throw validationFault(
    `Invalid condition in KeyConditionExpression: ${operator} must have the key attribute as its first operand`,
  );
}

function headOf(operand: Operand): string {
  if (operand.kind === 'size') throw nestedOperation();
  if (operand.kind === 'value') {
    throw validationFault('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  if (operand.path.length > 1) {
    throw validationFault('KeyConditionExpressions cannot have conditions on nested attributes');
  }
  return String(operand.path[0]);
}

function constant(operand: Operand, values: Item): AttributeValue {
  if (operand.kind === 'size') throw nestedOperation();
  const value = operand.kind === 'value' ? attributeOf(values, operand.placeholder) : undefined;
  if (value) return value;
  throw validationFault('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
}

function checkType(test: SortTest, { name, type }: KeyAttribute): void {
  const constants = test.comparator === 'between' ? [test.low, test.high] : [test.value];
  for (const value of constants) {
    if (typeOf(value) !== type) {
      throw validationFault(
        'One or more parameter values were invalid: Condition parameter type does not match schema type',
      );
    }
    if (('S' in value && value.S === '') || ('B' in value && value.B === '')) {
      throw validationFault(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ` +
          `${type === 'B' ? 'binary' : 'string'} value. Key: ${name}`,
      );
    }
  }
}

function invalidOperator(operator: string): Error {
  return validationFault(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function nestedOperation(): Error {
  return validationFault('KeyConditionExpressions cannot contain nested operations');
}
