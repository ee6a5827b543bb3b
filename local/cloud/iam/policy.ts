import type { PolicyDocument } from '../service';
import { type Condition, compileConditions } from './condition';
import type { ConditionContext } from './condition-context';
import { compilePattern, type Matcher } from './pattern';
import { PolicyError } from './policy-error';
import { compilePrincipals, type PrincipalMatcher } from './principal';

/** Where a policy is attached: it decides which elements its statements must and may have. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** One entry of `Action` or `Resource`: as written, and ready to match. */
export interface Entry {
  readonly pattern: string;
  readonly matches: Matcher;
}

export interface Statement {
  /** As written: however often it is compiled, it is this one. */
  readonly source: object;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly Entry[];
  /** The actions are those the statement does *not* cover. */
  readonly notAction: boolean;
  readonly resources: readonly Entry[];
  readonly notResource: boolean;
  /** Absent in identity policies. */
  readonly principals: PrincipalMatcher | undefined;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly document: PolicyDocument;
  readonly statements: readonly Statement[];
}

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Checks and compiles a policy document (an object or its JSON text). Throws `PolicyError` for what IAM calls
 * malformed and, by name, for what the local cloud does not evaluate.
 */
export function compilePolicy(source: unknown, kind: PolicyKind): Policy {
  const document = typeof source === 'string' ? parseJson(source) : source;
  if (!isObject(document)) throw new PolicyError('a policy must be a JSON object');
  refuseOthers(document, DOCUMENT_ELEMENTS);
  checkVersion(document);
  const statements = asList(document.Statement);
  if (statements.length === 0) throw new PolicyError('Statement must not be empty');
  const sids = new Set<string>();
  return {
    document: document as unknown as PolicyDocument,
    statements: statements.map((statement) => compileStatement(statement, kind, sids)),
  };
}

/** AWS: without a version, or with the old one, `${…}` is plain text; such a document is refused as a trap. */
function checkVersion(document: Readonly<Record<string, unknown>>): void {
  const version = document.Version;
  if (version === '2012-10-17') return;
  if (version !== undefined && version !== '2008-10-17') throw new PolicyError(`invalid policy Version ${version}`);
  if (JSON.stringify(document).includes('${')) {
    throw new PolicyError('policy variables need "Version": "2012-10-17"');
  }
}

function compileStatement(statement: unknown, kind: PolicyKind, sids: Set<string>): Statement {
  if (!isObject(statement)) throw new PolicyError('a statement must be an object');
  refuseOthers(statement, STATEMENT_ELEMENTS);
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError('Effect must be "Allow" or "Deny"');
  const actions = compileEither(statement, 'Action', true, compileAction);
  const resources = compileResources(statement, kind);
  return {
    source: statement,
    sid: checkSid(statement.Sid, sids),
    effect,
    actions: actions.entries,
    notAction: actions.negated,
    resources: resources.entries,
    notResource: resources.negated,
    principals: compileStatementPrincipals(statement, kind),
    conditions: compileConditions(statement.Condition),
  };
}

function compileResources(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
): { entries: readonly Entry[]; negated: boolean } {
  if (kind !== 'trust') return compileEither(statement, 'Resource', true, compileResource);
  if ('Resource' in statement || 'NotResource' in statement) {
    throw new PolicyError('Has prohibited field Resource');
  }
  return { entries: [compileResource('*')], negated: false };
}

function compileStatementPrincipals(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
): PrincipalMatcher | undefined {
  if (kind === 'identity') {
    if ('Principal' in statement) throw new PolicyError('Policy document should not specify a principal.');
    return undefined;
  }
  if (!('Principal' in statement)) throw new PolicyError('Missing required field Principal');
  return compilePrincipals(statement.Principal);
}

function compileEither(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  required: boolean,
  compile: (pattern: string) => Entry,
): { entries: readonly Entry[]; negated: boolean } {
  const positive = statement[name];
  const negative = statement[`Not${name}`];
  if (positive !== undefined && negative !== undefined) {
    throw new PolicyError(`a statement cannot have both ${name} and Not${name}`);
  }
  const patterns = asList(positive ?? negative);
  if (required && patterns.length === 0) throw new PolicyError(`Missing required field ${name}`);
  const entries = patterns.map((pattern) => {
    if (typeof pattern !== 'string') throw new PolicyError(`${name} must be a string or a list of strings`);
    return compile(pattern);
  });
  return { entries, negated: negative !== undefined };
}

function compileAction(pattern: string): Entry {
  if (pattern !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(pattern)) {
    throw new PolicyError(`Actions/Conditions must be prefaced by a vendor: ${pattern}`);
  }
  return { pattern, matches: compilePattern(pattern, { ignoreCase: true }) };
}

function compileResource(pattern: string): Entry {
  if (pattern !== '*' && !pattern.startsWith('arn:')) {
    throw new PolicyError(`Resource ${pattern} must be in ARN format or "*".`);
  }
  return { pattern, matches: compilePattern(pattern) };
}

function checkSid(sid: unknown, sids: Set<string>): string | undefined {
  if (sid === undefined) return undefined;
  if (typeof sid !== 'string') throw new PolicyError('Sid must be a string');
  if (sids.has(sid)) throw new PolicyError('Statement IDs (SID) in a single policy must be unique.');
  sids.add(sid);
  return sid;
}

function refuseOthers(value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw new PolicyError(`policy element ${other} is not implemented by the local cloud`);
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new PolicyError('the policy is not valid JSON');
  }
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a statement covers this action on this resource under these conditions (principals aside). */
export function covers(statement: Statement, action: string, resource: string, context: ConditionContext): boolean {
  const matchesAction = statement.actions.some((entry) => entry.matches(action, context));
  if (matchesAction === statement.notAction) return false;
  const matchesResource = statement.resources.some((entry) => entry.matches(resource, context));
  if (matchesResource === statement.notResource) return false;
  return statement.conditions.every((condition) => condition(context));
}
