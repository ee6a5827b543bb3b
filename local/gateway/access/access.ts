import type { Call, PolicyDocument } from '../../cloud/service';

/** One right that a call needs: an action, and all the resources on which it must be allowed together. */
export interface AccessNeed {
  /** `service:Action` as in an IAM policy. */
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition context beside what IAM itself knows; keys in lower case. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Policies attached to the resource. Left out, the service is asked by `resourcePoliciesOf` if it has it. */
  readonly resourcePolicies?: readonly PolicyDocument[];
  /** The account that owns the resource; default: the account in the resource's ARN, else the caller's. */
  readonly resourceAccountId?: string;
}

/**
 * Every right that a call needs; all must be allowed. None for a call that AWS lets everybody make
 * (`sts:GetCallerIdentity`) or that its service authorizes by itself.
 */
export type DeriveAccess = (call: Call) => readonly AccessNeed[];

/** A service whose resources carry policies (bucket, queue, topic policies). */
export interface HoldsResourcePolicies {
  resourcePoliciesOf(resourceArn: string): readonly PolicyDocument[];
}

/** A service that derives the rights of a call itself, because only it knows the resources (KMS and its ciphertexts). */
export interface DerivesAccess {
  access: DeriveAccess;
}
