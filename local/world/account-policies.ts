/** The customer managed IAM policies that exist in each account, by path and name (both case-sensitive in IAM). */
export class AccountPolicies {
  private readonly names = new Map<string, Set<string>>();

  /** `policy`: path and name together, e.g. `/cmp/1/cmp-1`. */
  add(accountId: string, policy: string): void {
    const known = this.names.get(accountId) ?? new Set<string>();
    known.add(policy);
    this.names.set(accountId, known);
  }

  remove(accountId: string, policy: string): boolean {
    return this.names.get(accountId)?.delete(policy) ?? false;
  }

  has(accountId: string, policy: string): boolean {
    return this.names.get(accountId)?.has(policy) ?? false;
  }

  inAccount(accountId: string): string[] {
    return [...(this.names.get(accountId) ?? [])];
  }
}
