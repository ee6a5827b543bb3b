import type { AccountId, OrganizationalUnitId } from './ids';

/** AWS Organizations: the life of an account. Only ACTIVE accounts are covered by links. */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly state: AccountState;
  /** The parent first, the root last. */
  readonly ancestors: readonly OrganizationalUnitId[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The organization as it was read, indexed for the questions that scopes ask. */
export interface Organization {
  readonly managementAccountId: AccountId;
  readonly accounts: ReadonlyMap<AccountId, Account>;
  /** Every parent that is known to exist, with or without accounts; the root among them. */
  readonly organizationalUnits: ReadonlySet<OrganizationalUnitId>;
  readonly childrenOf: ReadonlyMap<OrganizationalUnitId, readonly Account[]>;
  readonly descendantsOf: ReadonlyMap<OrganizationalUnitId, readonly Account[]>;
  /** Keys are `tagKeyValue(key, value)`. */
  readonly taggedWith: ReadonlyMap<string, readonly Account[]>;
}

export function tagKeyValue(key: string, value: string): string {
  return `${key}^${value}`;
}

/** Indexes accounts by parent, by ancestor and by tag: one pass over the accounts. */
export function indexOrganization(
  managementAccountId: AccountId,
  accounts: Iterable<Account>,
  knownUnits: Iterable<OrganizationalUnitId> = [],
): Organization {
  const byId = new Map<AccountId, Account>();
  const units = new Set(knownUnits);
  const childrenOf = new Map<OrganizationalUnitId, Account[]>();
  const descendantsOf = new Map<OrganizationalUnitId, Account[]>();
  const taggedWith = new Map<string, Account[]>();
  for (const account of accounts) {
    byId.set(account.id, account);
    const [parent] = account.ancestors;
    if (parent) append(childrenOf, parent, account);
    for (const ancestor of account.ancestors) {
      units.add(ancestor);
      append(descendantsOf, ancestor, account);
    }
    for (const [key, value] of Object.entries(account.tags)) append(taggedWith, tagKeyValue(key, value), account);
  }
  return {
    managementAccountId,
    accounts: byId,
    organizationalUnits: units,
    childrenOf,
    descendantsOf,
    taggedWith,
  };
}

/** The same organization, of which only some accounts are looked at. */
export function accountsOf(organization: Organization, ids: Iterable<AccountId>): Organization {
  const accounts = [...ids].flatMap((id) => organization.accounts.get(id) ?? []);
  return indexOrganization(organization.managementAccountId, accounts, organization.organizationalUnits);
}

/** Why no operation is attempted in an account, or nothing when it can be worked in. */
export function unreachableReason(organization: Organization, accountId: AccountId): string | undefined {
  if (accountId === organization.managementAccountId) {
    return `${accountId} is the management account; a delegated administrator cannot assign there, so it is skipped`;
  }
  const account = organization.accounts.get(accountId);
  if (!account) return `${accountId} is not in the organization`;
  return account.state === 'ACTIVE' ? undefined : `${accountId} is ${account.state}, not ACTIVE`;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
