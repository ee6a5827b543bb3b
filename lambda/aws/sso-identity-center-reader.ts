import {
  ListAccountAssignmentsCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListAccountsForProvisionedPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import type { Assignment } from '../domain/ledger-row';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { AssignedPrincipal, InstanceReader } from '../ports/instance-reader';
import { allPages } from './all-pages';
import { type IdentityStoreClients, IdentityStorePrincipals } from './identity-store-principals';
import type { PacedSsoAdmin } from './paced-sso-admin';
import { SsoPermissionSetLookup } from './sso-permission-set-lookup';

/** The clients a reader works with, each with the rights of its own role. */
export interface ReaderClients extends IdentityStoreClients {
  readonly ssoAdmin: PacedSsoAdmin;
  /** AWS: ListAccountAssignmentsForPrincipal is answered in the management account only. */
  readonly ssoAdminInManagementAccount: PacedSsoAdmin;
}

/** Permission sets and principals through sso-admin and the Identity Store. */
export class SsoIdentityCenterReader implements IdentityCenterReader, InstanceReader {
  private readonly lookup: SsoPermissionSetLookup;
  private readonly principals: IdentityStorePrincipals;

  constructor(private readonly clients: ReaderClients) {
    this.lookup = new SsoPermissionSetLookup(clients.ssoAdmin);
    this.principals = new IdentityStorePrincipals(clients);
  }

  listPermissionSets(): Promise<readonly PermissionSetArn[]> {
    return this.lookup.listPermissionSets();
  }

  permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    return this.lookup.permissionSetName(arn);
  }

  findPrincipal(type: PrincipalType, name: string): Promise<PrincipalId | undefined> {
    return this.principals.find(type, name);
  }

  principalName(type: PrincipalType, id: PrincipalId): Promise<string | undefined> {
    return this.principals.nameOf(type, id);
  }

  hasPrincipals(): Promise<boolean> {
    return this.principals.any();
  }

  async isAssigned({ accountId, permissionSetArn, principalType, principalId }: Assignment): Promise<boolean> {
    const assigned = await this.assignedIn(permissionSetArn, accountId);
    return assigned.some((one) => one.principalId === principalId && one.principalType === principalType);
  }

  async accountsWith(permissionSetArn: PermissionSetArn): Promise<readonly AccountId[]> {
    const accounts = await allPages(async (page) => {
      const { AccountIds = [], NextToken } = await this.clients.ssoAdmin.send(
        (InstanceArn) =>
          new ListAccountsForProvisionedPermissionSetCommand({
            InstanceArn,
            PermissionSetArn: permissionSetArn,
            ...page,
          }),
      );
      return { entries: AccountIds, NextToken };
    });
    return accounts as AccountId[];
  }

  async assignedIn(permissionSetArn: PermissionSetArn, accountId: AccountId): Promise<readonly AssignedPrincipal[]> {
    const where = { AccountId: accountId, PermissionSetArn: permissionSetArn };
    const assignments = await allPages(async (page) => {
      const { AccountAssignments = [], NextToken } = await this.clients.ssoAdmin.send(
        (InstanceArn) => new ListAccountAssignmentsCommand({ InstanceArn, ...where, ...page }),
      );
      return { entries: AccountAssignments, NextToken };
    });
    return assignments.flatMap(({ PrincipalId, PrincipalType }) =>
      PrincipalId && PrincipalType
        ? { principalType: PrincipalType as PrincipalType, principalId: PrincipalId as PrincipalId }
        : [],
    );
  }

  async assignmentsOf(type: PrincipalType, principalId: PrincipalId) {
    const accounts = new Map<PermissionSetArn, Set<AccountId>>();
    const ofPrincipal = { PrincipalType: type, PrincipalId: principalId };
    const assignments = await allPages(async (page) => {
      const { AccountAssignments = [], NextToken } = await this.clients.ssoAdminInManagementAccount.send(
        (InstanceArn) => new ListAccountAssignmentsForPrincipalCommand({ InstanceArn, ...ofPrincipal, ...page }),
      );
      return { entries: AccountAssignments, NextToken };
    });
    for (const { PrincipalId, PermissionSetArn, AccountId } of assignments) {
      // AWS: for a user this also lists what its groups are assigned; only its own assignments count.
      if (PrincipalId !== principalId || !PermissionSetArn || !AccountId) continue;
      const arn = PermissionSetArn as PermissionSetArn;
      accounts.set(arn, (accounts.get(arn) ?? new Set()).add(AccountId as AccountId));
    }
    return accounts;
  }
}
