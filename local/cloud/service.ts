/** What every simulated AWS service looks like to the gateway, and how it refuses. */

/** Who makes a call, after the gateway has looked up the access key. */
export interface Principal {
  /** `accountKey`: the access key id is a 12-digit account id: administrator of that account. */
  readonly kind: 'accountKey' | 'role' | 'service';
  /** The account the principal belongs to (for a service principal: the account on whose behalf it acts). */
  readonly accountId: string;
  /** `arn:aws:iam::<id>:root`, `arn:aws:sts::<id>:assumed-role/<name>/<session>` or `<service>.amazonaws.com`. */
  readonly arn: string;
  /** ARN of the role behind an assumed-role session. */
  readonly roleArn?: string;
  readonly sessionName?: string;
}

/** One API call, decoded: `operation` and `input` as the AWS SDK names them. */
export interface Call {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs per operation; each operation validates its own input
  readonly input: any;
  readonly principal: Principal;
  readonly region: string;
}

/** A simulated service. `handle` answers with the SDK's output shape or throws a `ServiceFault`. */
export interface SimulatedService {
  /** SigV4 signing name: `dynamodb`, `sso`, `identitystore`, `organizations`, `states`, … */
  readonly signingName: string;
  handle(call: Call): Promise<unknown>;
}

/** An error answer of a service: its code, message, HTTP status and further members of the error shape. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** What an operation that the local cloud does not have answers: refused by name, never ignored. */
export function notImplemented(service: string, operation: string): ServiceFault {
  return new ServiceFault('NotImplemented', `The local cloud does not implement ${service}:${operation}.`, 501);
}

/** Where a resource lives and what it is called, as an ARN. */
export function arn(service: string, region: string, accountId: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/**
 * Decides whether a call is allowed. Implemented by `local/cloud/iam.ts`; services use it for what AWS checks behind
 * the scenes (service principals against resource policies, KMS rights of the caller, a role that a service assumes).
 * Throws a `ServiceFault` (AccessDenied…) that names the missing statement; records the use of grants.
 */
export interface Authorizer {
  authorize(request: AuthorizationRequest): void;
}

export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Operation` as in an IAM policy. */
  readonly action: string;
  /** Every resource ARN that must be allowed together; `['*']` where AWS has no resource level. */
  readonly resources: readonly string[];
  /** Condition context: lower-case keys, e.g. `aws:sourcearn`, `kms:viaservice`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Policy documents attached to the resource; in the same account either side may allow, across accounts both must. */
  readonly resourcePolicies?: readonly PolicyDocument[];
  /** The account that owns the resource; default: the principal's own account. */
  readonly resourceAccountId?: string;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[] | PolicyStatement;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
