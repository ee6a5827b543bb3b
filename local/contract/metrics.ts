import { estimatedCostUsd } from './price-list';

/** What `GET /_local/metrics` answers. */
export interface Metrics {
  /** Calls by `service:Operation`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Role ARN (or account key, service) → calls by `service:Operation`. */
  readonly callsByRole: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Calls answered with Throttling, by `service:Operation`. */
  readonly throttledCalls: Readonly<Record<string, number>>;
  /** Outstanding operations of Identity Center. */
  readonly outstandingOperations: { readonly now: number; readonly maximum: number };
  /** Request units that tables and indexes consumed. */
  readonly dynamoDbRequestUnits: { readonly read: number; readonly write: number };
  readonly stateTransitions: number;
  readonly functionInvocations: number;
  readonly lambdaGbSeconds: number;
  /** Requests and compute only; see the price list. */
  readonly estimatedCostUsd: number;
}

/** Adds the estimate to what was counted. */
export function priced(counted: Omit<Metrics, 'estimatedCostUsd'>): Metrics {
  return { ...counted, estimatedCostUsd: estimatedCostUsd(counted) };
}
