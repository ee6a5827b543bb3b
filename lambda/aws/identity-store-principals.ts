import {
  DescribeGroupCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetUserIdCommand,
  type IdentitystoreClient,
  ListGroupsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore';
import type { PrincipalId, PrincipalType } from '../domain/ids';
import { Unavailable } from '../ports/faults';
import type { Instance } from './instance';
import { naming } from './service-faults';
import { unlessMissing } from './unless-missing';

export interface IdentityStoreClients {
  readonly identityStore: IdentitystoreClient;
  readonly instance: () => Promise<Instance>;
  /** Waits until another call of the Identity Store is allowed, which counts its requests by itself. */
  readonly paceIdentityStore: () => Promise<void>;
}

/** AWS: CloudTrail shows this instead of a name. It is no name. */
const REDACTED = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Groups and users of the Identity Store. */
export class IdentityStorePrincipals {
  constructor(private readonly clients: IdentityStoreClients) {}

  /** Exact lookup by name; nothing when no such principal exists. */
  async find(type: PrincipalType, name: string): Promise<PrincipalId | undefined> {
    try {
      return (await unlessMissing(this.getId(type, name))) as PrincipalId | undefined;
    } catch (fault) {
      if (!isUnknownOperation(fault)) throw fault;
      return (await this.search(type, name)) as PrincipalId | undefined;
    }
  }

  /** What a principal is called; nothing when there is none of this id. */
  async nameOf(type: PrincipalType, id: PrincipalId): Promise<string | undefined> {
    const name = await unlessMissing(this.describe(type, id));
    if (name === REDACTED) throw new Unavailable(`The directory hides the name of ${type} ${id}.`);
    return name;
  }

  async any(): Promise<boolean> {
    const IdentityStoreId = await this.store();
    const { identityStore } = this.clients;
    const groups = await naming(identityStore.send(new ListGroupsCommand({ IdentityStoreId, MaxResults: 1 })));
    const users = await naming(identityStore.send(new ListUsersCommand({ IdentityStoreId, MaxResults: 1 })));
    return (groups.Groups ?? []).length > 0 || (users.Users ?? []).length > 0;
  }

  private async getId(type: PrincipalType, name: string): Promise<string | undefined> {
    const AttributePath = type === 'GROUP' ? 'displayName' : 'userName';
    const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue: name } };
    const input = { IdentityStoreId: await this.store(), AlternateIdentifier };
    const { identityStore } = this.clients;
    if (type === 'GROUP') return (await naming(identityStore.send(new GetGroupIdCommand(input)))).GroupId;
    return (await naming(identityStore.send(new GetUserIdCommand(input)))).UserId;
  }

  private async describe(type: PrincipalType, id: PrincipalId): Promise<string | undefined> {
    const IdentityStoreId = await this.store();
    const { identityStore } = this.clients;
    if (type === 'GROUP') {
      const command = new DescribeGroupCommand({ IdentityStoreId, GroupId: id });
      return (await naming(identityStore.send(command))).DisplayName;
    }
    return (await naming(identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId: id })))).UserName;
  }

  /** AWS: the filter is deprecated, and still the only way where a Region lacks GetGroupId and GetUserId. */
  private async search(type: PrincipalType, name: string): Promise<string | undefined> {
    const IdentityStoreId = await this.store();
    const AttributePath = type === 'GROUP' ? 'DisplayName' : 'UserName';
    const input = { IdentityStoreId, Filters: [{ AttributePath, AttributeValue: name }] };
    const { identityStore } = this.clients;
    if (type === 'GROUP') {
      const { Groups = [] } = await naming(identityStore.send(new ListGroupsCommand(input)));
      return Groups.find(({ DisplayName }) => DisplayName === name)?.GroupId;
    }
    const { Users = [] } = await naming(identityStore.send(new ListUsersCommand(input)));
    return Users.find(({ UserName }) => UserName === name)?.UserId;
  }

  private async store(): Promise<string> {
    const { identityStoreId } = await this.clients.instance();
    await this.clients.paceIdentityStore();
    return identityStoreId;
  }
}

/** AWS: some Regions answer so. https://github.com/hashicorp/terraform-provider-aws/issues/31624 */
function isUnknownOperation(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'UnknownOperationException';
}
