import { GetGroupIdCommand, GetUserIdCommand, type IdentitystoreClient } from '@aws-sdk/client-identitystore';
import {
  DescribePermissionSetCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListPermissionSetsCommand,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import { InvariantViolated, Missing } from '../ports/faults';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { Instance } from './instance';
import { naming } from './service-faults';

/** AWS: a list answers up to 100 per page. */
const PAGE_SIZE = 100;

/** The clients a reader works with, each with the rights of its own role. */
export interface ReaderClients {
  readonly ssoAdmin: SSOAdminClient;
  readonly identityStore: IdentitystoreClient;
  /** AWS: ListAccountAssignmentsForPrincipal is answered in the management account only. */
  readonly ssoAdminInManagementAccount: SSOAdminClient;
  readonly instance: () => Promise<Instance>;
  /** Waits until this reader's share of the request rate allows another sso-admin call. */
  readonly pace: () => Promise<void>;
  /** The same for the Identity Store, which counts its requests by itself. */
  readonly paceIdentityStore: () => Promise<void>;
}

/** Permission sets and principals through sso-admin and the Identity Store. */
export class SsoIdentityCenterReader implements IdentityCenterReader {
  constructor(private readonly clients: ReaderClients) {}

  async listPermissionSets(): Promise<readonly PermissionSetArn[]> {
    const { instanceArn } = await this.clients.instance();
    const arns: PermissionSetArn[] = [];
    let NextToken: string | undefined;
    do {
      await this.clients.pace();
      const input = { InstanceArn: instanceArn, MaxResults: PAGE_SIZE, ...(NextToken ? { NextToken } : {}) };
      const page = await naming(this.clients.ssoAdmin.send(new ListPermissionSetsCommand(input)));
      arns.push(...((page.PermissionSets ?? []) as PermissionSetArn[]));
      NextToken = page.NextToken;
    } while (NextToken);
    return arns;
  }

  async permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    const { instanceArn } = await this.clients.instance();
    await this.clients.pace();
    const input = { InstanceArn: instanceArn, PermissionSetArn: arn };
    const { PermissionSet } = await naming(this.clients.ssoAdmin.send(new DescribePermissionSetCommand(input)));
    if (!PermissionSet?.Name) throw new InvariantViolated(`Permission set ${arn} has no name.`);
    return PermissionSet.Name as PermissionSetName;
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
    const { instanceArn } = await this.clients.instance();
    const accounts = new Map<PermissionSetArn, Set<AccountId>>();
    let NextToken: string | undefined;
    do {
      await this.clients.pace();
      const input = {
        InstanceArn: instanceArn,
        PrincipalType: type,
        PrincipalId: principalId,
        MaxResults: PAGE_SIZE,
        ...(NextToken ? { NextToken } : {}),
      };
      const command = new ListAccountAssignmentsForPrincipalCommand(input);
      const page = await naming(this.clients.ssoAdminInManagementAccount.send(command));
      for (const { PrincipalId, PermissionSetArn, AccountId } of page.AccountAssignments ?? []) {
        // AWS: for a user this also lists what its groups are assigned; only its own assignments count.
        if (PrincipalId !== principalId || !PermissionSetArn || !AccountId) continue;
        const arn = PermissionSetArn as PermissionSetArn;
        accounts.set(arn, (accounts.get(arn) ?? new Set()).add(AccountId as AccountId));
      }
      NextToken = page.NextToken;
    } while (NextToken);
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
