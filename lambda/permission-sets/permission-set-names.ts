import type { PermissionSetArn, PermissionSetName } from '../domain/ids';
import type { Key } from '../domain/write';
import { Missing } from '../ports/faults';
import type { PermissionSetLookup } from '../ports/permission-set-lookup';
import { queryAll, type Store } from '../ports/store';

const NAMES = 'NAMES';

/** The name of a permission set that was seen before, also after it was deleted. */
export async function nameSeenBefore(store: Store, arn: PermissionSetArn): Promise<PermissionSetName | undefined> {
  const item = await store.get(nameKey(arn));
  return item?.name as PermissionSetName | undefined;
}

function nameKey(arn: PermissionSetArn): Key {
  return { table: 'permission-sets', pk: NAMES, sk: arn };
}

/**
 * Names of permission sets to their ARNs, for one step. The name of a permission set never changes, so it is asked for
 * once and then kept; which permission sets exist is read anew in every step.
 */
export class PermissionSetNames {
  private arns?: Promise<Map<PermissionSetName, PermissionSetArn>>;

  constructor(
    private readonly lookup: PermissionSetLookup,
    private readonly store: Store,
  ) {}

  /** Exact lookup; nothing when there is no permission set of this name. */
  async arnOf(name: PermissionSetName): Promise<PermissionSetArn | undefined> {
    this.arns ??= this.read();
    return (await this.arns).get(name);
  }

  /** A permission set that was just created. */
  async add(name: PermissionSetName, arn: PermissionSetArn): Promise<void> {
    await this.keep(arn, name);
    (await this.arns)?.set(name, arn);
  }

  /** What exists has turned out to be different: read again at the next question. */
  forget(): void {
    delete this.arns;
  }

  private async read(): Promise<Map<PermissionSetName, PermissionSetArn>> {
    const known = new Map<string, PermissionSetName>();
    for (const item of await queryAll(this.store, { table: 'permission-sets', pk: NAMES })) {
      known.set(item.sk, item.name as PermissionSetName);
    }
    const arns = new Map<PermissionSetName, PermissionSetArn>();
    for (const arn of await this.lookup.listPermissionSets()) {
      const name = known.get(arn) ?? (await this.learn(arn));
      if (name !== undefined) arns.set(name, arn);
    }
    return arns;
  }

  /** Nothing when it was deleted since it was listed. */
  private async learn(arn: PermissionSetArn): Promise<PermissionSetName | undefined> {
    try {
      const name = await this.lookup.permissionSetName(arn);
      await this.keep(arn, name);
      return name;
    } catch (fault) {
      if (fault instanceof Missing) return undefined;
      throw fault;
    }
  }

  private async keep(arn: PermissionSetArn, name: PermissionSetName): Promise<void> {
    await this.store.transact([{ at: nameKey(arn), put: { name } }]);
  }
}
