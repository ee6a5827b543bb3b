import {
  type Account as AwsAccount,
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsCommand,
  ListTagsForResourceCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetResourcesCommand, type ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { AccountId, OrganizationalUnitId } from '../domain/ids';
import type { Account, AccountState } from '../domain/organization';
import { InvariantViolated } from '../ports/faults';
import type { OrganizationReader } from '../ports/organization-reader';
import { naming } from './service-faults';
import { unlessMissing } from './unless-missing';

type Tags = Readonly<Record<string, string>>;

/** AWS: ListAccounts answers up to 20 per page, GetResources up to 100. */
const ACCOUNTS_PER_PAGE = 20;
const RESOURCES_PER_PAGE = 100;

/** AWS Organizations and the tags of its accounts, with the rights of the reader role in the management account. */
export class OrganizationsReader implements OrganizationReader {
  constructor(
    private readonly organizations: OrganizationsClient,
    private readonly tagging: ResourceGroupsTaggingAPIClient,
  ) {}

  async readAccounts(): Promise<readonly Account[]> {
    const tags = await this.readTags();
    const accounts: Account[] = [];
    let NextToken: string | undefined;
    do {
      const input = { MaxResults: ACCOUNTS_PER_PAGE, ...(NextToken ? { NextToken } : {}) };
      const page = await naming(this.organizations.send(new ListAccountsCommand(input)));
      for (const account of page.Accounts ?? []) accounts.push(accountOf(account, tags.get(account.Id ?? '') ?? {}));
      NextToken = page.NextToken;
    } while (NextToken);
    return accounts;
  }

  async readAccount(accountId: AccountId): Promise<Account | undefined> {
    const described = await unlessMissing(
      naming(this.organizations.send(new DescribeAccountCommand({ AccountId: accountId }))),
    );
    if (!described?.Account) return undefined;
    return accountOf(described.Account, await this.tagsOf(accountId));
  }

  async organizationalUnitExists(id: OrganizationalUnitId): Promise<boolean> {
    // The root is an ancestor of every account; a root id that none has is another organization's.
    if (id.startsWith('r-')) return false;
    const command = new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: id });
    return (await unlessMissing(naming(this.organizations.send(command)))) !== undefined;
  }

  /** One sweep instead of one call per account; it lists only accounts that are or were tagged. */
  private async readTags(): Promise<ReadonlyMap<string, Tags>> {
    const tags = new Map<string, Tags>();
    let PaginationToken: string | undefined;
    do {
      const page = await naming(
        this.tagging.send(
          new GetResourcesCommand({
            ResourceTypeFilters: ['organizations:account'],
            ResourcesPerPage: RESOURCES_PER_PAGE,
            ...(PaginationToken ? { PaginationToken } : {}),
          }),
        ),
      );
      for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
        tags.set(ResourceARN.slice(ResourceARN.lastIndexOf('/') + 1), tagRecord(Tags));
      }
      PaginationToken = page.PaginationToken || undefined;
    } while (PaginationToken);
    return tags;
  }

  private async tagsOf(accountId: AccountId): Promise<Tags> {
    const tags: Record<string, string> = {};
    let NextToken: string | undefined;
    do {
      const input = { ResourceId: accountId, ...(NextToken ? { NextToken } : {}) };
      const page = await naming(this.organizations.send(new ListTagsForResourceCommand(input)));
      Object.assign(tags, tagRecord(page.Tags ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return tags;
  }
}

function tagRecord(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function accountOf({ Id, Name, State, Status, Paths }: AwsAccount, tags: Tags): Account {
  const [path] = Paths ?? [];
  if (!Id || !path) throw new InvariantViolated(`Organizations answered no path for account ${Id}.`);
  const state = (State ?? Status ?? 'ACTIVE') as AccountState;
  return { id: Id as AccountId, name: Name ?? Id, state, ancestors: ancestorsOf(path), tags };
}

/** `o-…/r-…/ou-…/ou-…/123456789012/` → parents, the nearest first. */
function ancestorsOf(path: string): OrganizationalUnitId[] {
  const [, ...steps] = path.split('/').filter((step) => step !== '');
  return steps.slice(0, -1).reverse() as OrganizationalUnitId[];
}
