import { GetGroupIdCommand, GetUserIdCommand, type IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { ListAccountAssignmentsForPrincipalCommand } from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import { Missing } from '../ports/faults';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import { allPages } from './all-pages';
import type { Instance } from './instance';
import type { PacedSsoAdmin } from './paced-sso-admin';
import { naming } from './service-faults';
import { SsoPermissionSetLookup } from './sso-permission-set-lookup';

/** The clients a reader works with, each with the rights of its own role. */
export interface ReaderClients {
  readonly ssoAdmin: PacedSsoAdmin;
  readonly identityStore: IdentitystoreClient;
  /** AWS: ListAccountAssignmentsForPrincipal is answered in the management account only. */
  readonly ssoAdminInManagementAccount: PacedSsoAdmin;
  readonly instance: () => Promise<Instance>;
  /** Waits until another call of the Identity Store is allowed, which counts its requests by itself. */
  readonly paceIdentityStore: () => Promise<void>;
}

/** Permission sets and principals through sso-admin and the Identity Store. */
export class SsoIdentityCenterReader implements IdentityCenterReader {
  private readonly lookup: SsoPermissionSetLookup;

  constructor(private readonly clients: ReaderClients) {
    this.lookup = new SsoPermissionSetLookup(clients.ssoAdmin);
  }

  listPermissionSets(): Promise<readonly PermissionSetArn[]> {
    return this.lookup.listPermissionSets();
  }

  permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    return this.lookup.permissionSetName(arn);
  }

  async findPrincipal(type: PrincipalType, name: string): Promise<PrincipalId | undefined> {
    try {
      return (await this.principalId(type, name)) as PrincipalId | undefined;
    } catch (fault) {
      if (fault instanceof Missing) return undefined;
      throw fault;
    }
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

  private async principalId(type: PrincipalType, name: string): Promise<string | undefined> {
    const { identityStoreId: IdentityStoreId } = await this.clients.instance();
    const AttributePath = type === 'GROUP' ? 'displayName' : 'userName';
    const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue: name } };
    const input = { IdentityStoreId, AlternateIdentifier };
    const { identityStore, paceIdentityStore } = this.clients;
    await paceIdentityStore();
    if (type === 'GROUP') return (await naming(identityStore.send(new GetGroupIdCommand(input)))).GroupId;
    return (await naming(identityStore.send(new GetUserIdCommand(input)))).UserId;
  }
}
