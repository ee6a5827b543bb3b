import { PagedMap } from '../paged-map';

export type RequestStatus = 'IN_PROGRESS' | 'FAILED' | 'SUCCEEDED';

export interface AsyncRequest {
  readonly RequestId: string;
  readonly CreatedDate: Date;
  Status: RequestStatus;
  FailureReason?: string;
}

/**
 * Asynchronous requests of one kind: creations, deletions and provisionings each have ids of their own. What is in
 * progress is kept apart, so that asking for it never looks at history.
 */
export class RequestLog<R extends AsyncRequest> {
  readonly all = new PagedMap<R>();
  readonly inProgress = new PagedMap<R>();

  add(request: R): R {
    this.all.set(request.RequestId, request);
    this.inProgress.set(request.RequestId, request);
    return request;
  }

  finish(request: R, failureReason?: string): void {
    this.inProgress.delete(request.RequestId);
    request.Status = failureReason === undefined ? 'SUCCEEDED' : 'FAILED';
    if (failureReason !== undefined) request.FailureReason = failureReason;
  }
}
