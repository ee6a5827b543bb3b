import type { AccountId } from '../domain/ids';

/** The customer managed policies of the accounts. Throws `Throttled`, `Denied`, `Unavailable` or `OutcomeUnknown`. */
export interface PolicyReader {
  /** Those of the policies (path and name) that the account does not have. */
  missing(accountId: AccountId, policies: readonly string[]): Promise<readonly string[]>;
}
