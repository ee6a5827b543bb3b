/** Names of the events that are forwarded. `lambda/domain/events` reads exactly these; a test compares the two. */

export const ORGANIZATION_EVENT_NAMES: readonly string[] = [
  'CreateAccountResult',
  'CreateGovCloudAccountResult',
  'CloseAccountResult',
  'CloseAccount',
  'MoveAccount',
  'RemoveAccountFromOrganization',
  'AccountJoinedOrganization',
  'AccountDepartedOrganization',
  'LeaveOrganization',
  'CreateOrganizationalUnit',
  'UpdateOrganizationalUnit',
  'DeleteOrganizationalUnit',
  'AcceptHandshake',
];

export const DIRECTORY_EVENT_SOURCES: readonly string[] = [
  'sso-directory.amazonaws.com',
  'identitystore.amazonaws.com',
  'identitystore-scim.amazonaws.com',
];

export const DIRECTORY_EVENT_NAMES: readonly string[] = [
  'CreateGroup',
  'UpdateGroup',
  'UpdateGroupDisplayName',
  'PutGroup',
  'PatchGroup',
  'DeleteGroup',
  'CreateUser',
  'UpdateUser',
  'UpdateUserName',
  'PutUser',
  'PatchUser',
  'DeleteUser',
];

export const IDENTITY_CENTER_EVENT_NAMES: readonly string[] = [
  'CreateAccountAssignment',
  'DeleteAccountAssignment',
  'AssociateProfile',
  'DisassociateProfile',
  'CreatePermissionSet',
  'UpdatePermissionSet',
  'DeletePermissionSet',
  'ProvisionPermissionSet',
  'PutInlinePolicyToPermissionSet',
  'DeleteInlinePolicyFromPermissionSet',
  'PutPermissionsBoundaryToPermissionSet',
  'DeletePermissionsBoundaryFromPermissionSet',
  'AttachManagedPolicyToPermissionSet',
  'DetachManagedPolicyFromPermissionSet',
  'AttachCustomerManagedPolicyReferenceToPermissionSet',
  'DetachCustomerManagedPolicyReferenceFromPermissionSet',
  'TagResource',
  'UntagResource',
];
