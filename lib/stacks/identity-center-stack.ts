import { Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import { AccessRole } from '../constructs/access-role';
import { allow } from '../constructs/allow';
import { allowIdentityCenterKey, trustOfFunctions } from '../constructs/cross-account-role';
import { Names, type ReachedRole } from '../names';
import { accountArns, identityStoreArns, instanceArn, permissionSetArns, principalArns } from './identity-center-arns';
import { stackProperties } from './stack-properties';

const FIND_INSTANCE = 'The instance is looked up. AWS: ListInstances has no resources to name.';

/** In the account from which Identity Center is administered, in its primary Region: one role that reads, one that writes. */
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
    allowIdentityCenterKey(reader, configuration, ['sso', 'identitystore']);
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
    allow(
      writer,
      ['iam:GetSAMLProvider'],
      [`arn:${Aws.PARTITION}:iam::*:saml-provider/AWSSSO_*_DO_NOT_DELETE`],
      'AWS: Identity Center looks at its provider in the account of an assignment with the rights of the caller.',
    );
    allowIdentityCenterKey(writer, configuration, ['sso', 'identitystore']);
  }

  private createRole(id: string, role: ReachedRole, purpose: string): AccessRole {
    const trust = trustOfFunctions(role, this.configuration, this.names);
    return new AccessRole(this, id, { roleName: this.names.reachedRole(role), purpose, trust });
  }
}
