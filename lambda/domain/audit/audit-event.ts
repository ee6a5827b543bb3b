/** How something came out that an audit event tells of. */
export type AuditResult =
  | 'ACCEPTED'
  | 'REFUSED'
  | 'PLANNED'
  | 'HELD'
  | 'APPROVED'
  | 'REJECTED'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'SUPERSEDED'
  | 'SET_ASIDE'
  | 'NOTED';

/** Every kind of event, named as its `detail-type` on the bus, with its result. */
export const AUDIT_RESULTS = {
  'Request Accepted': 'ACCEPTED',
  'Request Refused': 'REFUSED',
  'Request Planned': 'PLANNED',
  'Request Completed': 'SUCCEEDED',
  'Request Failed': 'FAILED',
  'Plan Held': 'HELD',
  'Plan Approved': 'APPROVED',
  'Plan Rejected': 'REJECTED',
  'Plan Applied': 'SUCCEEDED',
  'Assignment Adopted': 'SUCCEEDED',
  'Assignment Change Planned': 'PLANNED',
  'Assignment Change Succeeded': 'SUCCEEDED',
  'Assignment Change Failed': 'FAILED',
  'Assignment Change Superseded': 'SUPERSEDED',
  'Assignment Claims Changed': 'NOTED',
  'Assignment Removal Held': 'HELD',
  'Assignment Removal Rejected': 'REJECTED',
  'Assignment Set Aside': 'SET_ASIDE',
  'Assignment Disowned': 'NOTED',
  'Permission Set Adopted': 'SUCCEEDED',
  'Permission Set Created': 'SUCCEEDED',
  'Permission Set Change Begun': 'PLANNED',
  'Permission Set Changed': 'SUCCEEDED',
  'Permission Set Applied': 'SUCCEEDED',
  'Permission Set Deleted': 'SUCCEEDED',
  'Permission Set Failed': 'FAILED',
  'Permission Set Set Aside': 'SET_ASIDE',
  'Permission Set Disowned': 'NOTED',
} as const satisfies Readonly<Record<string, AuditResult>>;

export type AuditEventType = keyof typeof AUDIT_RESULTS;

/** "This link claims the assignment", as an event tells it. */
export interface AuditClaim {
  readonly linkId: string;
  readonly linkData: string;
}

/** What an event is about and why; only what applies is present. `schemas/audit-event.schema.json` says what each means. */
export interface AuditFacts {
  readonly callers: readonly string[];
  readonly decidedBy?: string;
  readonly requests?: readonly string[];
  readonly action?: string;
  readonly reason?: string;
  readonly errors?: readonly string[];
  readonly waitingFor?: readonly string[];
  readonly claims?: readonly AuditClaim[];
  readonly formerClaims?: readonly AuditClaim[];
  readonly claimCount?: number;
  readonly subject?: string;
  readonly linkId?: string;
  readonly limits?: string;
  readonly planId?: string;
  readonly removals?: number;
  readonly accountId?: string;
  readonly permissionSetName?: string;
  readonly permissionSetArn?: string;
  readonly principalType?: string;
  readonly principalName?: string;
  readonly principalId?: string;
  readonly generation?: number;
  readonly incarnation?: string;
  readonly operationRequestId?: string;
  readonly unprovisioned?: number;
}

/** One event of the audit trail: the `detail` on the bus, and a line in the bucket. */
export interface AuditEvent extends AuditFacts {
  /** The same however often the event is told. */
  readonly eventId: string;
  readonly type: AuditEventType;
  readonly result: AuditResult;
  /** ISO 8601, to the second. */
  readonly at: string;
  /** Decimal digits: of two events about the same thing the later one has the larger number. */
  readonly sequence: string;
}

/** What a change of something stored means, before it gets its id and time. */
export type Told = { readonly type: AuditEventType } & AuditFacts;
