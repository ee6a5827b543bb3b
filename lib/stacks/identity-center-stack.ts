import { Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import { AccessRole } from '../constructs/access-role';
import { allow } from '../constructs/allow';
import { allowIdentityCenterKey, trustOfFunctions } from '../constructs/cross-account-role';
import { EventForwarding } from '../constructs/event-forwarding';
import { directoryPattern, identityCenterPattern } from '../event-patterns';
import { Names, type ReachedRole } from '../names';
import { accountArns, identityStoreArns, instanceArn, permissionSetArns, principalArns } from './identity-center-arns';
import { stackProperties } from './stack-properties';

const FIND_INSTANCE = 'The instance is looked up. AWS: ListInstances has no resources to name.';

const SAML_PROVIDERS = `arn:${Aws.PARTITION}:iam::*:saml-provider/AWSSSO_*_DO_NOT_DELETE`;
const USE_OF_SAML_PROVIDER =
  'AWS: Identity Center looks at its provider in the account of an operation with the rights of the caller.';

const PERMISSION_SET_READS = [
  'sso:DescribePermissionSet',
  'sso:GetInlinePolicyForPermissionSet',
  'sso:GetPermissionsBoundaryForPermissionSet',
  'sso:ListManagedPoliciesInPermissionSet',
  'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
  'sso:ListTagsForResource',
  'sso:ListAccountsForProvisionedPermissionSet',
];
/** What the reader role may do whether or not permission sets can be posted. */
const READ_ANYWAY = ['sso:DescribePermissionSet', 'sso:ListAccountsForProvisionedPermissionSet'];

const PERMISSION_SET_WRITES = [
  'sso:CreatePermissionSet',
  'sso:UpdatePermissionSet',
  'sso:DeletePermissionSet',
  'sso:PutInlinePolicyToPermissionSet',
  'sso:DeleteInlinePolicyFromPermissionSet',
  'sso:PutPermissionsBoundaryToPermissionSet',
  'sso:DeletePermissionsBoundaryFromPermissionSet',
  'sso:AttachManagedPolicyToPermissionSet',
  'sso:DetachManagedPolicyFromPermissionSet',
  'sso:AttachCustomerManagedPolicyReferenceToPermissionSet',
  'sso:DetachCustomerManagedPolicyReferenceFromPermissionSet',
  'sso:TagResource',
  'sso:UntagResource',
];

/** In the account from which Identity Center is administered, in its primary Region: one role that reads, two that write. */
export class IdentityCenterStack extends Stack {
  private readonly names: Names;

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
  ) {
    const names = new Names(configuration);
    const description = 'Identity center controller: reads and writes Identity Center';
    const { identityCenter } = configuration;
    super(scope, id, stackProperties(configuration, identityCenter, names.stack('identity-center'), description));
    this.names = names;
    this.createReader();
    this.createAssignmentWriter();
    this.createPermissionSetWriter();
    new EventForwarding(this, 'Events', {
      source: 'identity-center',
      location: identityCenter,
      configuration,
      names,
      patterns: { directory: directoryPattern(), 'identity-center': identityCenterPattern(names) },
    });
  }

  private createReader(): void {
    const { configuration } = this;
    const reader = this.createRole(
      'IdentityCenterReader',
      'identity-center-reader',
      'Looks up permission sets and principals',
    );
    allow(reader, ['sso:ListInstances'], ['*'], FIND_INSTANCE);
    allow(reader, ['sso:ListPermissionSets'], [instanceArn(configuration)], 'Permission sets are looked up by name.');
    const described = [instanceArn(configuration), permissionSetArns(configuration)];
    allow(reader, ['sso:DescribePermissionSet'], described, 'The name of a permission set is asked for once.');
    const stores = identityStoreArns(configuration);
    const why = 'Links name principals; assignments need their ids.';
    allow(reader, ['identitystore:GetGroupId'], [stores, principalArns('group')], why);
    allow(reader, ['identitystore:GetUserId'], [stores, principalArns('user')], why);
    const byId = 'What became of a principal is asked by its id: a name that is not found proves nothing.';
    allow(reader, ['identitystore:DescribeGroup'], [stores, principalArns('group')], byId);
    allow(reader, ['identitystore:DescribeUser'], [stores, principalArns('user')], byId);
    const list =
      'A directory that seems empty is not believed; where GetGroupId and GetUserId are lacking, lists are searched.';
    allow(reader, ['identitystore:ListGroups'], [stores, principalArns('group')], list);
    allow(reader, ['identitystore:ListUsers'], [stores, principalArns('user')], list);
    const inAccounts = [...described, accountArns()];
    allow(reader, ['sso:ListAccountAssignments'], inAccounts, 'What somebody else changed is looked at again.');
    const where = 'An inventory and a dry run ask in which accounts a permission set is.';
    allow(reader, ['sso:ListAccountsForProvisionedPermissionSet'], described, where);
    this.allowLookingAtPermissionSets(reader, described);
    allowIdentityCenterKey(reader, configuration, ['sso', 'identitystore']);
  }

  /** Their parts for a dry run of one that is posted; else at most their tags. */
  private allowLookingAtPermissionSets(reader: AccessRole, permissionSets: readonly string[]): void {
    const { permissionSetProvisioningMode: mode, protected: protection } = this.configuration;
    if (mode !== 's3') {
      const parts = PERMISSION_SET_READS.filter((action) => !READ_ANYWAY.includes(action));
      allow(reader, parts, permissionSets, 'A dry run compares the live permission set with what is posted.');
    } else if (protection.tags.length > 0) {
      const why = 'A tag may protect a permission set from being taken over.';
      allow(reader, ['sso:ListTagsForResource'], permissionSets, why);
    }
  }

  private createAssignmentWriter(): void {
    const { configuration } = this;
    const writer = this.createRole('AssignmentWriter', 'assignment-writer', 'Creates and deletes account assignments');
    const instance = instanceArn(configuration);
    allow(writer, ['sso:ListInstances'], ['*'], FIND_INSTANCE);
    allow(
      writer,
      ['sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment'],
      [instance, permissionSetArns(configuration), accountArns()],
      'Links may name every permission set and account. AWS: instance, permission set and account must be allowed together.',
    );
    allow(
      writer,
      [
        'sso:ListAccountAssignmentCreationStatus',
        'sso:ListAccountAssignmentDeletionStatus',
        'sso:DescribeAccountAssignmentCreationStatus',
        'sso:DescribeAccountAssignmentDeletionStatus',
      ],
      [instance],
      'An operation is done when the service says so.',
    );
    allow(writer, ['iam:GetSAMLProvider'], [SAML_PROVIDERS], USE_OF_SAML_PROVIDER);
    allowIdentityCenterKey(writer, configuration, ['sso', 'identitystore']);
  }

  private createPermissionSetWriter(): void {
    const { configuration } = this;
    const purpose = 'Creates, changes, provisions and deletes permission sets';
    const writer = this.createRole('PermissionSetWriter', 'permission-set-writer', purpose);
    const instance = instanceArn(configuration);
    const inInstance = [instance, permissionSetArns(configuration)];
    const inAccounts = [...inInstance, accountArns()];
    allow(writer, ['sso:ListInstances'], ['*'], FIND_INSTANCE);
    allow(writer, ['sso:ListPermissionSets'], [instance], 'A permission set that exists is found by its name.');
    allow(writer, PERMISSION_SET_READS, inInstance, 'The live permission set is compared with its document.');
    allow(writer, PERMISSION_SET_WRITES, inInstance, 'Users may declare every permission set, with every part of it.');
    allow(
      writer,
      ['sso:ListAccountAssignments'],
      inAccounts,
      'A permission set that somebody else assigned is not deleted.',
    );
    allow(
      writer,
      ['sso:ProvisionPermissionSet'],
      inAccounts,
      'A change has to reach the accounts that have it already.',
    );
    const follow = ['sso:DescribePermissionSetProvisioningStatus', 'sso:ListPermissionSetProvisioningStatus'];
    allow(
      writer,
      follow,
      [instance],
      'Provisioning is done when the service says so, in at most three places at once.',
    );
    allow(writer, ['iam:GetSAMLProvider'], [SAML_PROVIDERS], USE_OF_SAML_PROVIDER);
    allowIdentityCenterKey(writer, configuration, ['sso', 'identitystore']);
  }

  private createRole(id: string, role: ReachedRole, purpose: string): AccessRole {
    const trust = trustOfFunctions(role, this.configuration, this.names);
    return new AccessRole(this, id, { roleName: this.names.reachedRole(role), purpose, trust });
  }
}
