import type { Principal } from '../../cloud/service';
import type { Operations } from '../operation';
import { ASSIGNMENT_NOT_FOUND } from './failure-reasons';
import { accessDenied, conflictingOperation, tooManyRequests, validationFault } from './faults';
import type { Instance, ProvisioningRequest } from './instance';
import type { PermissionSetRecord } from './permission-sets';
import { accountFailure, iamFailure, policyFailure, provisionRole, scheduleDeprovisioning } from './role-provisioning';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';
import { describedProvisioning } from './status-operations';

interface Work {
  readonly instance: Instance;
  readonly record: PermissionSetRecord;
  readonly principal: Principal;
}

/** ProvisionPermissionSet: brings the role of one account, or of all provisioned ones, up to date. */
export function provisioningOperations(instance: Instance): Operations {
  return {
    ProvisionPermissionSet: ssoOperation('write', shapes.provision, (input, { principal }) => {
      const record = instance.requirePermissionSet(input);
      instance.requireAdministrationOf(record, principal);
      const accounts = targetAccounts(instance, record, input, principal);
      if (instance.provisioningRequests.inProgress.size >= instance.behaviour.concurrentProvisionings) {
        throw tooManyRequests();
      }
      if (accounts.some((accountId) => instance.locks.isLocked(accountId, record.arn))) throw conflictingOperation();
      const request = instance.provisioningRequests.add({
        RequestId: instance.newRequestId(),
        Status: 'IN_PROGRESS',
        CreatedDate: instance.now(),
        PermissionSetArn: record.arn,
        ...(input.TargetType === 'AWS_ACCOUNT' && input.TargetId !== undefined ? { AccountId: input.TargetId } : {}),
      });
      const answer = describedProvisioning(request);
      provisionAll({ instance, record, principal }, accounts, request);
      return { PermissionSetProvisioningStatus: answer };
    }),
  };
}

/** AWS: a target id is needed for one account and ignored for all. */
function targetAccounts(
  instance: Instance,
  record: PermissionSetRecord,
  input: { readonly TargetType: 'AWS_ACCOUNT' | 'ALL_PROVISIONED_ACCOUNTS'; readonly TargetId?: string },
  principal: Principal,
): string[] {
  if (input.TargetType === 'ALL_PROVISIONED_ACCOUNTS') {
    return [...instance.provisionings.ofPermissionSet(record.arn).values()].map(({ accountId }) => accountId);
  }
  if (input.TargetId === undefined) throw validationFault('TargetId is required when TargetType is AWS_ACCOUNT.');
  const isManagement = input.TargetId === instance.settings.managementAccountId;
  if (isManagement && !instance.isManagementAccount(principal)) throw accessDenied();
  return [input.TargetId];
}

/** A few accounts at a time; each waits its turn among the role updates of its account. */
function provisionAll(work: Work, accounts: readonly string[], request: ProvisioningRequest): void {
  const { instance, record } = work;
  for (const accountId of accounts) instance.locks.lock(accountId, record.arn);
  const waiting = [...accounts];
  let running = 0;
  let failure: string | undefined;
  const startMore = (): void => {
    while (running < instance.behaviour.accountsProvisionedAtOnce && waiting.length > 0) {
      const accountId = waiting.shift() ?? '';
      running += 1;
      provisionOne(work, accountId, (reason) => {
        // Assumption: one account that fails makes the whole request FAILED, with the first reason.
        failure ??= reason;
        running -= 1;
        startMore();
      });
    }
    if (running === 0) instance.provisioningRequests.finish(request, failure);
  };
  if (accounts.length > 0) startMore();
  // AWS: a permission set that is provisioned nowhere is done quickly.
  else instance.clock.after(0, startMore);
}

function provisionOne(work: Work, accountId: string, done: (failure: string | undefined) => void): void {
  const { instance, record, principal } = work;
  const roleName = instance.provisionings.get(accountId, record.arn)?.roleName ?? `AWSReservedSSO_${record.name}_new`;
  const denied = iamFailure(instance, principal, { accountId, kind: 'create', roleName });
  const latencyMs = instance.drawLatencyMs();
  instance.workers.submit(accountId, {
    durationMs: () => latencyMs * instance.latencyFactor,
    finish: () => {
      instance.locks.unlock(accountId, record.arn);
      done(denied ?? provisioningEffect(instance, record, accountId));
      // The role may have been due to go meanwhile.
      if (instance.behaviour.provisionWithoutAssignment === 'fail') {
        scheduleDeprovisioning(instance, accountId, record.arn);
      }
    },
  });
}

function provisioningEffect(instance: Instance, record: PermissionSetRecord, accountId: string): string | undefined {
  const isAssigned = instance.assignments.countInPair(accountId, record.arn) > 0;
  if (!isAssigned && instance.behaviour.provisionWithoutAssignment === 'fail') return ASSIGNMENT_NOT_FOUND;
  const failure = accountFailure(instance, accountId) ?? policyFailure(instance, record, accountId);
  if (failure === undefined) provisionRole(instance, record, accountId);
  return failure;
}
