import type { ReachedRole } from '../../../lib/names';

/** What was read, or why it could not be: the rights or the service that were missing, in AWS's own words. */
export type Reading<T> =
  | { readonly isRead: true; readonly value: T }
  | { readonly isRead: false; readonly why: string };

/** An instance of Identity Center as `ListInstances` and `DescribeInstance` tell of it. */
export interface InstanceFacts {
  readonly instanceArn: string;
  /** The management account for an organization instance; the account itself for an account instance. */
  readonly ownerAccountId?: string;
  readonly primaryRegion?: string;
  readonly status?: string;
  readonly permissionSetsEnabled?: boolean;
  /** ARN of the customer managed key; absent: a key that AWS owns. */
  readonly kmsKeyArn?: string;
}

export interface OrganizationFacts {
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly featureSet: string;
}

/** A trail as it is seen from one account and Region. */
export interface TrailFacts {
  readonly name: string;
  readonly homeRegion: string;
  readonly isMultiRegion: boolean;
  readonly isLogging: boolean;
  /** Whether it records management events that write. */
  readonly recordsWrites: boolean;
}

export interface RuleFacts {
  readonly isEnabled: boolean;
  readonly targets: readonly { readonly arn: string; readonly roleArn?: string }[];
}

/** A statement of a policy as AWS returns it. */
export interface PolicyStatement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface KeyFacts {
  readonly state: string;
  readonly statements: readonly PolicyStatement[];
}

export interface ConcurrencyFacts {
  /** Executions of all functions of the account and Region at the same time. */
  readonly limit: number;
  /** What no function of the account has reserved for itself. */
  readonly unreserved: number;
}

/** A quota of Service Quotas; `used` where it could be counted. */
export interface QuotaFacts {
  readonly name: string;
  readonly value: number;
}

/** Everything that the preflight read. Whatever AWS does not have is an undefined or empty value, not a failure. */
export interface Facts {
  readonly organization: Reading<OrganizationFacts>;
  /** Accounts that may administer Identity Center in place of the management account. */
  readonly delegatedAdministrators: Reading<readonly string[]>;
  readonly instances: Reading<readonly InstanceFacts[]>;
  readonly permissionSets: Reading<number>;
  /** By place: `<account>/<region>`. */
  readonly trails: Readonly<Record<string, Reading<readonly TrailFacts[]>>>;
  /** Version of the bootstrap stack, by place. */
  readonly bootstrap: Readonly<Record<string, Reading<number | undefined>>>;
  /** By name of the rule. */
  readonly rules: Readonly<Record<string, Reading<RuleFacts | undefined>>>;
  /** Statements of the policy of the controller's bus. */
  readonly bus: Reading<readonly PolicyStatement[] | undefined>;
  /** Statements of trust policies. */
  readonly roles: Readonly<Partial<Record<ReachedRole, Reading<readonly PolicyStatement[] | undefined>>>>;
  /** Whether the roles exist whose users submit links and permission sets, by ARN. */
  readonly callerRoles: Readonly<Record<string, Reading<boolean>>>;
  /** The key of `IdentityCenterKmsKeyArn`, if it is set. */
  readonly key?: Reading<KeyFacts | undefined>;
  readonly concurrency: Reading<ConcurrencyFacts>;
  /** The role with which API Gateway writes logs in the target account and Region; undefined: none is set. */
  readonly apiGatewayLogRole: Reading<string | undefined>;
  /** By code of the service: `lambda`, `states`, `sso`. */
  readonly quotas: Readonly<Record<string, Reading<readonly QuotaFacts[]>>>;
}

export const read = <T>(value: T): Reading<T> => ({ isRead: true, value });
export const notRead = (why: string): { readonly isRead: false; readonly why: string } => ({ isRead: false, why });
