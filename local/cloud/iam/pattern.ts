import { type ConditionContext, isKnownConditionKey } from './condition-context';
import { PolicyError } from './policy-error';

/** Whether a value matches a pattern of a policy; the context fills the pattern's variables. */
export type Matcher = (value: string, context: ConditionContext) => boolean;

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  /** Without wildcards `*` and `?` stand for themselves. Default: true. */
  readonly wildcards?: boolean;
}

const VARIABLE = /\$\{([^}]*)\}/g;
/** `${key}` or `${key, 'default'}`. */
const VARIABLE_BODY = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/;

type Part = { readonly source: string } | { readonly key: string; readonly fallback: string | undefined };

/**
 * Compiles a pattern with wildcards and policy variables. A variable whose key is absent and has no default makes the
 * pattern match nothing, as in AWS. The values of variables are taken literally.
 */
export function compilePattern(pattern: string, options: PatternOptions = {}): Matcher {
  const parts = parsePattern(pattern, options);
  const flags = options.ignoreCase === true ? 'is' : 's';
  const fixed = parts.map((part) => ('source' in part ? part.source : undefined));
  if (!fixed.includes(undefined)) {
    const expression = new RegExp(`^${fixed.join('')}$`, flags);
    return (value) => expression.test(value);
  }
  return (value, context) => {
    const source = expandVariables(parts, context);
    return source !== undefined && new RegExp(`^${source}$`, flags).test(value);
  };
}

function parsePattern(pattern: string, options: PatternOptions): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of pattern.matchAll(VARIABLE)) {
    parts.push({ source: literalSource(pattern.slice(end, match.index), options) }, parseVariable(match[1] ?? ''));
    end = match.index + match[0].length;
  }
  parts.push({ source: literalSource(pattern.slice(end), options) });
  return parts;
}

/** AWS: `${*}`, `${?}` and `${$}` stand for the characters themselves. */
function parseVariable(body: string): Part {
  if (body === '*' || body === '?' || body === '$') return { source: escapeExpression(body) };
  const [, key, fallback] = VARIABLE_BODY.exec(body) ?? [];
  if (key === undefined || !isKnownConditionKey(key)) {
    throw new PolicyError(`policy variable \${${body}} is not implemented by the local cloud`);
  }
  return { key: key.toLowerCase(), fallback };
}

function expandVariables(parts: readonly Part[], context: ConditionContext): string | undefined {
  let source = '';
  for (const part of parts) {
    const text = 'source' in part ? part.source : variableSource(part, context);
    if (text === undefined) return undefined;
    source += text;
  }
  return source;
}

function variableSource(
  part: { readonly key: string; readonly fallback: string | undefined },
  context: ConditionContext,
): string | undefined {
  const value = context.get(part.key)?.[0] ?? part.fallback;
  return value === undefined ? undefined : escapeExpression(value);
}

function literalSource(text: string, options: PatternOptions): string {
  const escaped = escapeExpression(text);
  return options.wildcards === false ? escaped : escaped.replaceAll('\\*', '.*').replaceAll('\\?', '.');
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * AWS: `ArnEquals` and `ArnLike` compare each of the six parts of an ARN by itself, wildcards included, so that a
 * wildcard never reaches over a colon (except within the last part).
 */
export function compileArnPattern(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const parts = splitArn(pattern).map((part) => compilePattern(part));
  return (value, context) => {
    const values = splitArn(value);
    return values.length === parts.length && parts.every((matches, index) => matches(values[index] ?? '', context));
  };
}

/** The six parts of an ARN; the last keeps its colons. Colons inside a policy variable do not separate. */
function splitArn(text: string): string[] {
  const shielded = text.replace(VARIABLE, (variable) => variable.replaceAll(':', '\u0000'));
  const parts = shielded.split(':');
  const head = parts.slice(0, 5);
  const tail = parts.slice(5);
  const joined = tail.length > 0 ? [...head, tail.join(':')] : head;
  return joined.map((part) => part.replaceAll('\u0000', ':'));
}
