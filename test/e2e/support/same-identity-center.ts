import { paginateListGroups, paginateListUsers } from '@aws-sdk/client-identitystore';
import { paginateListAccounts } from '@aws-sdk/client-organizations';
import {
  DescribePermissionSetCommand,
  ListInstancesCommand,
  paginateListPermissionSets,
} from '@aws-sdk/client-sso-admin';
import { type LivePermissionSet, livePermissionSetAt } from './live-permission-set';
import type { LocalCloud } from './local-cloud';
import { observedAssignments } from './observed';

/** All that is to be equal of two Identity Centers, without an id that differs between instances. */
export interface ComparedIdentityCenter {
  /** Ids. */
  readonly accounts: readonly string[];
  /** `GROUP name` and `USER name`, sorted. */
  readonly principals: readonly string[];
  /** By name, with all attributes. */
  readonly permissionSets: Readonly<Record<string, LivePermissionSet>>;
  /** `account permission set GROUP|USER principal`, by names, sorted. */
  readonly assignments: readonly string[];
}

/** Permission sets that are read at the same time. */
const AT_A_TIME = 8;

/** What Identity Center holds, read through the AWS API alone, by names: principals by name, accounts by id. */
export async function identityCenterOf(cloud: LocalCloud): Promise<ComparedIdentityCenter> {
  const { Instances = [] } = await cloud.ssoAdmin().send(new ListInstancesCommand({}));
  const [{ InstanceArn = '', IdentityStoreId = '' } = {}] = Instances;
  return {
    accounts: await accountIds(cloud),
    principals: await principals(cloud, IdentityStoreId),
    permissionSets: await permissionSets(cloud, InstanceArn),
    assignments: await observedAssignments(cloud),
  };
}

async function accountIds(cloud: LocalCloud): Promise<string[]> {
  const ids: string[] = [];
  for await (const { Accounts = [] } of paginateListAccounts({ client: cloud.organizations() }, {})) {
    ids.push(...Accounts.map(({ Id = '' }) => Id));
  }
  return ids.sort();
}

async function principals(cloud: LocalCloud, IdentityStoreId: string): Promise<string[]> {
  const client = cloud.identityStore();
  const found: string[] = [];
  for await (const { Groups = [] } of paginateListGroups({ client }, { IdentityStoreId })) {
    found.push(...Groups.map(({ DisplayName }) => `GROUP ${DisplayName}`));
  }
  for await (const { Users = [] } of paginateListUsers({ client }, { IdentityStoreId })) {
    found.push(...Users.map(({ UserName }) => `USER ${UserName}`));
  }
  return found.sort();
}

async function permissionSets(cloud: LocalCloud, InstanceArn: string): Promise<Record<string, LivePermissionSet>> {
  const client = cloud.ssoAdmin();
  const arns: string[] = [];
  for await (const { PermissionSets = [] } of paginateListPermissionSets({ client }, { InstanceArn })) {
    arns.push(...PermissionSets);
  }
  const named: (readonly [string, LivePermissionSet])[] = [];
  for (let start = 0; start < arns.length; start += AT_A_TIME) {
    const chunk = arns.slice(start, start + AT_A_TIME);
    named.push(...(await Promise.all(chunk.map((arn) => namedPermissionSet(cloud, InstanceArn, arn)))));
  }
  return Object.fromEntries(named.sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function namedPermissionSet(cloud: LocalCloud, InstanceArn: string, PermissionSetArn: string) {
  const question = { InstanceArn, PermissionSetArn };
  const { PermissionSet } = await cloud.ssoAdmin().send(new DescribePermissionSetCommand(question));
  return [PermissionSet?.Name ?? '', await livePermissionSetAt(cloud, question)] as const;
}
