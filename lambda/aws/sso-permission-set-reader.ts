import {
  ListAccountAssignmentsCommand,
  ListAccountsForProvisionedPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PrincipalId } from '../domain/ids';
import type { Definition, Part } from '../domain/permission-set-definition';
import type { AssignedPrincipal, PermissionSetReader } from '../ports/permission-set-reader';
import { allPages } from './all-pages';
import { readParts } from './permission-set-parts';
import { SsoPermissionSetLookup } from './sso-permission-set-lookup';

/** Permission sets as they are, through the sso-admin API. */
export class SsoPermissionSetReader extends SsoPermissionSetLookup implements PermissionSetReader {
  read(arn: PermissionSetArn, parts: readonly Part[]): Promise<Definition> {
    return readParts(this.ssoAdmin, arn, parts);
  }

  async accounts(PermissionSetArn: PermissionSetArn, which: 'all' | 'stale'): Promise<readonly AccountId[]> {
    const filter =
      which === 'stale' ? { ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' as const } : undefined;
    const accounts = await allPages(async (page) => {
      const { AccountIds = [], NextToken } = await this.ssoAdmin.send(
        (InstanceArn) =>
          new ListAccountsForProvisionedPermissionSetCommand({ InstanceArn, PermissionSetArn, ...filter, ...page }),
      );
      return { entries: AccountIds, NextToken };
    });
    return accounts as AccountId[];
  }

  async assignedIn(PermissionSetArn: PermissionSetArn, AccountId: AccountId): Promise<readonly AssignedPrincipal[]> {
    return allPages(async (page) => {
      const { AccountAssignments = [], NextToken } = await this.ssoAdmin.send(
        (InstanceArn) => new ListAccountAssignmentsCommand({ InstanceArn, PermissionSetArn, AccountId, ...page }),
      );
      const entries = AccountAssignments.map(({ PrincipalType: type = 'GROUP', PrincipalId: id = '' }) => {
        return { type, id: id as PrincipalId };
      });
      return { entries, NextToken };
    });
  }
}
