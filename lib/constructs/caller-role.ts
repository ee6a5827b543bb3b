import { Lazy } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type Grant, type Grantee, policyDocumentOf } from './allow';

export interface CallerRoleProps {
  /** ARN of a role of the stack's own account that exists already. */
  readonly roleArn: string;
  readonly policyName: string;
  readonly purpose: string;
}

/** A role that others own: it is given a policy of its own beside those it has. */
export class CallerRole extends Construct implements Grantee {
  readonly roleName: string;
  readonly purpose: string;
  readonly grants: Grant[] = [];

  constructor(scope: Construct, id: string, { roleArn, policyName, purpose }: CallerRoleProps) {
    super(scope, id);
    // AWS: a policy is attached by the role's name, which is the ARN's last part whatever path the role has.
    this.roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    this.purpose = purpose;
    new CfnPolicy(this, 'Resource', {
      policyName,
      roles: [this.roleName],
      policyDocument: Lazy.any({ produce: () => policyDocumentOf(this.grants) }),
    });
  }
}
