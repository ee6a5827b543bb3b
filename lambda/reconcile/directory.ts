import { convergenceKey, convergenceOf } from '../domain/convergence';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import { permissionSetDocumentOf, permissionSetKey } from '../domain/permission-set-document';
import { type Readiness, readinessOf } from '../domain/readiness';
import { PermissionSetNames } from '../permission-sets/permission-set-names';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { Store } from '../ports/store';

/** Names to ids, for one step. */
export class Directory {
  private readonly names: PermissionSetNames;
  private readonly permissionSets = new Map<PermissionSetName, Promise<Readiness>>();
  private readonly principals = new Map<string, Promise<PrincipalId | undefined>>();
  private readonly assignments = new Map<string, ReturnType<IdentityCenterReader['assignmentsOf']>>();

  constructor(
    private readonly identityCenter: IdentityCenterReader,
    private readonly store: Store,
    /** Turns a name as declared into the name the directory knows (`name@domain` with `IsAdUsed`). */
    private readonly principalNameInDirectory: (name: string) => string,
  ) {
    this.names = new PermissionSetNames(identityCenter, store);
  }

  /** Whether a permission set can be assigned now, or what has to happen before. */
  permissionSet(name: PermissionSetName): Promise<Readiness> {
    return remembered(this.permissionSets, name, () => this.readPermissionSet(name));
  }

  principalId(type: PrincipalType, name: string): Promise<PrincipalId | undefined> {
    return remembered(this.principals, `${type}%${name}`, () =>
      this.identityCenter.findPrincipal(type, this.principalNameInDirectory(name)),
    );
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
