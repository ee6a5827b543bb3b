import type { Operations } from '../operation';
import { describedRequest } from './assignment-operations';
import { notFound } from './faults';
import type { Instance, ProvisioningRequest } from './instance';
import { type PagedInput, pageOf } from './paging';
import type { AsyncRequest, RequestLog, RequestStatus } from './request-log';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';

interface ListStatusInput extends PagedInput {
  readonly InstanceArn: string;
  readonly Filter?: { readonly Status?: RequestStatus };
}

/** Status reads of the asynchronous operations. An id of one kind is unknown to the reads of the others. */
export function statusOperations(instance: Instance): Operations {
  return {
    DescribeAccountAssignmentCreationStatus: ssoOperation('read', shapes.describeCreation, (input) => {
      instance.requireInstance(input.InstanceArn);
      const request = requireRequest(instance.creations, input.AccountAssignmentCreationRequestId);
      return { AccountAssignmentCreationStatus: describedRequest(request) };
    }),
    DescribeAccountAssignmentDeletionStatus: ssoOperation('read', shapes.describeDeletion, (input) => {
      instance.requireInstance(input.InstanceArn);
      const request = requireRequest(instance.deletions, input.AccountAssignmentDeletionRequestId);
      return { AccountAssignmentDeletionStatus: describedRequest(request) };
    }),
    DescribePermissionSetProvisioningStatus: ssoOperation('read', shapes.describeProvisioning, (input) => {
      instance.requireInstance(input.InstanceArn);
      const request = requireRequest(instance.provisioningRequests, input.ProvisionPermissionSetRequestId);
      return { PermissionSetProvisioningStatus: describedProvisioning(request) };
    }),
    ListAccountAssignmentCreationStatus: ssoOperation('read', shapes.listStatus, (input) => {
      const { items, ...next } = pageOfRequests(instance, instance.creations, 'creations', input);
      return { AccountAssignmentsCreationStatus: items, ...next };
    }),
    ListAccountAssignmentDeletionStatus: ssoOperation('read', shapes.listStatus, (input) => {
      const { items, ...next } = pageOfRequests(instance, instance.deletions, 'deletions', input);
      return { AccountAssignmentsDeletionStatus: items, ...next };
    }),
    ListPermissionSetProvisioningStatus: ssoOperation('read', shapes.listStatus, (input) => {
      const { items, ...next } = pageOfRequests(instance, instance.provisioningRequests, 'provisionings', input);
      return { PermissionSetsProvisioningStatus: items, ...next };
    }),
  };
}

export function describedProvisioning(request: ProvisioningRequest) {
  return { ...request };
}

function requireRequest<R extends AsyncRequest>(log: RequestLog<R>, requestId: string): R {
  const request = log.all.get(requestId);
  if (!request) throw notFound(`Could not find request with id ${requestId}`);
  return request;
}

function pageOfRequests<R extends AsyncRequest>(
  instance: Instance,
  log: RequestLog<R>,
  kind: string,
  input: ListStatusInput,
) {
  instance.requireInstance(input.InstanceArn);
  const wanted = input.Filter?.Status;
  const page = pageOf(wanted === 'IN_PROGRESS' ? log.inProgress : log.all, {
    list: `${kind} ${wanted ?? 'all'}`,
    input,
    accepts: ({ Status }) => wanted === undefined || Status === wanted,
  });
  // AWS: the lists show status, id and date only.
  const items = page.items.map(({ Status, RequestId, CreatedDate }) => ({ Status, RequestId, CreatedDate }));
  return { ...page, items };
}
