import type { PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../../lambda/domain/ids';
import type { IdentityCenterReader } from '../../lambda/ports/identity-center-reader';
import type { AssignmentsWorld } from './assignments-world';
import type { Faults } from './faults';
import type { Invocation } from './invocation';
import { Timeline } from './timeline';

export interface PrincipalName {
  readonly type: PrincipalType;
  readonly name: string;
}

/** Principals and permission sets in memory, and what each name stood for at any time. */
export class DirectoryWorld {
  private readonly principals = new Map<string, Timeline<PrincipalId | undefined>>();
  private readonly permissionSets = new Map<PermissionSetName, Timeline<PermissionSetArn | undefined>>();
  private created = 0;
  /** Lookups that did not find somebody who was there. */
  failedLookups = 0;

  constructor(private readonly now: () => number) {}

  addPrincipal(principal: PrincipalName): PrincipalId {
    this.created += 1;
    const id = `00000000-0000-4000-8000-${String(this.created).padStart(12, '0')}` as PrincipalId;
    this.principalHistory(principal).set(this.now(), id);
    return id;
  }

  removePrincipal(principal: PrincipalName): void {
    this.principalHistory(principal).set(this.now(), undefined);
  }

  /** Its id stays. */
  renamePrincipal(from: PrincipalName, to: PrincipalName): void {
    const id = this.principalId(from);
    this.principalHistory(from).set(this.now(), undefined);
    this.principalHistory(to).set(this.now(), id);
  }

  addPermissionSet(name: PermissionSetName): void {
    this.created += 1;
    const arn = `arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-${String(this.created).padStart(16, '0')}`;
    this.permissionSetHistory(name).set(this.now(), arn as PermissionSetArn);
  }

  principalId(principal: PrincipalName): PrincipalId | undefined {
    return this.principalHistory(principal).now();
  }

  permissionSetArn(name: PermissionSetName): PermissionSetArn | undefined {
    return this.permissionSetHistory(name).now();
  }

  hasPrincipalId(id: PrincipalId): boolean {
    return [...this.principals.values()].some((history) => history.now() === id);
  }

  hasPermissionSetArn(arn: PermissionSetArn): boolean {
    return [...this.permissionSets.values()].some((history) => history.now() === arn);
  }

  principalIdsSince(principal: PrincipalName, from: number): readonly (PrincipalId | undefined)[] {
    return this.principalHistory(principal).since(from);
  }

  permissionSetArnsSince(name: PermissionSetName, from: number): readonly (PermissionSetArn | undefined)[] {
    return this.permissionSetHistory(name).since(from);
  }

  readerOf(invocation: Invocation, assignments: AssignmentsWorld, faults: Faults): IdentityCenterReader {
    return {
      listPermissionSets: () =>
        invocation.call('read', 'lists permission sets', () =>
          [...this.permissionSets.values()].flatMap((history) => history.now() ?? []),
        ),
      permissionSetName: (arn) => invocation.call('read', 'names a permission set', () => this.nameOf(arn)),
      findPrincipal: (type, name) =>
        invocation.call('read', `looks for ${type} ${name}`, () => this.find({ type, name }, faults)),
      principalName: (type, id) =>
        invocation.call('read', `asks for the name of ${id}`, () => this.nameOfPrincipal(type, id)),
      // Those who administer the organization are always there; no link names them. A directory that holds nobody is not
      // believed, so that nothing would go after the last one: `test/reconcile/directory.test.ts`.
      hasPrincipals: () => invocation.call('read', 'asks whether there is anybody', () => true),
      isAssigned: (assignment) =>
        invocation.call('read', 'asks for an assignment', () => assignments.isAssigned(assignment)),
      assignmentsOf: (type, id) =>
        invocation.call('read', `lists assignments of ${type} ${id}`, () => assignments.ofPrincipal(type, id)),
    };
  }

  /** A lookup may fail to find somebody who is there. */
  private find(principal: PrincipalName, faults: Faults): PrincipalId | undefined {
    const found = this.principalId(principal);
    if (found === undefined || !faults.strikes('failed lookup')) return found;
    this.failedLookups += 1;
    return undefined;
  }

  private nameOfPrincipal(type: PrincipalType, id: PrincipalId): string | undefined {
    const found = [...this.principals].find(([key, history]) => key.startsWith(`${type}%`) && history.now() === id);
    return found?.[0].slice(type.length + 1);
  }

  private nameOf(arn: PermissionSetArn): PermissionSetName {
    const found = [...this.permissionSets].find(([, history]) => history.now() === arn);
    if (!found) throw new Error(`There is no permission set ${arn}.`);
    return found[0];
  }

  private principalHistory({ type, name }: PrincipalName): Timeline<PrincipalId | undefined> {
    const key = `${type}%${name}`;
    const known = this.principals.get(key) ?? new Timeline<PrincipalId | undefined>(undefined);
    this.principals.set(key, known);
    return known;
  }

  private permissionSetHistory(name: PermissionSetName): Timeline<PermissionSetArn | undefined> {
    const known = this.permissionSets.get(name) ?? new Timeline<PermissionSetArn | undefined>(undefined);
    this.permissionSets.set(name, known);
    return known;
  }
}
