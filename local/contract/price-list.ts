/**
 * List prices in USD of us-east-1, without free tiers, for requests and compute. Not in it: keys, alarms, metrics,
 * dashboards, logs and storage, which cost the same with or without work.
 */
export interface PricedUse {
  /** Calls by `service:Operation`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly dynamoDbRequestUnits: { readonly read: number; readonly write: number };
  readonly stateTransitions: number;
  readonly functionInvocations: number;
  readonly lambdaGbSeconds: number;
}

/** https://aws.amazon.com/lambda/pricing/: arm64, first tier; and per request. */
const LAMBDA_GB_SECOND = 0.0000133334;
const LAMBDA_REQUEST = 0.2 / 1_000_000;

/** https://aws.amazon.com/step-functions/pricing/: Standard Workflows. */
const STATE_TRANSITION = 0.025 / 1_000;

/** https://aws.amazon.com/dynamodb/pricing/on-demand/: request units of the standard table class. */
const DYNAMODB_READ_UNIT = 0.125 / 1_000_000;
const DYNAMODB_WRITE_UNIT = 0.625 / 1_000_000;

/** Services whose requests all cost the same, or nearly so, by signing name. */
const PER_CALL: Readonly<Record<string, number>> = {
  // https://aws.amazon.com/s3/pricing/: the dearer of the two classes of requests.
  s3: 0.005 / 1_000,
  // https://aws.amazon.com/sqs/pricing/: standard queues.
  sqs: 0.4 / 1_000_000,
  // https://aws.amazon.com/sns/pricing/
  sns: 0.5 / 1_000_000,
  // https://aws.amazon.com/eventbridge/pricing/: custom events.
  events: 1 / 1_000_000,
  // https://aws.amazon.com/kms/pricing/
  kms: 0.03 / 10_000,
  // https://aws.amazon.com/api-gateway/pricing/: REST API, first tier.
  'execute-api': 3.5 / 1_000_000,
};

/** What the recorded requests and compute would have cost, in USD. An estimate: see the price list. */
export function estimatedCostUsd(use: PricedUse): number {
  const calls = Object.entries(use.calls).reduce((sum, [call, count]) => sum + count * callPrice(call), 0);
  const units = use.dynamoDbRequestUnits;
  const storage = units.read * DYNAMODB_READ_UNIT + units.write * DYNAMODB_WRITE_UNIT;
  const compute = use.lambdaGbSeconds * LAMBDA_GB_SECOND + use.functionInvocations * LAMBDA_REQUEST;
  return Number((calls + storage + compute + use.stateTransitions * STATE_TRANSITION).toFixed(6));
}

function callPrice(call: string): number {
  return PER_CALL[call.slice(0, call.indexOf(':'))] ?? 0;
}
