import type { Assignment, OperationKind } from '../domain/ledger-row';

/** How an operation stands. `reason` is the service's own. */
export type OperationStatus =
  | { readonly status: 'IN_PROGRESS' | 'SUCCEEDED' }
  | {
      readonly status: 'FAILED';
      readonly reason: string;
      /** The customer managed policy, as path and name, that the account lacks, if that is why. */
      readonly missingPolicy?: string;
    };

/**
 * Account assignments of Identity Center. Every call throws `Throttled`, `Denied`, `Unavailable` or `OutcomeUnknown`.
 * No call is retried inside: the controller decides when.
 */
export interface AssignmentService {
  /** Starts an operation and answers its request id. Also throws `Conflict`, `Rejected` and `Missing`. */
  submit(kind: OperationKind, assignment: Assignment): Promise<string>;
  /** Request ids of all operations of the kind that are in progress, whoever started them. */
  inProgress(kind: OperationKind): Promise<ReadonlySet<string>>;
  /** What an operation was asked to do: who knows only its request id learns whose it is. */
  subject(kind: OperationKind, requestId: string): Promise<Assignment>;
  /** Deleting what is not there SUCCEEDED. */
  status(kind: OperationKind, requestId: string): Promise<OperationStatus>;
}
