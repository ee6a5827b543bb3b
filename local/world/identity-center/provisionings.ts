import { PagedMap } from '../paged-map';

/** A permission set as a role in an account. */
export interface Provisioning {
  readonly accountId: string;
  readonly permissionSetArn: string;
  /** `AWSReservedSSO_<permission set name>_<16 hex>`; the suffix is new each time the role is made. */
  readonly roleName: string;
  /** Version of the permission set that the role was made from. */
  version: number;
}

const NOTHING: PagedMap<Provisioning> = new PagedMap();

/** Which permission sets are provisioned in which accounts, readable from both sides. */
export class Provisionings {
  private readonly byAccount = new Map<string, PagedMap<Provisioning>>();
  private readonly bySet = new Map<string, PagedMap<Provisioning>>();

  get(accountId: string, permissionSetArn: string): Provisioning | undefined {
    return this.byAccount.get(accountId)?.get(permissionSetArn);
  }

  inAccount(accountId: string): PagedMap<Provisioning> {
    return this.byAccount.get(accountId) ?? NOTHING;
  }

  ofPermissionSet(permissionSetArn: string): PagedMap<Provisioning> {
    return this.bySet.get(permissionSetArn) ?? NOTHING;
  }

  add(provisioning: Provisioning): void {
    const { accountId, permissionSetArn } = provisioning;
    listIn(this.byAccount, accountId).set(permissionSetArn, provisioning);
    listIn(this.bySet, permissionSetArn).set(accountId, provisioning);
  }

  remove({ accountId, permissionSetArn }: Provisioning): void {
    this.byAccount.get(accountId)?.delete(permissionSetArn);
    this.bySet.get(permissionSetArn)?.delete(accountId);
  }
}

function listIn(index: Map<string, PagedMap<Provisioning>>, of: string): PagedMap<Provisioning> {
  const known = index.get(of);
  if (known) return known;
  const list = new PagedMap<Provisioning>();
  index.set(of, list);
  return list;
}
