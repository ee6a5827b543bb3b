import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateListGroups, paginateListUsers } from '@aws-sdk/client-identitystore';
import {
  DescribePermissionSetCommand,
  ListInstancesCommand,
  paginateListAccountAssignments,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListPermissionSets,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { administratorOf, type LocalCloud, TARGET } from './local-cloud';
import { assignmentText } from './oracle';

/** Every assignment of the organization by names, as Identity Center and the Identity Store tell it; sorted. */
export async function observedAssignments(cloud: LocalCloud): Promise<string[]> {
  const client = cloud.ssoAdmin();
  const { Instances = [] } = await client.send(new ListInstancesCommand({}));
  const [{ InstanceArn = '', IdentityStoreId = '' } = {}] = Instances;
  const principals = await principalNames(cloud, IdentityStoreId);
  const found: string[] = [];
  for await (const { PermissionSets = [] } of paginateListPermissionSets({ client }, { InstanceArn })) {
    for (const PermissionSetArn of PermissionSets) {
      found.push(...(await assignmentsWith({ client, principals, InstanceArn, PermissionSetArn })));
    }
  }
  return found.sort();
}

interface PermissionSetInView {
  readonly client: SSOAdminClient;
  /** Principal id → name. */
  readonly principals: ReadonlyMap<string, string>;
  readonly InstanceArn: string;
  readonly PermissionSetArn: string;
}

async function assignmentsWith({ client, principals, ...permissionSet }: PermissionSetInView): Promise<string[]> {
  const { PermissionSet } = await client.send(new DescribePermissionSetCommand(permissionSet));
  const permissionSetName = PermissionSet?.Name ?? '';
  const found: string[] = [];
  for await (const { AccountIds = [] } of paginateListAccountsForProvisionedPermissionSet({ client }, permissionSet)) {
    for (const accountId of AccountIds) {
      const question = { ...permissionSet, AccountId: accountId };
      for await (const { AccountAssignments = [] } of paginateListAccountAssignments({ client }, question)) {
        for (const { PrincipalId = '', PrincipalType: principalType = 'GROUP' } of AccountAssignments) {
          const principalName = principals.get(PrincipalId) ?? PrincipalId;
          found.push(assignmentText({ accountId, permissionSetName, principalType, principalName }));
        }
      }
    }
  }
  return found;
}

async function principalNames(cloud: LocalCloud, IdentityStoreId: string): Promise<Map<string, string>> {
  const client = cloud.identityStore();
  const names = new Map<string, string>();
  for await (const { Groups = [] } of paginateListGroups({ client }, { IdentityStoreId })) {
    for (const { GroupId = '', DisplayName = '' } of Groups) names.set(GroupId, DisplayName);
  }
  for await (const { Users = [] } of paginateListUsers({ client }, { IdentityStoreId })) {
    for (const { UserId = '', UserName = '' } of Users) names.set(UserId, UserName);
  }
  return names;
}

/** An item of one of the controller's tables, as DynamoDB has it. */
export interface StoredItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

export async function storedItems(cloud: LocalCloud, table: 'links' | 'ledger' | 'control'): Promise<StoredItem[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.clientOf(administratorOf(TARGET))));
  const items: StoredItem[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: `local-${table}`, ConsistentRead: true })) {
    items.push(...(Items as StoredItem[]));
  }
  return items;
}

/** Partitions that hold something only while it is unfinished. */
const UNFINISHED = ['WORK#grant', 'WORK#revoke', 'OPERATION', 'MARK#reconcile', 'PARKED#reconcile'];

/**
 * What is left unfinished: work items, markers of operations, marks, rows that are not applied or not wanted any more.
 * Nothing when all is done. A lead that is still noted is no work: its lease ends.
 */
export async function unfinishedItems(cloud: LocalCloud): Promise<string[]> {
  const items = [...(await storedItems(cloud, 'ledger')), ...(await storedItems(cloud, 'control'))];
  return items.filter(isUnfinished).map(({ pk, sk, ...attributes }) => `${pk} ${sk} ${JSON.stringify(attributes)}`);
}

function isUnfinished({ pk, desired, applied, generation, operation }: StoredItem): boolean {
  if (UNFINISHED.includes(pk)) return true;
  return pk.startsWith('arn:') && (desired !== true || applied !== generation || operation !== undefined);
}
