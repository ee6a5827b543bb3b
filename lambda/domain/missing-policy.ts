import type { AccountId } from './ids';

/** Why an account cannot have a permission set: it lacks a customer managed policy, named by path and name. */
export function policyIsMissing(accountId: AccountId, policy: string): string {
  return `policy ${policy} is not in account ${accountId}`;
}

/** The same as what a request waits for. */
export function waitsForPolicy(accountId: AccountId, policy: string): string {
  return `policy: ${policy} is not in account ${accountId}`;
}
