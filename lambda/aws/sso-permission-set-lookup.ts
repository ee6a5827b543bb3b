import { DescribePermissionSetCommand, ListPermissionSetsCommand } from '@aws-sdk/client-sso-admin';
import type { PermissionSetArn, PermissionSetName } from '../domain/ids';
import { InvariantViolated } from '../ports/faults';
import type { PermissionSetLookup } from '../ports/permission-set-lookup';
import { allPages } from './all-pages';
import type { PacedSsoAdmin } from './paced-sso-admin';

/** Which permission sets there are, through the sso-admin API. */
export class SsoPermissionSetLookup implements PermissionSetLookup {
  constructor(protected readonly ssoAdmin: PacedSsoAdmin) {}

  async listPermissionSets(): Promise<readonly PermissionSetArn[]> {
    const arns = await allPages(async (page) => {
      const { PermissionSets = [], NextToken } = await this.ssoAdmin.send(
        (InstanceArn) => new ListPermissionSetsCommand({ InstanceArn, ...page }),
      );
      return { entries: PermissionSets, NextToken };
    });
    return arns as PermissionSetArn[];
  }

  async permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    const { PermissionSet } = await this.ssoAdmin.send(
      (InstanceArn) => new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: arn }),
    );
    if (!PermissionSet?.Name) throw new InvariantViolated(`Permission set ${arn} has no name.`);
    return PermissionSet.Name as PermissionSetName;
  }
}
