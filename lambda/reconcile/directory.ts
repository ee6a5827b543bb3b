import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import type { Key } from '../domain/write';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import { queryAll, type Store } from '../ports/store';

const PERMISSION_SETS = 'PERMISSION_SETS';

/**
 * Names to ids, for one step. The name of a permission set never changes, so it is asked for once and then kept; which
 * permission sets exist is read anew in every step, and so is every principal.
 */
export class Directory {
  private permissionSets?: Promise<ReadonlyMap<PermissionSetName, PermissionSetArn>>;
  private readonly principals = new Map<string, Promise<PrincipalId | undefined>>();
  private readonly assignments = new Map<string, ReturnType<IdentityCenterReader['assignmentsOf']>>();

  constructor(
    private readonly identityCenter: IdentityCenterReader,
    private readonly store: Store,
    /** Turns a name as declared into the name the directory knows (`name@domain` with `IsAdUsed`). */
    private readonly principalNameInDirectory: (name: string) => string,
  ) {}

  async permissionSetArn(name: PermissionSetName): Promise<PermissionSetArn | undefined> {
    this.permissionSets ??= this.readPermissionSets();
    return (await this.permissionSets).get(name);
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

  private async readPermissionSets(): Promise<ReadonlyMap<PermissionSetName, PermissionSetArn>> {
    const known = new Map<string, PermissionSetName>();
    for (const item of await queryAll(this.store, { table: 'organization', pk: PERMISSION_SETS })) {
      known.set(item.sk, item.name as PermissionSetName);
    }
    const arns = new Map<PermissionSetName, PermissionSetArn>();
    for (const arn of await this.identityCenter.listPermissionSets()) {
      arns.set(known.get(arn) ?? (await this.learnName(arn)), arn);
    }
    return arns;
  }

  private async learnName(arn: PermissionSetArn): Promise<PermissionSetName> {
    const name = await this.identityCenter.permissionSetName(arn);
    const at: Key = { table: 'organization', pk: PERMISSION_SETS, sk: arn };
    await this.store.transact([{ at, put: { name } }]);
    return name;
  }
}

function remembered<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = memory.get(key) ?? ask();
  memory.set(key, answer);
  return answer;
}
