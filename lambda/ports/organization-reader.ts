import type { AccountId, OrganizationalUnitId } from '../domain/ids';
import type { Account } from '../domain/organization';

/** AWS Organizations as it is now. Throws `Throttled`, `Denied` or `Unavailable`. */
export interface OrganizationReader {
  /** Every account with its parents, state and tags. */
  readAccounts(): Promise<readonly Account[]>;
  /** One account, or nothing when it is not in the organization. */
  readAccount(accountId: AccountId): Promise<Account | undefined>;
  organizationalUnitExists(id: OrganizationalUnitId): Promise<boolean>;
}
