import { PagedMap } from '../paged-map';

export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** Anything in the organization that can be tagged. */
export interface Tagged {
  readonly id: string;
  readonly arn: string;
  readonly type: 'account' | 'organizationalunit' | 'root';
  readonly tags: Map<string, string>;
}

export interface Account extends Tagged {
  readonly type: 'account';
  readonly email: string;
  readonly name: string;
  readonly joinedMethod: 'CREATED' | 'INVITED';
  readonly joinedAt: Date;
  state: AccountState;
  parentId: string;
}

export interface Unit extends Tagged {
  readonly type: 'organizationalunit';
  readonly parentId: string;
  name: string;
}

/** A root or organizational unit, with what is directly in it. */
interface Parent {
  readonly accounts: PagedMap<Account>;
  readonly units: PagedMap<Unit>;
}

interface TreeIds {
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly rootId: string;
}

type NewAccount = Pick<Account, 'id' | 'email' | 'name' | 'joinedMethod' | 'joinedAt' | 'state' | 'parentId'>;

/** The accounts, organizational units and tags of one organization. */
export class OrganizationTree {
  readonly accounts = new PagedMap<Account>();
  readonly units = new PagedMap<Unit>();
  readonly root: Tagged;
  /** AWS: resource tagging lists only what is or was tagged. */
  readonly everTagged = new PagedMap<Tagged>();
  private readonly parents = new Map<string, Parent>();
  private readonly emails = new Set<string>();

  constructor(readonly ids: TreeIds) {
    const arn = this.arn('root', ids.rootId);
    this.root = { id: ids.rootId, arn, type: 'root', tags: new Map() };
    this.parents.set(ids.rootId, newParent());
  }

  parent(id: string): Parent | undefined {
    return this.parents.get(id);
  }

  addAccount(account: NewAccount): Account {
    const added: Account = { ...account, type: 'account', arn: this.arn('account', account.id), tags: new Map() };
    this.accounts.set(added.id, added);
    this.emails.add(added.email.toLowerCase());
    this.parents.get(added.parentId)?.accounts.set(added.id, added);
    return added;
  }

  moveAccount(account: Account, parentId: string): void {
    this.parents.get(account.parentId)?.accounts.delete(account.id);
    account.parentId = parentId;
    this.parents.get(parentId)?.accounts.set(account.id, account);
  }

  removeAccount(account: Account): void {
    this.parents.get(account.parentId)?.accounts.delete(account.id);
    this.accounts.delete(account.id);
    this.emails.delete(account.email.toLowerCase());
    this.everTagged.delete(account.id);
  }

  hasEmail(email: string): boolean {
    return this.emails.has(email.toLowerCase());
  }

  addUnit(unit: Pick<Unit, 'id' | 'name' | 'parentId'>): Unit {
    const added: Unit = { ...unit, type: 'organizationalunit', arn: this.arn('ou', unit.id), tags: new Map() };
    this.units.set(added.id, added);
    this.parents.set(added.id, newParent());
    this.parents.get(added.parentId)?.units.set(added.id, added);
    return added;
  }

  removeUnit(unit: Unit): void {
    this.parents.get(unit.parentId)?.units.delete(unit.id);
    this.parents.delete(unit.id);
    this.units.delete(unit.id);
    this.everTagged.delete(unit.id);
  }

  /** AWS: names are unique among the organizational units of one parent. */
  unitNamed(parentId: string, name: string): Unit | undefined {
    const siblings = this.parents.get(parentId)?.units.values() ?? [];
    for (const unit of siblings) if (unit.name === name) return unit;
    return undefined;
  }

  /** Levels of organizational units above and including this one; 0 for the root. */
  depthOf(parentId: string): number {
    return this.ancestry(parentId).length;
  }

  /** `o-…/r-…/ou-…/…/` of a root, organizational unit or account. */
  pathOf(resource: Account | Unit): string {
    const { organizationId, rootId } = this.ids;
    return `${[organizationId, rootId, ...this.ancestry(resource.parentId), resource.id].join('/')}/`;
  }

  resource(id: string): Tagged | undefined {
    if (id === this.root.id) return this.root;
    return this.accounts.get(id) ?? this.units.get(id);
  }

  setTags(resource: Tagged, tags: ReadonlyMap<string, string>): void {
    resource.tags.clear();
    for (const [key, value] of tags) resource.tags.set(key, value);
    if (tags.size > 0) this.everTagged.set(resource.id, resource);
  }

  arn(type: 'account' | 'ou' | 'root', id: string): string {
    return `arn:aws:organizations::${this.ids.managementAccountId}:${type}/${this.ids.organizationId}/${id}`;
  }

  /** Ids from the outermost organizational unit down to `parentId`. */
  private ancestry(parentId: string): string[] {
    const chain: string[] = [];
    for (let unit = this.units.get(parentId); unit; unit = this.units.get(unit.parentId)) chain.unshift(unit.id);
    return chain;
  }
}

function newParent(): Parent {
  return { accounts: new PagedMap(), units: new PagedMap() };
}
