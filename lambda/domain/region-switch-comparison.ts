import type { PermissionSetName } from './ids';
import { differingFields } from './live-permission-set';
import type { PermissionSet } from './permission-set';
import {
  assignmentKey,
  definitionRead,
  type ManagedAssignment,
  type NamedAssignment,
  type NotedPermissionSet,
  type ReadAssignment,
  type ReadEntry,
} from './region-switch';

/** A link as `GET /links` shows it. */
export interface LinkStanding {
  readonly linkId: string;
  readonly linkData: string;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: string;
  readonly principalName: string;
  readonly status: string;
  readonly waitingFor: readonly string[];
  readonly skipped: readonly { readonly accountId: string; readonly message: string }[];
}

/** A permission set as `GET /permission-sets` shows it. */
export interface PermissionSetStanding {
  readonly permissionSetName: PermissionSetName;
  readonly document: PermissionSet;
  readonly status: string;
  readonly message?: string;
}

/** How the new installation stands. */
export interface Standing {
  readonly links: readonly LinkStanding[];
  readonly permissionSets: readonly PermissionSetStanding[];
  readonly managed: readonly ManagedAssignment[];
}

/** What a deployment was to bring back. */
export interface Expected {
  readonly permissionSets: readonly PermissionSet[];
  readonly assignments: readonly NamedAssignment[];
}

export type Reasoned<T> = T & { readonly why: string };

/** Field by field, what became of a bundle. */
export interface Comparison {
  readonly permissionSets: {
    readonly equal: number;
    readonly different: readonly NotedPermissionSet[];
    readonly missing: readonly Reasoned<{ readonly permissionSetName: PermissionSetName }>[];
  };
  readonly assignments: {
    readonly equal: number;
    readonly missing: readonly Reasoned<NamedAssignment>[];
    /** There, and not when it was discovered. */
    readonly additional: readonly Reasoned<NamedAssignment>[];
  };
}

/** Whether all that a bundle holds is there, field by field. */
export function isRecreated({ permissionSets, assignments }: Comparison): boolean {
  return [permissionSets.different, permissionSets.missing, assignments.missing].every(({ length }) => length === 0);
}

/** Compares what a bundle was to bring back with the Identity Center that was read after it. */
export function compareWithBundle(
  expected: Expected,
  read: readonly ReadEntry[],
  standing: Standing,
  nameInDirectory: (name: string) => string,
): Comparison {
  return {
    permissionSets: comparePermissionSets(expected, read, standing),
    assignments: compareAssignments(expected, read, new Reasons(standing, nameInDirectory)),
  };
}

function comparePermissionSets(
  { permissionSets }: Expected,
  read: readonly ReadEntry[],
  standing: Standing,
): Comparison['permissionSets'] {
  const there = new Map(
    read.flatMap((entry) => (entry.kind === 'permissionSet' ? [[entry.permissionSetName as string, entry]] : [])),
  );
  const different: NotedPermissionSet[] = [];
  const missing: Reasoned<{ permissionSetName: PermissionSetName }>[] = [];
  for (const document of permissionSets) {
    const permissionSetName = document.permissionSetName as PermissionSetName;
    const why = whyOfPermissionSet(permissionSetName, standing);
    const found = there.get(permissionSetName);
    const live = found && definitionRead(found);
    const fields = live ? differingFields(document, live) : [];
    if (!found) missing.push({ permissionSetName, why });
    else if (!live) different.push({ permissionSetName, fields, why: found.why ?? why });
    else if (fields.length > 0) different.push({ permissionSetName, fields, why });
  }
  return { equal: permissionSets.length - different.length - missing.length, different, missing };
}

function whyOfPermissionSet(name: PermissionSetName, { permissionSets }: Standing): string {
  const found = permissionSets.find(({ permissionSetName }) => permissionSetName === name);
  if (!found) return 'it is not declared in the installation';
  return `it is ${[found.status, ...(found.message === undefined ? [] : [found.message])].join(': ')}`;
}

function compareAssignments(
  { assignments }: Expected,
  read: readonly ReadEntry[],
  reasons: Reasons,
): Comparison['assignments'] {
  const found = read.filter((entry) => entry.kind === 'assignment').map(named);
  const there = new Set(found.map(assignmentKey));
  const wanted = new Set(assignments.map(assignmentKey));
  const missing = assignments.filter((one) => !there.has(assignmentKey(one)));
  const additional = found.filter((one) => !wanted.has(assignmentKey(one)));
  return {
    equal: assignments.length - missing.length,
    missing: missing.map((one) => ({ ...one, why: reasons.ofMissing(one) })),
    additional: additional.map((one) => ({ ...one, why: reasons.ofAdditional(one) })),
  };
}

/** Why an assignment is missing or there, in the words of the installation. */
class Reasons {
  private readonly rows: ReadonlyMap<string, ManagedAssignment>;
  private readonly links: ReadonlyMap<string, readonly LinkStanding[]>;

  constructor(
    private readonly standing: Standing,
    nameInDirectory: (name: string) => string,
  ) {
    const inDirectory = <T extends { readonly principalName: string }>(one: T): T => ({
      ...one,
      principalName: nameInDirectory(one.principalName),
    });
    this.rows = new Map(standing.managed.map(inDirectory).map((one) => [assignmentKey(one), one]));
    const links = new Map<string, LinkStanding[]>();
    for (const link of standing.links.map(inDirectory)) {
      links.set(pairKey(link), [...(links.get(pairKey(link)) ?? []), link]);
    }
    this.links = links;
  }

  ofMissing(one: NamedAssignment): string {
    const row = this.rows.get(assignmentKey(one));
    const links = this.links.get(pairKey(one)) ?? [];
    if (row) return `it is ${[row.state, ...(row.error === undefined ? [] : [row.error])].join(': ')}`;
    if (links.length === 0) return 'no link of this permission set and principal is declared in the installation';
    const skipped = links.flatMap((link) => link.skipped.filter(({ accountId }) => accountId === one.accountId));
    const waiting = links.flatMap(({ waitingFor }) => waitingFor);
    const told = [...new Set([...skipped.map(({ message }) => message), ...waiting])];
    if (told.length > 0) return told.join('; ');
    const { permissionSetName: name } = one;
    const set = this.standing.permissionSets.find(({ permissionSetName }) => permissionSetName === name);
    if (set && set.status !== 'COMPLETED') return `permissionSet: ${whyOfPermissionSet(name, this.standing)}`;
    return `no link covers the account: ${links.map(({ linkData, status }) => `${linkData} is ${status}`).join('; ')}`;
  }

  ofAdditional(one: NamedAssignment): string {
    const row = this.rows.get(assignmentKey(one));
    if (!row) return 'it is not managed by the installation';
    return row.claims.length > 0 ? `it is claimed by ${row.claims.join(', ')}` : `it is ${row.state}`;
  }
}

function pairKey({
  permissionSetName,
  principalType,
  principalName,
}: Omit<NamedAssignment, 'accountId'> | LinkStanding) {
  return [permissionSetName, principalType, principalName].join('\n');
}

function named(one: ReadAssignment): NamedAssignment {
  const { accountId, permissionSetName, principalType, principalId, principalName = principalId } = one;
  return { accountId, permissionSetName, principalType, principalName };
}
