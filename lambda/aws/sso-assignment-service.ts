import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  ListAccountAssignmentCreationStatusCommand,
  ListAccountAssignmentDeletionStatusCommand,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import type { AccountId, PermissionSetArn, PrincipalId } from '../domain/ids';
import type { Assignment, OperationKind } from '../domain/ledger-row';
import type { AssignmentService, OperationStatus } from '../ports/assignment-service';
import { InvariantViolated } from '../ports/faults';
import type { Instance } from './instance';
import { missingPolicyIn } from './missing-policy';
import { naming } from './service-faults';

/** AWS: a list answers up to 100 per page. */
const PAGE_SIZE = 100;
/** What a delete of an assignment that is not there FAILs with; it is done then. */
const ALREADY_GONE = /Received a 404 status error/;

/** Account assignments through the sso-admin API. */
export class SsoAssignmentService implements AssignmentService {
  constructor(
    private readonly client: SSOAdminClient,
    private readonly instance: () => Promise<Instance>,
  ) {}

  async submit(kind: OperationKind, assignment: Assignment): Promise<string> {
    const { instanceArn } = await this.instance();
    const input = {
      InstanceArn: instanceArn,
      TargetId: assignment.accountId,
      TargetType: 'AWS_ACCOUNT' as const,
      PermissionSetArn: assignment.permissionSetArn,
      PrincipalType: assignment.principalType,
      PrincipalId: assignment.principalId,
    };
    const status =
      kind === 'create'
        ? (await naming(this.client.send(new CreateAccountAssignmentCommand(input)))).AccountAssignmentCreationStatus
        : (await naming(this.client.send(new DeleteAccountAssignmentCommand(input)))).AccountAssignmentDeletionStatus;
    if (!status?.RequestId) throw new InvariantViolated('Identity Center answered no request id.');
    return status.RequestId;
  }

  async inProgress(kind: OperationKind): Promise<ReadonlySet<string>> {
    const { instanceArn } = await this.instance();
    const running = new Set<string>();
    let NextToken: string | undefined;
    do {
      const input = {
        InstanceArn: instanceArn,
        MaxResults: PAGE_SIZE,
        Filter: { Status: 'IN_PROGRESS' as const },
        ...(NextToken ? { NextToken } : {}),
      };
      const page = await this.list(kind, input);
      for (const { RequestId } of page.statuses) if (RequestId) running.add(RequestId);
      NextToken = page.NextToken;
    } while (NextToken);
    return running;
  }

  async subject(kind: OperationKind, requestId: string): Promise<Assignment> {
    const operation = await this.describe(kind, requestId);
    const { TargetId, PermissionSetArn, PrincipalType, PrincipalId } = operation ?? {};
    if (!TargetId || !PermissionSetArn || !PrincipalType || !PrincipalId)
      throw new InvariantViolated('Identity Center did not tell what an operation is about.');
    return {
      accountId: TargetId as AccountId,
      permissionSetArn: PermissionSetArn as PermissionSetArn,
      principalType: PrincipalType,
      principalId: PrincipalId as PrincipalId,
    };
  }

  async status(kind: OperationKind, requestId: string): Promise<OperationStatus> {
    const status = await this.describe(kind, requestId);
    if (status?.Status === 'SUCCEEDED') return { status: 'SUCCEEDED' };
    if (status?.Status !== 'FAILED') return { status: 'IN_PROGRESS' };
    const reason = status.FailureReason ?? 'Identity Center gave no reason.';
    if (kind === 'delete' && ALREADY_GONE.test(reason)) return { status: 'SUCCEEDED' };
    const missingPolicy = missingPolicyIn(reason);
    return { status: 'FAILED', reason, ...(missingPolicy ? { missingPolicy } : {}) };
  }

  private async list(
    kind: OperationKind,
    input: ConstructorParameters<typeof ListAccountAssignmentCreationStatusCommand>[0],
  ) {
    if (kind === 'create') {
      const output = await naming(this.client.send(new ListAccountAssignmentCreationStatusCommand(input)));
      return { statuses: output.AccountAssignmentsCreationStatus ?? [], NextToken: output.NextToken };
    }
    const output = await naming(this.client.send(new ListAccountAssignmentDeletionStatusCommand(input)));
    return { statuses: output.AccountAssignmentsDeletionStatus ?? [], NextToken: output.NextToken };
  }

  private async describe(kind: OperationKind, requestId: string) {
    const { instanceArn: InstanceArn } = await this.instance();
    if (kind === 'create') {
      const input = { InstanceArn, AccountAssignmentCreationRequestId: requestId };
      const output = await naming(this.client.send(new DescribeAccountAssignmentCreationStatusCommand(input)));
      return output.AccountAssignmentCreationStatus;
    }
    const input = { InstanceArn, AccountAssignmentDeletionRequestId: requestId };
    const output = await naming(this.client.send(new DescribeAccountAssignmentDeletionStatusCommand(input)));
    return output.AccountAssignmentDeletionStatus;
  }
}
