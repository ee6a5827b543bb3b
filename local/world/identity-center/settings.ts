import type { LatencyShape } from '../latency';

/** Where the instance lives and who administers it. */
export interface InstanceSettings {
  readonly instanceArn: string;
  readonly identityStoreId: string;
  /** The instance's primary Region: AWS serves permission sets and assignments nowhere else. */
  readonly region: string;
  readonly managementAccountId: string;
  readonly delegatedAdministratorAccountId?: string;
  readonly createdAt: Date;
}

/** Published limits, and assumptions where AWS publishes nothing. Every one can be changed by a test or a benchmark. */
export interface IdentityCenterBehaviour {
  /** AWS: 20 transactions per second over all operations together; the burst is an assumption. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** AWS: 15 outstanding assignment operations. That deletions share them with creations is an assumption. */
  readonly outstandingAssignments: number;
  /** AWS: 3 ProvisionPermissionSet calls at a time. */
  readonly concurrentProvisionings: number;
  /** Assumption: accounts that one ALL_PROVISIONED_ACCOUNTS request works on at a time. */
  readonly accountsProvisionedAtOnce: number;
  /** AWS: 3,500 permission sets in an instance, 500 provisioned in an account, 25 policies in a permission set. */
  readonly permissionSets: number;
  readonly permissionSetsPerAccount: number;
  readonly policiesPerPermissionSet: number;
  /** AWS: 100 groups for one permission set in one account. */
  readonly groupsPerAssignment: number;
  /** Assumption: no latencies are published; observed ones fit this shape. */
  readonly latency: LatencyShape;
  /** Assumption: observed "seconds to minutes" between the last assignment's end and the role's. */
  readonly deprovisionLag: LatencyShape;
  /** Upper bound, in simulated milliseconds, of how far lists of assignments lag behind; statuses never do. */
  readonly listLagMs: number;
  /** Chance that a new account answers "takes longer than usual", and for how long it is new. */
  readonly newAccountFailureProbability: number;
  readonly newAccountMs: number;
  /** Chance that a page of ListAccountAssignmentsForPrincipal is short or empty although more follows. */
  readonly shortPageProbability: number;
  /** Both were reported for ProvisionPermissionSet of an account without assignment: a new role, or a failure. */
  readonly provisionWithoutAssignment: 'create' | 'fail';
}

export const DEFAULT_BEHAVIOUR: IdentityCenterBehaviour = {
  requestsPerSecond: 20,
  requestBurst: 20,
  outstandingAssignments: 15,
  concurrentProvisionings: 3,
  accountsProvisionedAtOnce: 5,
  permissionSets: 3500,
  permissionSetsPerAccount: 500,
  policiesPerPermissionSet: 25,
  groupsPerAssignment: 100,
  latency: { medianMs: 4_000, p99Ms: 30_000 },
  deprovisionLag: { medianMs: 10_000, p99Ms: 90_000 },
  listLagMs: 0,
  newAccountFailureProbability: 0,
  newAccountMs: 5 * 60_000,
  shortPageProbability: 0.2,
  provisionWithoutAssignment: 'fail',
};
