import type { Cause } from './cause';
import type { Skipped } from './claims';
import type { LinkId, PairId, PermissionSetArn, PrincipalId, RequestId } from './ids';
import type { LedgerPair } from './ledger-row';
import type { Change } from './plan';

/** What planning found out about one link, stored with it. */
export interface LinkOutcome {
  /** The generation of the link document that was planned. */
  readonly generation: number;
  readonly waitingFor: readonly string[];
  readonly skipped: readonly Skipped[];
  /** How many accounts were left out; `skipped` names the first of them. */
  readonly skippedCount: number;
  readonly permissionSetArn?: PermissionSetArn;
  readonly principalId?: PrincipalId;
  /** Ids that the names stood for earlier, while assignments of them are left. */
  readonly earlier?: readonly EarlierIds[];
  /** The plan that holds removals of assignments which the link claimed. */
  readonly heldBy?: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface EarlierIds {
  readonly permissionSetArn: PermissionSetArn;
  readonly principalId: PrincipalId;
}

/** A link as it was planned, and the requests that wait for its outcome. */
export interface PlannedLink {
  readonly linkId: LinkId;
  readonly openRequests: readonly RequestId[];
  /** Who submitted it; present when that was since it was last planned. */
  readonly submittedBy?: string;
  readonly outcome: LinkOutcome;
  /** It waited when it was last planned. */
  readonly waited?: true;
  /** When its tombstone may go; epoch seconds. Present of a deleted link. */
  readonly expiresAt?: number;
  /** What the link says already: nobody has to be told. */
  readonly unchanged?: true;
}

/** The changes of one pair. Index positions of `changes` name the entries of `asked`. */
export interface PairPlan {
  readonly pairId: PairId;
  readonly links: readonly PlannedLink[];
  readonly changes: readonly PlannedChange[];
  /**
   * Ids under which rows are added for the first time, or are claimed by links of another pair (with the names of that
   * one), and those under which none is left.
   */
  readonly remembers: readonly LedgerPair[];
  readonly forgets: readonly LedgerPair[];
  /** Why removals happen although no link changed: what the names stood for is gone or called otherwise. */
  readonly left?: readonly string[];
}

/** A change, and the requests whose link claimed or released its assignment. */
export interface PlannedChange {
  readonly change: Change;
  readonly requests: readonly RequestId[];
  /** Who brought it about; absent: nobody submitted anything. */
  readonly cause?: Cause;
}

export interface PlanDocument {
  readonly planId: string;
  readonly epoch: number;
  readonly at: string;
  readonly pairs: readonly PairPlan[];
}
