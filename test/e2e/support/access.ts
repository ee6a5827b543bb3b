import { GetGroupIdCommand, GetUserIdCommand } from '@aws-sdk/client-identitystore';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import {
  ConflictException,
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  DeleteAccountAssignmentCommand,
  DeletePermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import { IDENTITY_STORE_ID, INSTANCE_ARN, type LocalCloud } from './local-cloud';

export type PrincipalType = 'GROUP' | 'USER';

/** Creates a permission set as the administrator of Identity Center; answers its ARN. */
export async function createPermissionSet(cloud: LocalCloud, Name: string): Promise<string> {
  const command = new CreatePermissionSetCommand({ InstanceArn: INSTANCE_ARN, Name });
  const { PermissionSet } = await cloud.ssoAdmin().send(command);
  return PermissionSet?.PermissionSetArn ?? '';
}

/** The id of a group or user by its name. */
export async function principalId(cloud: LocalCloud, type: PrincipalType, name: string): Promise<string> {
  const AttributePath = type === 'GROUP' ? 'displayName' : 'userName';
  const input = {
    IdentityStoreId: IDENTITY_STORE_ID,
    AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue: name } },
  };
  const client = cloud.identityStore();
  if (type === 'GROUP') return (await client.send(new GetGroupIdCommand(input))).GroupId ?? '';
  return (await client.send(new GetUserIdCommand(input))).UserId ?? '';
}

/** Every account of the organization, whatever its state. */
export async function accountIds(cloud: LocalCloud): Promise<string[]> {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloud.organizations().send(new ListAccountsCommand(NextToken ? { NextToken } : {}));
    found.push(...(page.Accounts ?? []).map(({ Id = '' }) => Id));
    NextToken = page.NextToken;
  } while (NextToken);
  return found.sort();
}

/** Accounts in which a principal holds a permission set, as Identity Center says: every account is asked. */
export async function accountsAssignedTo(
  cloud: LocalCloud,
  permissionSetArn: string,
  principal: string,
): Promise<string[]> {
  const ids = await accountIds(cloud);
  const holders = await Promise.all(ids.map((id) => cloud.assignedPrincipals(id, permissionSetArn)));
  return ids.filter((_, index) => holders[index]?.includes(principal));
}

interface DirectAssignment {
  readonly accountId: string;
  readonly permissionSetArn: string;
  readonly principalType: PrincipalType;
  readonly principalId: string;
}

function operationInput({ accountId, permissionSetArn, principalType, principalId: id }: DirectAssignment) {
  return {
    InstanceArn: INSTANCE_ARN,
    TargetId: accountId,
    TargetType: 'AWS_ACCOUNT' as const,
    PermissionSetArn: permissionSetArn,
    PrincipalType: principalType,
    PrincipalId: id,
  };
}

/** Assigns past the solution, as an administrator does in the console. */
export async function assignByHand(cloud: LocalCloud, assignment: DirectAssignment): Promise<void> {
  await cloud.ssoAdmin().send(new CreateAccountAssignmentCommand(operationInput(assignment)));
  await cloud.settle();
}

/** Removes an assignment past the solution. */
export async function removeByHand(cloud: LocalCloud, assignment: DirectAssignment): Promise<void> {
  await cloud.ssoAdmin().send(new DeleteAccountAssignmentCommand(operationInput(assignment)));
  await cloud.settle();
}

/** Deletes a permission set that is assigned nowhere (any more). */
export async function deletePermissionSet(cloud: LocalCloud, PermissionSetArn: string): Promise<void> {
  for (;;) {
    try {
      await cloud.ssoAdmin().send(new DeletePermissionSetCommand({ InstanceArn: INSTANCE_ARN, PermissionSetArn }));
      return;
    } catch (fault) {
      // AWS: its role stays in an account for a while after the last assignment there is gone.
      if (!(fault instanceof ConflictException)) throw fault;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
