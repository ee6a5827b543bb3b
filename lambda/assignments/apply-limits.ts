/** What assignments may ask of Identity Center. */
export interface ApplyLimits {
  /** Operations in progress at once, whoever started them. AWS: 15. */
  readonly outstandingAssignments: number;
  /** Calls per second that assignments may make. */
  readonly requestsPerSecond: number;
}

/** Assignments' static share of the request rate; the rest is for permission sets, planning and readers. */
const SHARE = 0.6;

export function applyLimits(outstandingAssignments: number, requestsPerSecond: number): ApplyLimits {
  return { outstandingAssignments, requestsPerSecond: requestsPerSecond * SHARE };
}
