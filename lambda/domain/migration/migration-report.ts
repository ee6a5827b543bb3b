import type { Link } from '../link';
import { printLink } from '../link';
import type { PermissionSet } from '../permission-set';
import { FINDINGS, type Finding, type FindingKind, type LeftOut } from './finding';
import type { PlannedPermissionSets } from './planned-permission-sets';

/** Everything that a migration is about to do, and what somebody should look at first. */
export interface Migration {
  readonly permissionSets: readonly PermissionSet[];
  readonly links: readonly Link[];
  /** Declared here already, as they are to be. */
  readonly known: { readonly permissionSets: number; readonly links: number };
  readonly leftOut: readonly LeftOut[];
  readonly findings: readonly Finding[];
  /** Assignments that links claim and that are there; absent when Identity Center was not looked at. */
  readonly adopted?: number;
  /** When the inventory that tells so was finished; ISO 8601. */
  readonly seenAt?: string;
}

interface Parts {
  readonly links: readonly Link[];
  readonly planned: PlannedPermissionSets;
  /** Text forms of links that are declared here. */
  readonly declaredLinks: ReadonlySet<string>;
  /** Names of permission sets that are declared here. */
  readonly declaredSets: ReadonlySet<string>;
  readonly leftOut: readonly LeftOut[];
  readonly findings: readonly Finding[];
}

/** Puts the parts together: a link whose permission set is left out is left out with it, since both belong together. */
export function migrationOf({ links, planned, declaredLinks, declaredSets, ...parts }: Parts): Migration {
  const withoutSet = new Set([...planned.leftOut, ...parts.leftOut].filter(isSet).map(({ subject }) => subject));
  const declared = new Set([...planned.submit.map(({ permissionSetName }) => permissionSetName), ...declaredSets]);
  const missesSet = ({ permissionSetName: name }: Link) => withoutSet.has(name) && !declaredSets.has(name);
  const known = links.filter((link) => declaredLinks.has(printLink(link)));
  const rest = links.filter((link) => !declaredLinks.has(printLink(link)));
  const undeclared = new Set(rest.map(({ permissionSetName }) => permissionSetName));
  for (const name of [...declared, ...withoutSet]) undeclared.delete(name as Link['permissionSetName']);
  return {
    permissionSets: [...planned.submit].sort((one, other) => order(one.permissionSetName, other.permissionSetName)),
    links: rest.filter((link) => !missesSet(link)).sort((one, other) => order(printLink(one), printLink(other))),
    known: { permissionSets: planned.known.length, links: known.length },
    leftOut: [
      ...parts.leftOut,
      ...planned.leftOut,
      ...rest.filter(missesSet).map((link): LeftOut => {
        const why = `its permission set ${link.permissionSetName} is left out`;
        return { kind: 'link', subject: printLink(link), why };
      }),
    ],
    findings: [
      ...parts.findings,
      ...planned.findings,
      ...[...undeclared].map((subject): Finding => {
        const message = 'declare it, or import it (npm run import) if it is there; its links then go on by themselves';
        return { kind: 'undeclared', subject, message };
      }),
    ],
  };
}

function isSet({ kind }: LeftOut): boolean {
  return kind === 'permissionSet';
}

function order(one: string, other: string): number {
  return one < other ? -1 : 1;
}

/** The same as a document, for programs. */
export function migrationReport({ permissionSets, links, ...migration }: Migration) {
  return {
    permissionSets: permissionSets.map(({ permissionSetName }) => permissionSetName),
    links: links.map(printLink),
    ...migration,
  };
}

/** For people: what would be submitted, and how much of what should be looked at. */
export function migrationText({ permissionSets, links, known, leftOut, findings, adopted, seenAt }: Migration): string {
  const kinds = Object.keys(FINDINGS) as FindingKind[];
  const counted = kinds
    .map((kind) => ({ kind, count: findings.filter((finding) => finding.kind === kind).length }))
    .filter(({ count }) => count > 0);
  const leftSets = leftOut.filter(isSet).length;
  return [
    `permission sets: ${permissionSets.length} to bring in, ${known.permissionSets} already declared, ${leftSets} left out`,
    `links: ${links.length} to bring in, ${known.links} already declared, ${leftOut.length - leftSets} left out`,
    ...(adopted === undefined
      ? []
      : [
          `account assignments: ${adopted} are there and claimed, as the inventory of ${seenAt} says; none would be removed`,
        ]),
    ...(counted.length > 0 ? ['', 'to look at:'] : []),
    ...counted.map(({ kind, count }) => `${String(count).padStart(6)} ${kind}: ${FINDINGS[kind]}`),
  ].join('\n');
}
