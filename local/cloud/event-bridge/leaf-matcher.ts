import { BlockList, isIP } from 'node:net';
import { isRecord } from '../../assembly/resource';
import { invalidPattern } from './invalid-pattern';

/** Decides about one leaf of an event; `undefined` when the event has none there. */
export type LeafMatcher = (value: unknown) => boolean;

type Operator = (argument: unknown, at: string) => LeafMatcher;

/** One alternative of a pattern's array: a literal, or an object with one operator. */
export function leafMatcher(alternative: unknown, at: string): LeafMatcher {
  if (isLiteral(alternative)) return (value) => value === alternative;
  if (!isRecord(alternative)) throw invalidPattern(`neither a literal nor an operator at ${at}`);
  const [[name, argument] = ['', undefined], ...more] = Object.entries(alternative);
  const operator = OPERATORS[name];
  if (operator === undefined || more.length > 0) throw invalidPattern(`unrecognized match type ${name} at ${at}`);
  return operator(argument, at);
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  exists: (argument, at) => {
    if (typeof argument !== 'boolean') throw invalidPattern(`exists must be true or false at ${at}`);
    return (value) => (value !== undefined) === argument;
  },
  prefix: (argument, at) => textMatcher(argument, at, (text, expected) => text.startsWith(expected)),
  suffix: (argument, at) => textMatcher(argument, at, (text, expected) => text.endsWith(expected)),
  'equals-ignore-case': (argument, at) => {
    const expected = text(argument, at).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === expected;
  },
  wildcard: (argument, at) => {
    const expression = wildcardExpression(text(argument, at), at);
    return (value) => typeof value === 'string' && expression.test(value);
  },
  numeric: numericMatcher,
  cidr: cidrMatcher,
  'anything-but': anythingBut,
};

function isLiteral(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function text(argument: unknown, at: string): string {
  if (typeof argument === 'string' && argument !== '') return argument;
  throw invalidPattern(`the operator needs a non-empty string at ${at}`);
}

/** `prefix` and `suffix`, which may be wrapped in `equals-ignore-case`. */
function textMatcher(argument: unknown, at: string, matches: (text: string, expected: string) => boolean): LeafMatcher {
  if (isRecord(argument)) {
    const [[name, inner] = ['', undefined]] = Object.entries(argument);
    if (name !== 'equals-ignore-case') throw invalidPattern(`unrecognized match type ${name} at ${at}`);
    const expected = text(inner, at).toLowerCase();
    return (value) => typeof value === 'string' && matches(value.toLowerCase(), expected);
  }
  const expected = text(argument, at);
  return (value) => typeof value === 'string' && matches(value, expected);
}

/** AWS: `*` stands for any characters, `\*` for an asterisk; two in a row are refused. */
function wildcardExpression(pattern: string, at: string): RegExp {
  if (pattern.includes('**')) throw invalidPattern(`consecutive wildcard characters at ${at}`);
  const parts = pattern.match(/\\[*\\]|\*|[^\\*]+|\\/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    const literal = part === '\\*' || part === '\\\\' ? part.slice(1) : part;
    return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["=", n]`, one comparison, or a lower and an upper one. */
function numericMatcher(argument: unknown, at: string): LeafMatcher {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 > 0 || argument.length > 4) {
    throw invalidPattern(`numeric needs operator and number, once or twice, at ${at}`);
  }
  const tests: LeafMatcher[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = COMPARISONS[String(argument[index])];
    const limit: unknown = argument[index + 1];
    if (compare === undefined || typeof limit !== 'number') throw invalidPattern(`bad numeric comparison at ${at}`);
    tests.push((value) => typeof value === 'number' && compare(value, limit));
  }
  return (value) => tests.every((test) => test(value));
}

function cidrMatcher(argument: unknown, at: string): LeafMatcher {
  const [address = '', bits = ''] = text(argument, at).split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > most) throw invalidPattern(`malformed CIDR at ${at}`);
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) => {
    if (typeof value !== 'string' || isIP(value) !== family) return false;
    return block.check(value, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Operators that may stand inside `anything-but`, each with one string or a list. */
const NEGATABLE = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

/** AWS: an absent field does not match. */
function anythingBut(argument: unknown, at: string): LeafMatcher {
  const excluded = excludedBy(argument, at);
  return (value) => value !== undefined && !excluded.some((matches) => matches(value));
}

function excludedBy(argument: unknown, at: string): readonly LeafMatcher[] {
  if (isRecord(argument)) {
    const [[name, inner] = ['', undefined], ...more] = Object.entries(argument);
    if (!NEGATABLE.includes(name) || more.length > 0) {
      throw invalidPattern(`unsupported anything-but pattern ${name} at ${at}`);
    }
    return asList(inner, at).map((single) => leafMatcher({ [name]: single }, at));
  }
  return asList(argument, at).map((single) => {
    if (typeof single === 'string' || typeof single === 'number') return leafMatcher(single, at);
    throw invalidPattern(`anything-but takes strings and numbers at ${at}`);
  });
}

function asList(value: unknown, at: string): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw invalidPattern(`empty arrays are not allowed at ${at}`);
  return list;
}
