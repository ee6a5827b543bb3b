/** What Identity Center asks of the services beside it. */
export interface Neighbours {
  /** The directory: the identity store of the instance. */
  readonly directory: {
    hasPrincipal(type: 'USER' | 'GROUP', id: string): boolean;
    /** Ids of the groups that this user is a member of. */
    groupsOf(userId: string): readonly string[];
  };
  readonly organization: {
    /** Undefined for an account that is not a member. */
    accountState(accountId: string): { readonly state: string; readonly joinedAtMs: number } | undefined;
  };
  /** Customer managed policies of the accounts, by path and name. */
  readonly policies: { has(accountId: string, policy: string): boolean };
}
