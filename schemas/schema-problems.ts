import type { ErrorObject } from 'ajv';
import { likelySpelling } from './likely-spelling';

/** One thing that is wrong with a document: where (dotted path), what is expected, and a likely spelling. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
}

/** How much of a wrong value is quoted, in characters. */
const LONGEST_QUOTE = 60;

/**
 * What a generated validator found, in the words of the person who has to change it: one problem per path, in the
 * order of the document's schema.
 * @param root what to call the document itself, and the first part of every path unless empty
 */
export function schemaProblems(errors: readonly ErrorObject[] | null | undefined, root = ''): SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  for (const error of (errors ?? []).filter(isMeant)) {
    const problem = describe(error, root);
    // A later error about the same value is the narrower one, such as the branch that a condition chose.
    if (problem) problems.set(`${problem.path} ${error.keyword === 'oneOf'}`, problem);
  }
  return [...problems.values()];
}

/**
 * Not what follows from another error: inside the branches of `oneOf` errors are alternatives, for which the error of
 * `oneOf` itself speaks; and a value of a wrong type fits no alternative.
 */
function isMeant(error: ErrorObject, _: number, all: readonly ErrorObject[]): boolean {
  if (isAlternative(error)) return isChosenBranch(error);
  if (error.keyword !== 'oneOf') return true;
  const { instancePath } = error;
  return !all.some((other) => other.keyword === 'type' && other.instancePath === instancePath && !isAlternative(other));
}

function isAlternative({ schemaPath }: ErrorObject): boolean {
  return /\/oneOf\/\d+\/(required|type)$/.test(schemaPath);
}

function describe(error: ErrorObject, root: string): SchemaProblem | undefined {
  const path = joined(root, pathOf(error.instancePath));
  switch (error.keyword) {
    case 'required':
      return missing(joined(path, String(error.params.missingProperty)), error);
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknown(path, String(error.params.additionalProperty ?? error.params.unevaluatedProperty), error);
    case 'discriminator':
      return wrongTag(path, error);
    case 'if':
      return undefined;
    default:
      return { path, message: `${expectation(error)}, got ${quoted(error.data)}` };
  }
}

/** A branch with properties of its own was chosen by a discriminator; one without is a mere alternative. */
function isChosenBranch(error: ErrorObject): boolean {
  return (error.parentSchema as { properties?: unknown } | undefined)?.properties !== undefined;
}

function missing(path: string, error: ErrorObject): SchemaProblem {
  const property = String(error.params.missingProperty);
  const properties = (error.parentSchema?.properties ?? {}) as Record<string, { description?: string }>;
  const description = properties[property]?.description;
  return { path, message: description ? `is missing: expected ${description}` : 'is missing' };
}

function unknown(parent: string, property: string, error: ErrorObject): SchemaProblem {
  const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
  const likely = likelySpelling(property, known);
  const hint = likely ? `did you mean ${likely}?` : `known here: ${known.join(', ')}`;
  return { path: joined(parent, property), message: `is not a known property; ${hint}` };
}

function wrongTag(path: string, error: ErrorObject): SchemaProblem {
  const tag = String(error.params.tag);
  const value: unknown = error.params.tagValue;
  const branches = (error.parentSchema?.oneOf ?? []) as { properties?: Record<string, { const?: string }> }[];
  const known = branches.flatMap((branch) => branch.properties?.[tag]?.const ?? []);
  const expected = oneOf(known);
  const message = value === undefined ? `is missing: expected ${expected}` : wrongChoice(value, known);
  return { path: joined(path, tag), message };
}

function expectation(error: ErrorObject): string {
  const description: unknown = error.parentSchema?.description;
  switch (error.keyword) {
    case 'enum':
      return `expected ${oneOf(error.params.allowedValues as unknown[])}${likelyHint(error)}`;
    case 'const':
      return `expected ${JSON.stringify(error.params.allowedValue)}`;
    case 'oneOf':
      return typeof description === 'string' ? description : 'fits none or several of the alternatives';
    case 'type':
      return `expected ${typeOf(error)}${typeof description === 'string' && isScalar(error) ? ` (${description})` : ''}`;
    default:
      return typeof description === 'string' ? `expected ${description}` : String(error.message);
  }
}

function likelyHint(error: ErrorObject): string {
  const choices = (error.params.allowedValues as unknown[]).map(String);
  const likely = typeof error.data === 'string' ? likelySpelling(error.data, choices) : undefined;
  return likely ? ` (did you mean ${likely}?)` : '';
}

function wrongChoice(value: unknown, known: readonly string[]): string {
  const likely = typeof value === 'string' ? likelySpelling(value, known) : undefined;
  return `expected ${oneOf(known)}${likely ? ` (did you mean ${likely}?)` : ''}, got ${quoted(value)}`;
}

function isScalar(error: ErrorObject): boolean {
  return !['object', 'array'].includes(String(error.params.type));
}

function typeOf(error: ErrorObject): string {
  const types = [error.params.type].flat().map(String);
  return types.map((type) => (type === 'null' ? 'null' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`)).join(' or ');
}

function oneOf(choices: readonly unknown[]): string {
  const last = choices.at(-1);
  const others = choices.slice(0, -1);
  return others.length === 0 ? String(last) : `${others.join(', ')} or ${String(last)}`;
}

/** A value as it is shown in a message: JSON, cut when it is long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
}

/** `/scope/accountId` → `scope.accountId`; JSON Pointer writes `~` as `~0` and `/` as `~1`. */
function pathOf(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}

function joined(parent: string, child: string): string {
  if (parent === '' || child === '') return parent || child;
  return `${parent}.${child}`;
}
