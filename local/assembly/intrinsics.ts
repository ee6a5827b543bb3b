import { isRecord } from './resource';

/** What intrinsic functions look up while the resources of one stack are created. */
export interface IntrinsicScope {
  /** The value of `Ref` for a parameter, pseudo parameter or resource; `NO_VALUE` removes the property. Throws if unknown. */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`. Throws if the resource or the attribute does not exist. */
  attribute(logicalId: string, attribute: string): string;
  /** The value of a named condition. */
  condition(name: string): boolean;
  /** The value in `Mappings`. Throws if one of the keys does not exist. */
  mapping(map: string, topLevelKey: string, secondLevelKey: string): unknown;
  /** The value another stack of the same account and Region exports. Throws if there is none. */
  importValue(exportName: string): string;
}

/** `Ref: AWS::NoValue`: the property or list element that has this value is removed. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Evaluate = (argument: unknown, scope: IntrinsicScope) => unknown;

const VALUE_FUNCTIONS: Readonly<Record<string, Evaluate>> = {
  Ref: (argument, scope) => scope.ref(text(argument, 'Ref')),
  'Fn::GetAtt': (argument, scope) => scope.attribute(...attributePath(argument, scope)),
  'Fn::Join': join,
  'Fn::Sub': substitute,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = args(argument, 3, 'Fn::If');
    return evaluate(scope.condition(text(condition, 'Fn::If')) ? yes : no, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = args(argument, 3, 'Fn::FindInMap').map((key) =>
      text(evaluate(key, scope), 'Fn::FindInMap'),
    );
    return scope.mapping(map ?? '', top ?? '', second ?? '');
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(evaluate(argument, scope), 'Fn::ImportValue')),
};

const CONDITION_FUNCTIONS: Readonly<Record<string, (argument: unknown, scope: IntrinsicScope) => boolean>> = {
  Condition: (argument, scope) => scope.condition(text(argument, 'Condition')),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = args(argument, 2, 'Fn::Equals').map((side) => evaluate(side, scope));
    return String(left) === String(right);
  },
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((item) => evaluateCondition(item, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((item) => evaluateCondition(item, scope)),
  'Fn::Not': (argument, scope) => !evaluateCondition(args(argument, 1, 'Fn::Not')[0], scope),
};

/** The intrinsic functions that may stand for a value in a template. */
export const VALUE_FUNCTION_NAMES: readonly string[] = Object.keys(VALUE_FUNCTIONS);

/** The intrinsic functions that may stand in the section `Conditions`. */
export const CONDITION_FUNCTION_NAMES: readonly string[] = Object.keys(CONDITION_FUNCTIONS);

/** The value with every intrinsic function replaced by what it yields. Throws on the first that cannot be resolved. */
export function resolveIntrinsics(value: unknown, scope: IntrinsicScope): unknown {
  const resolved = evaluate(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** The truth of one entry of the section `Conditions`. */
export function evaluateCondition(value: unknown, scope: IntrinsicScope): boolean {
  const call = intrinsicOf(value);
  const condition = call && CONDITION_FUNCTIONS[call.name];
  if (condition) return condition(call.argument, scope);
  const keys = isRecord(value) ? Object.keys(value).join(', ') : JSON.stringify(value);
  throw new Error(`Condition function ${keys} is not implemented by the local cloud`);
}

/** The name and argument of an intrinsic function, if the value is one. */
export function intrinsicOf(value: unknown): { readonly name: string; readonly argument: unknown } | undefined {
  if (!isRecord(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const isIntrinsic = name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
  return isIntrinsic ? { name, argument: value[name] } : undefined;
}

function evaluate(value: unknown, scope: IntrinsicScope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isRecord(value)) return value;
  const call = intrinsicOf(value);
  if (call && call.name !== 'Condition') {
    const evaluateCall = VALUE_FUNCTIONS[call.name];
    if (!evaluateCall) throw new Error(`Intrinsic function ${call.name} is not implemented by the local cloud`);
    return evaluateCall(call.argument, scope);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, evaluate(item, scope)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
}

function attributePath(argument: unknown, scope: IntrinsicScope): [string, string] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, attribute] = args(argument, 2, 'Fn::GetAtt');
  return [text(logicalId, 'Fn::GetAtt'), text(evaluate(attribute, scope), 'Fn::GetAtt')];
}

function join(argument: unknown, scope: IntrinsicScope): string {
  const [delimiter, values] = args(argument, 2, 'Fn::Join');
  return list(evaluate(values, scope), 'Fn::Join')
    .map((value) => scalar(value, 'Fn::Join'))
    .join(text(delimiter, 'Fn::Join'));
}

function select(argument: unknown, scope: IntrinsicScope): unknown {
  const [index, values] = args(argument, 2, 'Fn::Select').map((item) => evaluate(item, scope));
  const value = list(values, 'Fn::Select')[Number(index)];
  if (value === undefined) throw new Error(`Fn::Select has no element ${String(index)}`);
  return value;
}

function split(argument: unknown, scope: IntrinsicScope): readonly string[] {
  const [delimiter, source] = args(argument, 2, 'Fn::Split').map((item) => evaluate(item, scope));
  return text(source, 'Fn::Split').split(text(delimiter, 'Fn::Split'));
}

/** `${Name}`, `${Resource.Attribute}`, `${AWS::Pseudo}`; `${!Literal}` yields `${Literal}`. */
export const SUBSTITUTION = /\$\{(!?)([^}]+)\}/g;

function substitute(argument: unknown, scope: IntrinsicScope): string {
  const [template, variables] = Array.isArray(argument) ? args(argument, 2, 'Fn::Sub') : [argument, {}];
  if (!isRecord(variables)) throw new Error('Fn::Sub needs an object of variables');
  return text(template, 'Fn::Sub').replace(SUBSTITUTION, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return scalar(evaluate(variables[name], scope), 'Fn::Sub');
    const dot = name.indexOf('.');
    const value = dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
    return scalar(value, 'Fn::Sub');
  });
}

function args(argument: unknown, count: number, name: string): readonly unknown[] {
  if (Array.isArray(argument) && argument.length === count) return argument;
  throw new Error(`${name} needs a list of ${count}`);
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${name} needs a list`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${name} needs a string, not ${JSON.stringify(value) ?? String(value)}`);
}

function scalar(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${name} needs strings, not ${JSON.stringify(value) ?? String(value)}`);
}
