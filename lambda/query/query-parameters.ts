import { validateLink } from '../../schemas/generated/link';
import { likelySpelling } from '../../schemas/likely-spelling';
import { schemaProblems } from '../../schemas/schema-problems';
import { parseLinkText } from '../domain/link';
import type { Parsed, Problem } from '../domain/problem';
import { SCOPE_TYPES } from '../domain/scope';
import { type PagePosition, readPageToken } from './page-token';

/** Parameters as API Gateway hands them over; those given several times have several values. */
export type RawParameters = Readonly<Record<string, readonly string[] | undefined>>;

export type Parameters<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** What each filter must look like, shown by a link that has it. */
const FILTERS: Readonly<Record<string, (value: string) => string | undefined>> = {
  name: (value) => linkProblem('permissionSet', { permissionSet: value }),
  permissionSet: (value) => linkProblem('permissionSet', { permissionSet: value }),
  principalType: (value) => linkProblem('principal.type', { principal: { type: value, name: 'name' } }),
  principalName: (value) => linkProblem('principal.name', { principal: { type: 'GROUP', name: value } }),
  accountId: (value) => linkProblem('scope.accountId', { scope: { type: 'account', accountId: value } }),
  scope: scopeProblem,
  managed: trueOrFalse,
  waiting: trueOrFalse,
};

const SOME_LINK = {
  scope: { type: 'root' },
  permissionSet: 'name',
  principal: { type: 'GROUP', name: 'name' },
};

function trueOrFalse(value: string): string | undefined {
  return ['true', 'false'].includes(value) ? undefined : 'expected true or false';
}

/** The grammar of links is the grammar of their filters. */
function linkProblem(path: string, part: object): string | undefined {
  if (validateLink({ ...SOME_LINK, ...part })) return undefined;
  return schemaProblems(validateLink.errors).find((problem) => problem.path === path)?.message;
}

/** A scope type, or a whole scope as in the text form: `root`, `account_tag%team^Finance`. */
function scopeProblem(value: string): string | undefined {
  if (!value.includes('%')) {
    if (SCOPE_TYPES.some((type) => type === value)) return undefined;
    return `expected ${SCOPE_TYPES.join(', ')}, or such a type with its value, e.g. account%123456789012`;
  }
  const parsed = parseLinkText(`${value}%name%name%GROUP%ssofile`);
  return parsed.ok ? undefined : parsed.problems.map(({ message }) => message).join('; ');
}

/** Reads and checks the parameters of a listing; every problem at once, with the parameter as its path. */
export function readParameters<Name extends string>(
  raw: RawParameters,
  known: readonly Name[],
): Parsed<Parameters<Name>> {
  const problems: Problem[] = [];
  const values: Partial<Record<Name, string>> = {};
  for (const [name, given] of Object.entries(raw)) {
    const [value = ''] = given ?? [];
    const message = parameterProblem(name, given ?? [], known);
    if (message) problems.push({ path: name, message });
    else values[name as Name] = value;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: values };
}

function parameterProblem(name: string, given: readonly string[], known: readonly string[]): string | undefined {
  if (!known.includes(name)) {
    const likely = likelySpelling(name, known);
    return `is not a known parameter; ${likely ? `did you mean ${likely}?` : `${known.length > 0 ? `known here: ${known.join(', ')}` : 'none are known here'}`}`;
  }
  const [value = '', ...others] = given;
  if (others.length > 0) return 'is given more than once';
  if (value === '') return 'is empty: leave it out or give it a value';
  return FILTERS[name]?.(value);
}

/** Where a listing starts: at its beginning, or where the token says. */
export function readPosition(token: string | undefined, question: string, sources: number): Parsed<PagePosition> {
  if (token === undefined) return { ok: true, value: { source: 0 } };
  const position = readPageToken(token, question);
  if (position && position.source < sources) return { ok: true, value: position };
  const message = 'is not a token that this question was answered with; leave it out to begin anew';
  return { ok: false, problems: [{ path: 'nextToken', message }] };
}
