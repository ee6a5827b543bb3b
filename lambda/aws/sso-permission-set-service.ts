import {
  CreatePermissionSetCommand,
  DeletePermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  ListPermissionSetProvisioningStatusCommand,
  ProvisionPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PermissionSetName } from '../domain/ids';
import type { Definition, Difference } from '../domain/permission-set-definition';
import { printSessionDuration } from '../domain/session-duration';
import { InvariantViolated } from '../ports/faults';
import type { PermissionSetService, ProvisioningStatus } from '../ports/permission-set-service';
import { allPages } from './all-pages';
import { missingPolicyIn } from './missing-policy';
import type { PacedSsoAdmin } from './paced-sso-admin';
import { writeDifference } from './permission-set-writes';
import { SsoPermissionSetReader } from './sso-permission-set-reader';

/** Permission sets through the sso-admin API, read and written. */
export class SsoPermissionSetService extends SsoPermissionSetReader implements PermissionSetService {
  /** A write that was refused is for whoever asked for it to try again: only they know whether they still may. */
  constructor(
    reading: PacedSsoAdmin,
    private readonly writing: PacedSsoAdmin = reading,
  ) {
    super(reading);
  }

  async create(name: PermissionSetName, definition: Definition): Promise<PermissionSetArn> {
    const { description, sessionMinutes, relayState, tags } = definition;
    const { PermissionSet } = await this.writing.send(
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

  write(arn: PermissionSetArn, difference: Difference): Promise<void> {
    return writeDifference(this.writing, arn, difference);
  }

  async remove(PermissionSetArn: PermissionSetArn): Promise<void> {
    await this.writing.send((InstanceArn) => new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
  }

  async provision(PermissionSetArn: PermissionSetArn, accountId?: AccountId): Promise<string> {
    const target =
      accountId === undefined
        ? { TargetType: 'ALL_PROVISIONED_ACCOUNTS' as const }
        : { TargetType: 'AWS_ACCOUNT' as const, TargetId: accountId };
    const { PermissionSetProvisioningStatus: status } = await this.writing.send(
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
