import type { AccountId, OrganizationalUnitId } from './ids';
import type { Account } from './organization';

/** Accounts of its scope that a link does not cover; other links of the pair may. */
export interface ScopeExceptions {
  readonly accounts?: readonly AccountId[];
  /** Like a scope: the accounts directly in a unit or the root, or its whole subtree with `SupportNestedOU`. */
  readonly organizationalUnits?: readonly OrganizationalUnitId[];
  /** Accounts that carry the key, with this value or without one given with any. */
  readonly tags?: readonly ExceptedTag[];
}

export interface ExceptedTag {
  readonly key: string;
  readonly value?: string;
}

/** A test of accounts: is this one excepted? */
export function exceptionTest(
  { accounts, organizationalUnits, tags = [] }: ScopeExceptions,
  supportNestedOu: boolean,
): (account: Account) => boolean {
  const ids = new Set(accounts);
  const units = new Set(organizationalUnits);
  return (account) => {
    const within = supportNestedOu ? account.ancestors : account.ancestors.slice(0, 1);
    return ids.has(account.id) || within.some((unit) => units.has(unit)) || tags.some((tag) => carries(account, tag));
  };
}

function carries({ tags }: Account, { key, value }: ExceptedTag): boolean {
  return Object.hasOwn(tags, key) && (value === undefined || tags[key] === value);
}
