import { convergenceKey, convergenceOf } from '../domain/convergence';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import type { Assignment } from '../domain/ledger-row';
import { permissionSetDocumentOf, permissionSetKey } from '../domain/permission-set-document';
import { type Readiness, readinessOf } from '../domain/readiness';
import { PermissionSetNames } from '../permission-sets/permission-set-names';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { Store } from '../ports/store';

/** Who a name stands for, and whom it stood for earlier. */
export interface PrincipalResolution {
  readonly principalId?: PrincipalId;
  /** Earlier ids that are known to be gone or to be called otherwise, and how that is said. */
  readonly left: ReadonlyMap<PrincipalId, string>;
}

/** Names to ids, for one step. */
export class Directory {
  private readonly names: PermissionSetNames;
  private readonly permissionSets = new Map<PermissionSetName, Promise<Readiness>>();
  private readonly principals = new Map<string, Promise<PrincipalId | undefined>>();
  private readonly currentNames = new Map<PrincipalId, Promise<string | undefined>>();
  private readonly assignments = new Map<string, ReturnType<IdentityCenterReader['assignmentsOf']>>();
  private isInhabited?: Promise<boolean>;

  constructor(
    private readonly identityCenter: IdentityCenterReader,
    private readonly store: Store,
    /** Turns a name as declared into the name the directory knows (`name@domain` with `IsAdUsed`). */
    readonly nameInDirectory: (name: string) => string,
  ) {
    this.names = new PermissionSetNames(identityCenter, store);
  }

  /** Whether a permission set can be assigned now, or what has to happen before. */
  permissionSet(name: PermissionSetName): Promise<Readiness> {
    return remembered(this.permissionSets, name, () => this.readPermissionSet(name));
  }

  /**
   * Who a name stands for. A lookup that finds nobody, or somebody else, proves nothing about the ids it stood for
   * earlier: only what is said of the ids themselves does.
   */
  async principal(type: PrincipalType, name: string, earlier: Iterable<PrincipalId>): Promise<PrincipalResolution> {
    let principalId = await this.find(type, name);
    const left = new Map<PrincipalId, string>();
    for (const id of new Set(earlier)) {
      if (id === principalId) continue;
      const current = await this.currentName(type, id);
      if (current === this.nameInDirectory(name)) principalId ??= id;
      else if (current !== undefined) left.set(id, `${type} ${name} is now called ${current}`);
      else if (await this.isBelieved()) left.set(id, `${type} ${name} was deleted from the directory`);
    }
    return { ...(principalId === undefined ? {} : { principalId }), left };
  }

  /** What a principal is called now in the directory; nothing when it is gone. */
  currentName(type: PrincipalType, id: PrincipalId): Promise<string | undefined> {
    return remembered(this.currentNames, id, () => this.identityCenter.principalName(type, id));
  }

  /** Accounts in which the permission set is assigned to the principal itself, whoever assigned it. */
  async existingAssignments(
    permissionSet: PermissionSetArn,
    type: PrincipalType,
    principalId: PrincipalId,
  ): Promise<ReadonlySet<AccountId>> {
    const found = await remembered(this.assignments, principalId, () =>
      this.identityCenter.assignmentsOf(type, principalId),
    );
    return found.get(permissionSet) ?? new Set();
  }

  isAssigned(assignment: Assignment): Promise<boolean> {
    return this.identityCenter.isAssigned(assignment);
  }

  private find(type: PrincipalType, name: string): Promise<PrincipalId | undefined> {
    return remembered(this.principals, `${type}%${name}`, () =>
      this.identityCenter.findPrincipal(type, this.nameInDirectory(name)),
    );
  }

  private isBelieved(): Promise<boolean> {
    this.isInhabited ??= this.identityCenter.hasPrincipals();
    return this.isInhabited;
  }

  private async readPermissionSet(name: PermissionSetName): Promise<Readiness> {
    const document = permissionSetDocumentOf(await this.store.get(permissionSetKey(name)));
    const convergence = convergenceOf(name, await this.store.get(convergenceKey(name)));
    return readinessOf({ name, document, convergence, observed: await this.names.arnOf(name) });
  }
}

function remembered<K extends string, T>(memory: Map<K, Promise<T>>, key: K, ask: () => Promise<T>): Promise<T> {
  const answer = memory.get(key) ?? ask();
  memory.set(key, answer);
  return answer;
}
