/** A column of the Athena table. */
export interface AuditColumn {
  readonly name: string;
  /** As Glue writes it. */
  readonly type: string;
  readonly comment: string;
}

export const AUDIT_TABLE = 'audit_events';

/** The columns of the Athena table, which are the properties of `schemas/audit-event.schema.json` in small letters; a test compares the two. */
export const AUDIT_COLUMNS: readonly AuditColumn[] = [
  { name: 'eventid', type: 'string', comment: 'the same however often the event is there' },
  { name: 'type', type: 'string', comment: 'what happened' },
  { name: 'result', type: 'string', comment: 'how it came out' },
  { name: 'at', type: 'string', comment: 'ISO 8601, to the second, UTC' },
  {
    name: 'sequence',
    type: 'string',
    comment: 'of two events about the same thing the later one has the larger number',
  },
  { name: 'callers', type: 'array<string>', comment: 'who brought it about' },
  { name: 'decidedby', type: 'string', comment: 'who approved or rejected it' },
  { name: 'requests', type: 'array<string>', comment: 'the requests that brought it about' },
  { name: 'action', type: 'string', comment: 'what was asked for or done' },
  { name: 'reason', type: 'string', comment: 'why, or why not' },
  { name: 'errors', type: 'array<string>', comment: 'why a request was refused' },
  { name: 'waitingfor', type: 'array<string>', comment: 'what a request waits for' },
  {
    name: 'claims',
    type: 'array<struct<linkid:string,linkdata:string>>',
    comment: 'links that claim the assignment, the first 20',
  },
  {
    name: 'formerclaims',
    type: 'array<struct<linkid:string,linkdata:string>>',
    comment: 'links that claimed it before, the first 20',
  },
  { name: 'claimcount', type: 'int', comment: 'how many links claim the assignment' },
  { name: 'subject', type: 'string', comment: 'what a request is about' },
  { name: 'linkid', type: 'string', comment: 'the link that a request is about' },
  { name: 'limits', type: 'string', comment: 'what narrows that link or bounds it in time, as JSON' },
  { name: 'planid', type: 'string', comment: 'the held plan' },
  { name: 'removals', type: 'int', comment: 'what the held plan would remove' },
  { name: 'accountid', type: 'string', comment: 'the account of the assignment' },
  { name: 'permissionsetname', type: 'string', comment: 'the permission set' },
  { name: 'permissionsetarn', type: 'string', comment: 'the permission set' },
  { name: 'principaltype', type: 'string', comment: 'GROUP or USER' },
  { name: 'principalname', type: 'string', comment: 'the principal, as the link names it' },
  { name: 'principalid', type: 'string', comment: 'the principal, in the Identity Store' },
  { name: 'generation', type: 'int', comment: 'of the document or of the assignment' },
  { name: 'incarnation', type: 'string', comment: 'which of the assignments that were here one after the other' },
  { name: 'operationrequestid', type: 'string', comment: 'the request id of Identity Center, as CloudTrail has it' },
  { name: 'unprovisioned', type: 'int', comment: 'accounts that have not taken the permission set' },
];
