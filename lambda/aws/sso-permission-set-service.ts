import {
  CreatePermissionSetCommand,
  DeletePermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  ListAccountAssignmentsCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ListPermissionSetProvisioningStatusCommand,
  ProvisionPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId } from '../domain/ids';
import type { Definition, Difference, Part } from '../domain/permission-set-definition';
import { printSessionDuration } from '../domain/session-duration';
import { InvariantViolated } from '../ports/faults';
import type { AssignedPrincipal, PermissionSetService, ProvisioningStatus } from '../ports/permission-set-service';
import { allPages } from './all-pages';
import { missingPolicyIn } from './missing-policy';
import type { PacedSsoAdmin } from './paced-sso-admin';
import { readParts } from './permission-set-parts';
import { writeDifference } from './permission-set-writes';
import { SsoPermissionSetLookup } from './sso-permission-set-lookup';

/** Permission sets through the sso-admin API. */
export class SsoPermissionSetService implements PermissionSetService {
  private readonly lookup: SsoPermissionSetLookup;

  constructor(private readonly ssoAdmin: PacedSsoAdmin) {
    this.lookup = new SsoPermissionSetLookup(ssoAdmin);
  }

  listPermissionSets(): Promise<readonly PermissionSetArn[]> {
    return this.lookup.listPermissionSets();
  }

  permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    return this.lookup.permissionSetName(arn);
  }

  async create(name: PermissionSetName, definition: Definition): Promise<PermissionSetArn> {
    const { description, sessionMinutes, relayState, tags } = definition;
    const { PermissionSet } = await this.ssoAdmin.send(
      (InstanceArn) =>
        new CreatePermissionSetCommand({
          InstanceArn,
          Name: name,
          SessionDuration: printSessionDuration(sessionMinutes),
          ...(description === undefined ? {} : { Description: description }),
          ...(relayState === undefined ? {} : { RelayState: relayState }),
          ...(tags.size > 0 ? { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) } : {}),
        }),
    );
    if (!PermissionSet?.PermissionSetArn) throw new InvariantViolated('Identity Center answered no permission set.');
    return PermissionSet.PermissionSetArn as PermissionSetArn;
  }

  read(arn: PermissionSetArn, parts: readonly Part[]): Promise<Definition> {
    return readParts(this.ssoAdmin, arn, parts);
  }

  write(arn: PermissionSetArn, difference: Difference): Promise<void> {
    return writeDifference(this.ssoAdmin, arn, difference);
  }

  async remove(PermissionSetArn: PermissionSetArn): Promise<void> {
    await this.ssoAdmin.send((InstanceArn) => new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
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

  async provision(PermissionSetArn: PermissionSetArn, accountId?: AccountId): Promise<string> {
    const target =
      accountId === undefined
        ? { TargetType: 'ALL_PROVISIONED_ACCOUNTS' as const }
        : { TargetType: 'AWS_ACCOUNT' as const, TargetId: accountId };
    const { PermissionSetProvisioningStatus: status } = await this.ssoAdmin.send(
      (InstanceArn) => new ProvisionPermissionSetCommand({ InstanceArn, PermissionSetArn, ...target }),
    );
    if (!status?.RequestId) throw new InvariantViolated('Identity Center answered no request id.');
    return status.RequestId;
  }

  async provisioningsInProgress(): Promise<ReadonlySet<string>> {
    const filter = { Filter: { Status: 'IN_PROGRESS' as const } };
    const ids = await allPages(async (page) => {
      const { PermissionSetsProvisioningStatus: statuses = [], NextToken } = await this.ssoAdmin.send(
        (InstanceArn) => new ListPermissionSetProvisioningStatusCommand({ InstanceArn, ...filter, ...page }),
      );
      return { entries: statuses.flatMap(({ RequestId }) => RequestId ?? []), NextToken };
    });
    return new Set(ids);
  }

  async provisioningStatus(requestId: string): Promise<ProvisioningStatus> {
    const { PermissionSetProvisioningStatus: status } = await this.ssoAdmin.send(
      (InstanceArn) =>
        new DescribePermissionSetProvisioningStatusCommand({ InstanceArn, ProvisionPermissionSetRequestId: requestId }),
    );
    if (status?.Status === 'SUCCEEDED') return { status: 'SUCCEEDED' };
    if (status?.Status !== 'FAILED') return { status: 'IN_PROGRESS' };
    const reason = status.FailureReason ?? 'Identity Center gave no reason.';
    const missingPolicy = missingPolicyIn(reason);
    return { status: 'FAILED', reason, ...(missingPolicy ? { missingPolicy } : {}) };
  }
}
