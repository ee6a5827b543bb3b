import { type StructuredLink, validateLink } from '../../schemas/generated/link';
import { schemaProblems } from '../../schemas/schema-problems';
import type { AccountId, LinkId, OrganizationalUnitId, PairId, PermissionSetName, PrincipalType } from './ids';
import { sha26 } from './ids';
import type { LinkLimits } from './link-limits';
import { splitLinkText, TEXT_PATHS } from './link-text';
import type { Parsed } from './problem';
import type { Scope } from './scope';
import { printScope } from './scope';

/** A group or user as a link names it. */
export interface NamedPrincipal {
  readonly type: PrincipalType;
  /** As given. Names are compared exactly by the Identity Store, so nothing here trims, folds or normalises them. */
  readonly name: string;
}

/** A declared rule: these accounts × this permission set × this principal. */
export interface Link {
  readonly scope: Scope;
  readonly permissionSetName: PermissionSetName;
  readonly principal: NamedPrincipal;
}

/**
 * Reads `scopetype%scopevalue%permissionsetname%principalname%principaltype%ssofile`, anchored at both ends. A percent
 * sign inside the principal name is written `%25`. Every problem is reported, each with the field it is about.
 */
export function parseLinkText(text: string): Parsed<Link> {
  const { candidate, problems } = splitLinkText(text);
  const found = [...problems];
  const valid = validateLink(candidate);
  if (valid && found.length === 0) return { ok: true, value: linkOf(candidate) };
  if (!valid) {
    for (const { path, message } of schemaProblems(validateLink.errors)) {
      const field = TEXT_PATHS[path] ?? 'linkData';
      if (!found.some((problem) => problem.path === field)) found.push({ path: field, message });
    }
  }
  return { ok: false, problems: found };
}

/** Reads the structured form, but for its limits. `path` is where it stands in the document, e.g. `link`. */
export function parseStructuredLink(value: unknown, path: string): Parsed<Link> {
  if (validateLink(value)) return { ok: true, value: linkOf(value) };
  return { ok: false, problems: schemaProblems(validateLink.errors, path) };
}

/** The canonical text form. Parsing it gives the same link. */
export function printLink(link: Link): string {
  const { scope, permissionSetName, principal } = link;
  return `${printScope(scope)}%${permissionSetName}%${escaped(principal.name)}%${principal.type}%ssofile`;
}

/** The structured form, as the API shows it. */
export function structuredLinkOf(
  { scope, permissionSetName, principal }: Link,
  { except, ...times }: LinkLimits = {},
): StructuredLink {
  const narrowed = { ...scope, ...(except ? { except } : {}) } as unknown as StructuredLink['scope'];
  return { scope: narrowed, permissionSet: permissionSetName, principal: { ...principal }, ...times };
}

/** One id for all spellings of a link. */
export function linkIdOf(link: Link): LinkId {
  return sha26(printLink(link)) as LinkId;
}

/** One id for all links of the same permission set and principal: the unit that is planned together. */
export function pairIdOf({ permissionSetName, principal }: Pick<Link, 'permissionSetName' | 'principal'>): PairId {
  return sha26(`${permissionSetName}%${escaped(principal.name)}%${principal.type}`) as PairId;
}

/** The pair of a link in its text form; nothing when the text is no link. */
export function pairIdOfText(linkData: string): PairId | undefined {
  const parsed = parseLinkText(linkData);
  return parsed.ok ? pairIdOf(parsed.value) : undefined;
}

function escaped(name: string): string {
  return name.replaceAll('%', '%25');
}

function linkOf({ scope, permissionSet, principal }: StructuredLink): Link {
  return {
    scope: scopeOf(scope),
    permissionSetName: permissionSet as PermissionSetName,
    principal: { type: principal.type, name: principal.name },
  };
}

function scopeOf(scope: StructuredLink['scope']): Scope {
  switch (scope.type) {
    case 'account':
      return { type: 'account', accountId: scope.accountId as AccountId };
    case 'root':
      return { type: 'root' };
    case 'ou_id':
      return { type: 'ou_id', organizationalUnitId: scope.organizationalUnitId as OrganizationalUnitId };
    case 'account_tag':
      return { type: 'account_tag', key: scope.key, value: scope.value };
  }
}
