import { GetPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import type { AccountId } from '../domain/ids';
import { Missing } from '../ports/faults';
import type { PolicyReader } from '../ports/policy-reader';
import { roleSession } from './role-session';
import { naming } from './service-faults';

/** A client with the rights of the reader role of one account. */
export type IamClientOf = (accountId: AccountId) => Pick<IAMClient, 'send'>;

/** Policies through IAM, with a role of the same name in every account. */
export class IamPolicyReader implements PolicyReader {
  private readonly clients = new Map<AccountId, Pick<IAMClient, 'send'>>();

  constructor(
    private readonly partition: string,
    private readonly clientOf: IamClientOf,
  ) {}

  async missing(accountId: AccountId, policies: readonly string[]): Promise<readonly string[]> {
    const client = this.clients.get(accountId) ?? this.clientOf(accountId);
    this.clients.set(accountId, client);
    const present = await Promise.all(policies.map((policy) => this.exists(client, accountId, policy)));
    return policies.filter((_, index) => !present[index]);
  }

  private async exists(client: Pick<IAMClient, 'send'>, accountId: AccountId, policy: string): Promise<boolean> {
    const PolicyArn = `arn:${this.partition}:iam::${accountId}:policy${policy}`;
    try {
      await naming(client.send(new GetPolicyCommand({ PolicyArn })));
      return true;
    } catch (fault) {
      if (fault instanceof Missing) return false;
      throw fault;
    }
  }
}

/** The role is called the same in every account; it may have a path. */
export function iamClients(partition: string, roleName: string): IamClientOf {
  return (accountId) => {
    const credentials = roleSession(`arn:${partition}:iam::${accountId}:role/${roleName}`);
    return new IAMClient({ credentials, maxAttempts: 3 });
  };
}
