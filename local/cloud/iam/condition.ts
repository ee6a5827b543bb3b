import { type ConditionContext, isKnownConditionKey } from './condition-context';
import { type Comparison, comparisonFor, isNegated } from './condition-operator';
import { PolicyError } from './policy-error';

/** One condition of a statement, ready to be tested against a request. */
export type Condition = (context: ConditionContext) => boolean;

type SetQualifier = 'ForAllValues' | 'ForAnyValue' | undefined;

/** Compiles the `Condition` element of a statement: all of them must hold. Unknown operators and keys are refused. */
export function compileConditions(element: unknown): readonly Condition[] {
  if (element === undefined) return [];
  if (!isObject(element)) throw new PolicyError('Condition must be an object');
  return Object.entries(element).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new PolicyError(`Condition ${operator} must be an object`);
    return Object.entries(keys).map(([key, values]) => compileCondition(operator, key, policyValues(values)));
  });
}

function compileCondition(operator: string, key: string, values: readonly string[]): Condition {
  if (!isKnownConditionKey(key)) throw new PolicyError(`condition key ${key} is not implemented by the local cloud`);
  const lowerKey = key.toLowerCase();
  const { qualifier, base, ifExists } = parseOperator(operator);
  if (base === 'Null') return compileNull(lowerKey, values);
  const comparison = comparisonFor(base, values);
  if (comparison === undefined) {
    throw new PolicyError(`condition operator ${operator} is not implemented by the local cloud`);
  }
  return (context) => holds(context, lowerKey, comparison, { qualifier, negated: isNegated(base), ifExists });
}

function parseOperator(operator: string): { qualifier: SetQualifier; base: string; ifExists: boolean } {
  const [, qualifier, rest = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/.exec(operator) ?? [];
  const ifExists = rest.endsWith('IfExists');
  const base = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  return { qualifier: qualifier as SetQualifier, base, ifExists };
}

interface Mode {
  readonly qualifier: SetQualifier;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

/**
 * AWS: an absent key fails a positive operator and passes a negated one; `IfExists` passes it always; `ForAllValues`
 * passes an absent key, `ForAnyValue` fails it. Several values in the policy are alternatives (none may match when
 * the operator is negated).
 */
function holds(context: ConditionContext, key: string, comparison: Comparison, mode: Mode): boolean {
  const values = context.get(key) ?? [];
  if (values.length === 0) {
    if (mode.ifExists || mode.qualifier === 'ForAllValues') return true;
    return mode.qualifier === undefined && mode.negated;
  }
  const satisfies = (value: string): boolean => comparison(value, context) !== mode.negated;
  if (mode.qualifier === 'ForAllValues') return values.every(satisfies);
  if (mode.qualifier === 'ForAnyValue') return values.some(satisfies);
  return mode.negated ? values.every(satisfies) : values.some(satisfies);
}

/** `Null: {"key": "true"}` holds when the key is absent. */
function compileNull(key: string, values: readonly string[]): Condition {
  return (context) => values.includes(String((context.get(key) ?? []).length === 0));
}

function policyValues(values: unknown): readonly string[] {
  const list = Array.isArray(values) ? values : [values];
  return list.map((value) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new PolicyError('a condition value must be a string, a number or true or false');
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
