import { BlockList, isIPv6 } from 'node:net';
import type { ConditionContext } from './condition-context';
import { compileArnPattern, compilePattern, type Matcher } from './pattern';
import { PolicyError } from './policy-error';

/** Whether a value of the request matches one of the policy's values (before negation). */
export type Comparison = (value: string, context: ConditionContext) => boolean;

type Build = (policyValue: string) => Matcher;

const text = (ignoreCase: boolean, wildcards: boolean): Build => {
  return (policyValue) => compilePattern(policyValue, { ignoreCase, wildcards });
};

const number = (compare: (left: number, right: number) => boolean): Build => {
  return (policyValue) => {
    const right = Number(policyValue);
    if (Number.isNaN(right)) throw new PolicyError(`${policyValue} is not a number`);
    return (value) => compare(Number(value), right);
  };
};

const date = (compare: (left: number, right: number) => boolean): Build => {
  return (policyValue) => {
    const right = milliseconds(policyValue);
    return (value) => compare(milliseconds(value), right);
  };
};

/** AWS: dates are ISO 8601 or epoch seconds. */
function milliseconds(value: string): number {
  const result = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(result)) throw new PolicyError(`${value} is not a date`);
  return result;
}

const address: Build = (policyValue) => {
  const [network = '', prefix] = policyValue.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  return (value) => list.check(value, isIPv6(value) ? 'ipv6' : 'ipv4');
};

const equal = (left: number, right: number): boolean => left === right;

const OPERATORS: Readonly<Record<string, Build>> = {
  StringEquals: text(false, false),
  StringEqualsIgnoreCase: text(true, false),
  StringLike: text(false, true),
  ArnEquals: compileArnPattern,
  ArnLike: compileArnPattern,
  Bool: (policyValue) => (value) => value.toLowerCase() === policyValue.toLowerCase(),
  NumericEquals: number(equal),
  NumericLessThan: number((left, right) => left < right),
  NumericLessThanEquals: number((left, right) => left <= right),
  NumericGreaterThan: number((left, right) => left > right),
  NumericGreaterThanEquals: number((left, right) => left >= right),
  DateEquals: date(equal),
  DateLessThan: date((left, right) => left < right),
  DateLessThanEquals: date((left, right) => left <= right),
  DateGreaterThan: date((left, right) => left > right),
  DateGreaterThanEquals: date((left, right) => left >= right),
  IpAddress: address,
};

/** Operators that are the negation of another one. */
const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

export function isNegated(operator: string): boolean {
  return Object.hasOwn(NEGATIONS, operator);
}

/** The comparison of an operator without set qualifier and `IfExists`; undefined for an operator not implemented. */
export function comparisonFor(operator: string, policyValues: readonly string[]): Comparison | undefined {
  const build = OPERATORS[NEGATIONS[operator] ?? operator];
  if (build === undefined) return undefined;
  const matchers = policyValues.map(build);
  return (value, context) => matchers.some((matches) => matches(value, context));
}
