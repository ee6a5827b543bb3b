import type { Call, Principal } from '../../cloud/service';
import type { Operations } from '../operation';
import type { Valid } from '../shape';
import type { Assignment } from './assignments';
import { assigneeNotFound, entitlementNotFound } from './failure-reasons';
import { accessDenied, conflictingOperation, quotaExceeded, tooManyRequests } from './faults';
import type { AssignmentRequest, Instance } from './instance';
import type { PermissionSetRecord } from './permission-sets';
import type { RequestLog } from './request-log';
import { accountFailure, iamFailure, policyFailure, provisionRole, scheduleDeprovisioning } from './role-provisioning';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';

type AssignmentInput = Valid<typeof shapes.accountAssignment>;

/** CreateAccountAssignment and DeleteAccountAssignment: accepted at once, done later. */
export function assignmentOperations(instance: Instance): Operations {
  return {
    CreateAccountAssignment: ssoOperation('write', shapes.accountAssignment, (input, call) => {
      const record = admit(instance, input, call);
      requireQuota(instance, input);
      const effect = (assignment: Assignment) => createEffect(instance, record, assignment);
      const AccountAssignmentCreationStatus = submit(instance, { input, call, kind: 'create', record, effect });
      return { AccountAssignmentCreationStatus };
    }),
    DeleteAccountAssignment: ssoOperation('write', shapes.accountAssignment, (input, call) => {
      const record = admit(instance, input, call);
      const effect = (assignment: Assignment) => deleteEffect(instance, assignment);
      const AccountAssignmentDeletionStatus = submit(instance, { input, call, kind: 'delete', record, effect });
      return { AccountAssignmentDeletionStatus };
    }),
  };
}

/** What is refused at once: rights, unknown permission set, too many outstanding, an overlapping operation. */
function admit(instance: Instance, input: AssignmentInput, { principal }: Call): PermissionSetRecord {
  const record = instance.requirePermissionSet(input);
  requireTarget(instance, input.TargetId, principal);
  instance.requireAdministrationOf(record, principal);
  if (instance.outstanding() >= instance.behaviour.outstandingAssignments) throw tooManyRequests();
  if (instance.locks.isLocked(input.TargetId, record.arn)) throw conflictingOperation();
  return record;
}

/** AWS: only the management account itself may assign in the management account. */
function requireTarget(instance: Instance, accountId: string, principal: Principal): void {
  const isManagement = accountId === instance.settings.managementAccountId;
  if (isManagement && !instance.isManagementAccount(principal)) throw accessDenied();
}

function requireQuota(instance: Instance, { TargetId, PermissionSetArn, PrincipalType, PrincipalId }: AssignmentInput) {
  const { permissionSetsPerAccount, groupsPerAssignment } = instance.behaviour;
  const isProvisioned = instance.provisionings.get(TargetId, PermissionSetArn) !== undefined;
  if (!isProvisioned && instance.provisionings.inAccount(TargetId).size >= permissionSetsPerAccount) {
    throw quotaExceeded(`Account ${TargetId} already has ${permissionSetsPerAccount} permission sets provisioned.`);
  }
  const inPair = instance.assignments.inPair(TargetId, PermissionSetArn);
  if (PrincipalType !== 'GROUP' || inPair.size < groupsPerAssignment) return;
  const groups = [...inPair.values()].filter((assignment) => assignment.PrincipalType === 'GROUP');
  const isKnown = groups.some((assignment) => assignment.PrincipalId === PrincipalId);
  if (isKnown || groups.length < groupsPerAssignment) return;
  throw quotaExceeded(`At most ${groupsPerAssignment} groups can be assigned to a permission set in an account.`);
}

interface Submission {
  readonly input: AssignmentInput;
  readonly call: Call;
  readonly kind: 'create' | 'delete';
  readonly record: PermissionSetRecord;
  /** Changes the state, or says why it cannot. */
  readonly effect: (assignment: Assignment) => string | undefined;
}

function submit(instance: Instance, { input, call, kind, record, effect }: Submission) {
  const { TargetId, PermissionSetArn, PrincipalType, PrincipalId } = input;
  const assignment: Assignment = { AccountId: TargetId, PermissionSetArn, PrincipalType, PrincipalId };
  const log: RequestLog<AssignmentRequest> = kind === 'create' ? instance.creations : instance.deletions;
  const request = log.add({
    RequestId: instance.newRequestId(),
    Status: 'IN_PROGRESS',
    CreatedDate: instance.now(),
    assignment,
  });
  const roleName = instance.provisionings.get(TargetId, record.arn)?.roleName ?? `AWSReservedSSO_${record.name}_new`;
  const denied = iamFailure(instance, call.principal, { accountId: TargetId, kind, roleName });
  instance.mostOutstanding = Math.max(instance.mostOutstanding, instance.outstanding());
  instance.locks.lock(TargetId, PermissionSetArn);
  // Drawn now, not when its turn comes: the n-th accepted operation gets the n-th latency of the seed.
  const latencyMs = instance.drawLatencyMs();
  instance.workers.submit(TargetId, {
    durationMs: () => latencyMs * instance.latencyFactor,
    finish: () => {
      instance.locks.unlock(TargetId, PermissionSetArn);
      log.finish(request, denied ?? effect(assignment));
      scheduleDeprovisioning(instance, TargetId, PermissionSetArn);
    },
  });
  // AWS: the first answer has no CreatedDate; the status reads do.
  const { CreatedDate: _, ...status } = describedRequest(request);
  return status;
}

/** Creating what is there already succeeds. */
function createEffect(instance: Instance, record: PermissionSetRecord, assignment: Assignment): string | undefined {
  const { AccountId, PrincipalType, PrincipalId } = assignment;
  const failure = accountFailure(instance, AccountId);
  if (failure !== undefined) return failure;
  if (!instance.neighbours.directory.hasPrincipal(PrincipalType, PrincipalId)) {
    return assigneeNotFound(PrincipalType, PrincipalId, instance.settings.identityStoreId);
  }
  const missingPolicy = policyFailure(instance, record, AccountId);
  if (missingPolicy !== undefined) return missingPolicy;
  instance.assignments.add(assignment);
  provisionRole(instance, record, AccountId);
  return undefined;
}

/** The principal may be gone: AWS keeps the assignment as an orphan until it is deleted, and deleting it succeeds. */
function deleteEffect(instance: Instance, assignment: Assignment): string | undefined {
  const failure = accountFailure(instance, assignment.AccountId);
  if (failure !== undefined) return failure;
  if (!instance.assignments.has(assignment)) {
    const { AccountId: accountId, PermissionSetArn: permissionSetArn, PrincipalId: principalId } = assignment;
    return entitlementNotFound({ accountId, permissionSetArn, principalId });
  }
  instance.assignments.remove(assignment);
  return undefined;
}

/** An assignment request as the status operations show it. */
export function describedRequest(request: AssignmentRequest) {
  const { assignment } = request;
  return {
    Status: request.Status,
    RequestId: request.RequestId,
    ...(request.FailureReason === undefined ? {} : { FailureReason: request.FailureReason }),
    TargetId: assignment.AccountId,
    TargetType: 'AWS_ACCOUNT' as const,
    PermissionSetArn: assignment.PermissionSetArn,
    PrincipalType: assignment.PrincipalType,
    PrincipalId: assignment.PrincipalId,
    CreatedDate: request.CreatedDate,
  };
}
