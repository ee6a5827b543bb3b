/** AWS: at most one state-changing operation at a time per account and permission set. */
export class PairLocks {
  private readonly lockedAccounts = new Map<string, Set<string>>();

  isLocked(accountId: string, permissionSetArn: string): boolean {
    return this.lockedAccounts.get(permissionSetArn)?.has(accountId) ?? false;
  }

  /** Whether any account has an operation for this permission set. */
  isAnyLocked(permissionSetArn: string): boolean {
    return this.lockedAccounts.has(permissionSetArn);
  }

  lock(accountId: string, permissionSetArn: string): void {
    const accounts = this.lockedAccounts.get(permissionSetArn) ?? new Set<string>();
    accounts.add(accountId);
    this.lockedAccounts.set(permissionSetArn, accounts);
  }

  unlock(accountId: string, permissionSetArn: string): void {
    const accounts = this.lockedAccounts.get(permissionSetArn);
    accounts?.delete(accountId);
    if (accounts?.size === 0) this.lockedAccounts.delete(permissionSetArn);
  }
}
