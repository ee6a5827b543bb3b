import type { DeclaredLink } from './exported-files';
import type { AccountId, PermissionSetName, PrincipalType } from './ids';
import { type Link, linkIdOf } from './link';
import { type ExistingAssignment, linkOfAssignment, UNTOLD } from './link-of-assignment';
import { type DifferingField, differingFields } from './live-permission-set';
import type { PermissionSet } from './permission-set';
import { type Definition, definitionOf } from './permission-set-definition';
import { type Protection, protectedName, protectedTags } from './protection';

/** A permission set as it was read from Identity Center. */
export interface ReadPermissionSet {
  readonly kind: 'permissionSet';
  readonly permissionSetName: PermissionSetName;
  /** The document that means it; absent if none can. */
  readonly document?: PermissionSet;
  /** Why no document can. */
  readonly why?: string;
  /** It has no description, which no document can say. */
  readonly isUndescribed?: true;
}

/** An account assignment as it was read from Identity Center. */
export interface ReadAssignment extends ExistingAssignment {
  readonly kind: 'assignment';
  /** What the directory calls the principal; absent if it knows none of its id, or does not tell. */
  readonly principalName?: string;
  readonly isUntold?: true;
}

/** One thing of all that an Identity Center holds. */
export type ReadEntry = ReadPermissionSet | ReadAssignment;

/** An account assignment by names, which mean the same in another instance. */
export interface NamedAssignment {
  readonly accountId: AccountId;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalName: string;
}

/** A managed assignment as `GET /assignments` shows it. */
export interface ManagedAssignment extends NamedAssignment {
  readonly state: string;
  /** Text forms of links. */
  readonly claims: readonly string[];
  readonly error?: string;
}

/** What an installation knows of the Identity Center that is read. */
export interface DeclaredState {
  readonly links: readonly DeclaredLink[];
  readonly permissionSets: readonly PermissionSet[];
  /** Names of permission sets whose deletion is under way. */
  readonly deleting: readonly string[];
  /** What was managed before the reading, and after it: of what was removed meanwhile there is nothing left after it. */
  readonly managedBefore: readonly ManagedAssignment[];
  readonly managed: readonly ManagedAssignment[];
}

export const NOTHING_DECLARED: DeclaredState = {
  links: [],
  permissionSets: [],
  deleting: [],
  managedBefore: [],
  managed: [],
};

/** What the bundle of a switch cannot bring back, and why. */
export interface LeftAlone {
  readonly kind: ReadEntry['kind'];
  readonly permissionSetName: PermissionSetName;
  /** Of a permission set: what it is, for whoever recreates it by hand. */
  readonly document?: PermissionSet;
  /** Of an assignment. */
  readonly accountId?: AccountId;
  readonly principalType?: PrincipalType;
  readonly principalId?: string;
  readonly principalName?: string;
  readonly why: string;
}

/** A permission set that will be another one than it was. `live`: as it was read. */
export interface NotedPermissionSet {
  readonly permissionSetName: PermissionSetName;
  readonly fields: readonly DifferingField[];
  readonly why: string;
}

/** Everything that is to be recreated, and what is known about the rest. */
export interface Bundle {
  readonly permissionSets: readonly PermissionSet[];
  readonly links: readonly DeclaredLink[];
  /** What the links stood for when it was read. */
  readonly assignments: readonly NamedAssignment[];
  readonly leftAlone: readonly LeftAlone[];
  readonly noted: readonly NotedPermissionSet[];
}

export interface SwitchRules {
  readonly managementAccountId: AccountId;
  readonly protection: Protection;
  /** Turns a name as declared into the name the directory knows. */
  readonly nameInDirectory: (name: string) => string;
}

/**
 * What recreates an Identity Center: everything that is declared, with its scopes, and for all that is not managed a
 * document or an `account` link. What neither can say is left alone, each with its reason: nothing is lost silently.
 */
export function bundleOf(read: readonly ReadEntry[], declared: DeclaredState, rules: SwitchRules): Bundle {
  const sets = read.filter((entry) => entry.kind === 'permissionSet').map((one) => bundled(one, declared, rules));
  const reasons = new Map(sets.flatMap(({ name, reason }) => (reason === undefined ? [] : [[name, reason]])));
  const links = new BundledLinks(declared.links);
  const claimed = new ClaimedAssignments(declared, rules);
  const assignments: NamedAssignment[] = [];
  const leftAlone = sets.flatMap(({ left }) => left ?? []);
  for (const found of read.filter((entry) => entry.kind === 'assignment')) {
    const why = against(found, { links, claimed, rules, leftAlone: reasons.get(found.permissionSetName) });
    if (why === undefined) assignments.push(named(found));
    else leftAlone.push({ ...withoutMarks(found), why });
  }
  return {
    permissionSets: [...declared.permissionSets, ...sets.flatMap(({ added }) => added ?? [])],
    links: links.all,
    assignments,
    leftAlone,
    noted: sets.flatMap(({ noted }) => noted ?? []),
  };
}

/** What means one assignment wherever it is, as a text. */
export function assignmentKey({ accountId, permissionSetName, principalType, principalName }: NamedAssignment): string {
  return [accountId, permissionSetName, principalType, principalName].join('\n');
}

/** A permission set as it was read; nothing if no document can say it. */
export function definitionRead({ document, isUndescribed }: ReadPermissionSet): Definition | undefined {
  return document && definitionOf(document, isUndescribed);
}

/** What becomes of one permission set. */
interface BundledSet {
  readonly name: PermissionSetName;
  readonly added?: PermissionSet;
  readonly left?: LeftAlone;
  /** Why its assignments are left alone, too. */
  readonly reason?: string;
  readonly noted?: NotedPermissionSet;
}

function bundled(read: ReadPermissionSet, { permissionSets, deleting }: DeclaredState, rules: SwitchRules): BundledSet {
  const { permissionSetName: name, document, why } = read;
  const declared = permissionSets.find(({ permissionSetName }) => permissionSetName === name);
  if (declared) return { name, ...notedIfDifferent(read, declared, 'it is not as its document says; it will be') };
  const tags = new Map((document?.tags ?? []).map(({ Key, Value }) => [Key, Value]));
  const reason = deleting.includes(name)
    ? 'it is being deleted'
    : (protectedName(name, rules.protection) ?? protectedTags(name, tags, rules.protection));
  if (reason !== undefined) return { name, reason, left: leftSet(read, reason) };
  // Its links wait for whoever makes it by hand.
  if (!document) return { name, left: leftSet(read, why ?? 'no document can say it') };
  const changed = 'it has no description; it will have its name as one';
  return { name, added: document, ...notedIfDifferent(read, document, changed) };
}

function notedIfDifferent(
  read: ReadPermissionSet,
  document: PermissionSet,
  why: string,
): { readonly noted?: NotedPermissionSet } {
  const live = definitionRead(read);
  if (!live) return { noted: { permissionSetName: read.permissionSetName, fields: [], why: `${read.why}; ${why}` } };
  const fields = differingFields(document, live);
  return fields.length === 0 ? {} : { noted: { permissionSetName: read.permissionSetName, fields, why } };
}

function leftSet({ kind, permissionSetName, document }: ReadPermissionSet, why: string): LeftAlone {
  return { kind, permissionSetName, ...(document ? { document } : {}), why };
}

interface Surroundings {
  readonly links: BundledLinks;
  readonly claimed: ClaimedAssignments;
  readonly rules: SwitchRules;
  readonly leftAlone: string | undefined;
}

/** Why an assignment is left alone; nothing if a link brings it back, which is added if there is none yet. */
function against(found: ReadAssignment, { links, claimed, rules, leftAlone }: Surroundings): string | undefined {
  const standing = found.principalName === undefined ? 'unmanaged' : claimed.standing(named(found));
  if (standing === 'claimed') return undefined;
  if (standing === 'going') return 'it is being removed: no link claims it any more';
  const name = found.isUntold ? UNTOLD : found.principalName;
  const link = linkOfAssignment(found, name, { ...rules, ...(leftAlone === undefined ? {} : { leftAlone }) });
  if (link.ok) {
    links.add(link.value);
    return undefined;
  }
  return link.problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
}

/** Links by their ids: one that is declared keeps what narrows it. */
class BundledLinks {
  private readonly byId: Map<string, DeclaredLink>;

  constructor(declared: readonly DeclaredLink[]) {
    this.byId = new Map(declared.map((one) => [linkIdOf(one.link), one]));
  }

  add(link: Link): void {
    const id = linkIdOf(link);
    if (!this.byId.has(id)) this.byId.set(id, { link, limits: {} });
  }

  get all(): DeclaredLink[] {
    return [...this.byId.values()];
  }
}

/** What an installation knows about assignments. */
class ClaimedAssignments {
  private readonly claims: ReadonlyMap<string, number>;

  constructor({ managedBefore, managed }: DeclaredState, { nameInDirectory }: SwitchRules) {
    const keyOf = (one: ManagedAssignment) =>
      assignmentKey({ ...one, principalName: nameInDirectory(one.principalName) });
    this.claims = new Map([
      ...managedBefore.map((one): [string, number] => [keyOf(one), 0]),
      ...managed.map((one): [string, number] => [keyOf(one), one.claims.length]),
    ]);
  }

  standing(assignment: NamedAssignment): 'claimed' | 'going' | 'unmanaged' {
    const claims = this.claims.get(assignmentKey(assignment));
    if (claims === undefined) return 'unmanaged';
    return claims > 0 ? 'claimed' : 'going';
  }
}

function named({ accountId, permissionSetName, principalType, principalName = '' }: ReadAssignment): NamedAssignment {
  return { accountId, permissionSetName, principalType, principalName };
}

function withoutMarks({ isUntold: _, ...assignment }: ReadAssignment): Omit<LeftAlone, 'why'> {
  return assignment;
}
