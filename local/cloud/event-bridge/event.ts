import { isRecord } from '../../assembly/resource';

/** An event in its envelope. What services and people send in need not be complete. */
export interface EventEnvelope {
  readonly version?: string;
  readonly id: string;
  readonly 'detail-type'?: string;
  readonly source?: string;
  readonly account?: string;
  /** ISO 8601, whole seconds. */
  readonly time?: string;
  readonly region?: string;
  readonly resources?: readonly string[];
  readonly detail?: unknown;
  readonly [other: string]: unknown;
}

export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/**
 * AWS: read-only calls that CloudTrail delivers reach only rules in the state
 * ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.
 */
export function isReadOnlyCall(event: EventEnvelope): boolean {
  return (
    event['detail-type'] === 'AWS API Call via CloudTrail' && isRecord(event.detail) && event.detail.readOnly === true
  );
}
