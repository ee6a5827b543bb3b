import { Lazy } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type Conditions, type Grant, type Grantee, policyDocumentOf } from './allow';

/** Who may assume a role. */
export interface Trust {
  readonly principal: { readonly Service: string } | { readonly AWS: string };
  readonly conditions?: Conditions;
}

export interface AccessRoleProps {
  readonly roleName: string;
  /** What the role is for; shown as its description. */
  readonly purpose: string;
  readonly trust: Trust;
}

/** A role that has exactly the rights that `allow` gave it. They are part of the role: it never exists without them. */
export class AccessRole extends Construct implements Grantee {
  readonly roleName: string;
  readonly purpose: string;
  readonly grants: Grant[] = [];
  readonly arn: string;

  constructor(scope: Construct, id: string, { roleName, purpose, trust }: AccessRoleProps) {
    super(scope, id);
    this.roleName = roleName;
    this.purpose = purpose;
    const role = new CfnRole(this, 'Resource', {
      roleName,
      description: purpose,
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: trust.principal,
            Action: 'sts:AssumeRole',
            ...(trust.conditions === undefined ? {} : { Condition: trust.conditions }),
          },
        ],
      },
      policies: Lazy.any({ produce: () => this.policies() }, { omitEmptyArray: true }),
    });
    this.arn = role.attrArn;
  }

  private policies() {
    if (this.grants.length === 0) return [];
    return [{ policyName: 'rights', policyDocument: policyDocumentOf(this.grants) }];
  }
}
