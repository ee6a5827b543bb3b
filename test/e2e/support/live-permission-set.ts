import {
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  type ProvisioningStatus,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListCustomerManagedPolicyReferencesInPermissionSet,
  paginateListManagedPoliciesInPermissionSet,
  paginateListTagsForResource,
  ResourceNotFoundException,
} from '@aws-sdk/client-sso-admin';
import { INSTANCE_ARN, type LocalCloud } from './local-cloud';

/** A permission set as Identity Center has it, every part read through its API. What it does not have is absent or empty. */
export interface LivePermissionSet {
  readonly description?: string;
  /** ISO 8601. */
  readonly sessionDuration?: string;
  readonly relayState?: string;
  /** Key → value. */
  readonly tags: Readonly<Record<string, string>>;
  /** ARNs, sorted. */
  readonly managedPolicies: readonly string[];
  /** Path and name, sorted. */
  readonly customerManagedPolicies: readonly string[];
  /** As it is, not only as text. */
  readonly inlinePolicy?: unknown;
  readonly boundary?: unknown;
}

export async function livePermissionSet(cloud: LocalCloud, name: string): Promise<LivePermissionSet> {
  return livePermissionSetAt(cloud, await cloud.permissionSetArn(name));
}

/** The same by its ARN. */
export async function livePermissionSetAt(cloud: LocalCloud, PermissionSetArn: string): Promise<LivePermissionSet> {
  const client = cloud.ssoAdmin();
  const question = { InstanceArn: INSTANCE_ARN, PermissionSetArn };
  const tags: Record<string, string> = {};
  const tagPages = paginateListTagsForResource(
    { client },
    { InstanceArn: INSTANCE_ARN, ResourceArn: PermissionSetArn },
  );
  for await (const { Tags = [] } of tagPages) for (const { Key = '', Value = '' } of Tags) tags[Key] = Value;
  const managedPolicies: string[] = [];
  for await (const { AttachedManagedPolicies = [] } of paginateListManagedPoliciesInPermissionSet(
    { client },
    question,
  )) {
    managedPolicies.push(...AttachedManagedPolicies.map(({ Arn = '' }) => Arn));
  }
  const customerManagedPolicies: string[] = [];
  const references = paginateListCustomerManagedPolicyReferencesInPermissionSet({ client }, question);
  for await (const { CustomerManagedPolicyReferences = [] } of references) {
    customerManagedPolicies.push(...CustomerManagedPolicyReferences.map(({ Path, Name }) => `${Path}${Name}`));
  }
  const { PermissionSet } = await client.send(new DescribePermissionSetCommand(question));
  const { InlinePolicy } = await client.send(new GetInlinePolicyForPermissionSetCommand(question));
  const boundary = await boundaryOf(cloud, PermissionSetArn);
  return {
    ...(PermissionSet?.Description === undefined ? {} : { description: PermissionSet.Description }),
    ...(PermissionSet?.SessionDuration === undefined ? {} : { sessionDuration: PermissionSet.SessionDuration }),
    ...(PermissionSet?.RelayState === undefined ? {} : { relayState: PermissionSet.RelayState }),
    tags,
    managedPolicies: managedPolicies.sort(),
    customerManagedPolicies: customerManagedPolicies.sort(),
    ...(InlinePolicy ? { inlinePolicy: JSON.parse(InlinePolicy) as unknown } : {}),
    ...(boundary ? { boundary } : {}),
  };
}

/** AWS: a permission set without a boundary is answered with "not found". */
async function boundaryOf(cloud: LocalCloud, PermissionSetArn: string): Promise<unknown> {
  try {
    const command = new GetPermissionsBoundaryForPermissionSetCommand({ InstanceArn: INSTANCE_ARN, PermissionSetArn });
    return (await cloud.ssoAdmin().send(command)).PermissionsBoundary;
  } catch (fault) {
    if (fault instanceof ResourceNotFoundException) return undefined;
    throw fault;
  }
}

/** Accounts that have it, or only those that have it in an older version. */
export async function provisionedAccounts(
  cloud: LocalCloud,
  PermissionSetArn: string,
  status?: ProvisioningStatus,
): Promise<string[]> {
  const client = cloud.ssoAdmin();
  const question = {
    InstanceArn: INSTANCE_ARN,
    PermissionSetArn,
    ...(status ? { ProvisioningStatus: status } : {}),
  };
  const found: string[] = [];
  for await (const { AccountIds = [] } of paginateListAccountsForProvisionedPermissionSet({ client }, question)) {
    found.push(...AccountIds);
  }
  return found.sort();
}
