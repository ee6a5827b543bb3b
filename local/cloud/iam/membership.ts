/** What policies can ask about the organization (`aws:PrincipalOrgID`, `aws:ResourceOrgID`). */
export interface OrganizationMembership {
  readonly id: string;
  readonly managementAccountId: string;
  /** Whether the account is in the organization now. */
  has(accountId: string): boolean;
}
