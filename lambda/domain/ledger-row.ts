import type { RememberedCauses } from './cause';
import type { Claim } from './claims';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from './ids';
import type { Key } from './write';

/** What the service calls an account assignment, by ids. */
export interface Assignment {
  readonly accountId: AccountId;
  readonly permissionSetArn: PermissionSetArn;
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
}

export type OperationKind = 'create' | 'delete';

/** One asynchronous call to Identity Center that was claimed for a row. */
export interface Operation {
  /** Unique per claim: whoever holds it may finish the operation. */
  readonly id: string;
  readonly kind: OperationKind;
  /** The row's generation that the operation brings about. */
  readonly generation: number;
  /** Until then its claimer may still submit; epoch milliseconds. */
  readonly leaseUntil: number;
  /** The service's request id, once known. */
  readonly requestId?: string;
}

/**
 * What the controller knows of one assignment it owns. The planner owns the first group of attributes, the worker the
 * second; neither writes the other's, nobody overwrites a whole row.
 */
export interface LedgerRow extends Assignment, RememberedCauses {
  readonly permissionSetName: PermissionSetName;
  readonly principalName: string;
  /** `principalKey(type, name)`: index by name. */
  readonly principalKey: string;
  readonly desired: boolean;
  /** Raised whenever the row is to be applied again. */
  readonly generation: number;
  /** Raised by every write of the planner. */
  readonly revision: number;
  /** Position in the work list: items of different links and accounts alternate. */
  readonly rank: number;
  readonly claims: readonly Claim[];
  /** Why the row is desired or not. */
  readonly reason: string;
  /** The assignment existed when it was first claimed. */
  readonly adopted?: boolean;
  /** Unique per incarnation: a row that was dropped and created again is another row. */
  readonly born: string;
  /** Why no operation is attempted in the account at present. */
  readonly unreachable?: string;
  /** The plan that would remove it and is held. */
  readonly heldBy?: string;
  /** The rejected plan that would have removed it: it stays until a link claims it again. */
  readonly keptBy?: string;

  /** The generation that took effect; 0: none yet. */
  readonly applied: number;
  readonly operation?: Operation;
  /** Failures in a row of the present generation. */
  readonly attempts?: number;
  /** Not to be tried before; epoch milliseconds. */
  readonly nextAttemptAt?: number;
  /** The service's last word on why it failed. */
  readonly lastError?: string;
  /** Set aside until somebody asks again: after repeated failure, or because the account lacks a policy. */
  readonly parked?: Parked;
  /** Id of the notification by which people were told that it was set aside, until it is as desired. */
  readonly told?: string;
}

export interface Parked {
  readonly generation: number;
  readonly reason: string;
  /** The customer managed policy, as path and name, without which the account cannot have the permission set. */
  readonly missingPolicy?: string;
}

/** A row that still has to be applied, as the worker lists it. */
export interface WorkItem {
  readonly rowPk: string;
  readonly accountId: AccountId;
  readonly generation: number;
  /** Not due before; epoch milliseconds. */
  readonly notBefore?: number;
}

export const OPERATIONS = 'OPERATION';
export const HELD_ROWS = 'HELD';
export const WORK_PARTITIONS = { delete: 'WORK#revoke', create: 'WORK#grant' } as const;

/** One partition per permission set × principal, so that a pair is read consistently with one query. */
export function pairPartition({ permissionSetArn, principalType, principalId }: Omit<Assignment, 'accountId'>): string {
  return `${permissionSetArn}|${principalType}|${principalId}`;
}

export function rowKey(assignment: Assignment): Key {
  return { table: 'ledger', pk: pairPartition(assignment), sk: assignment.accountId };
}

/** One text for a row's key, unique in the ledger. */
export function rowId(assignment: Assignment): string {
  return `${pairPartition(assignment)}#${assignment.accountId}`;
}

/** Assignments of one permission set to one principal, by ids, and the names that they were resolved from. */
export interface LedgerPair extends Omit<Assignment, 'accountId'> {
  readonly permissionSetName: PermissionSetName;
  readonly principalName: string;
}

/** Lists the pairs that have a row in an account, so that they can be read consistently. */
export function rowsInAccount(accountId: AccountId): string {
  return `ACCOUNT#${accountId}`;
}

export function accountRowKey(row: Assignment): Key {
  return { table: 'ledger', pk: rowsInAccount(row.accountId), sk: pairPartition(row) };
}

export function ledgerPairOf({
  permissionSetName,
  permissionSetArn,
  principalType,
  principalName,
  principalId,
}: LedgerPair): LedgerPair {
  return { permissionSetName, permissionSetArn, principalType, principalName, principalId };
}

export function workKey(row: Assignment & { readonly desired: boolean; readonly rank: number }): Key {
  const rank = String(row.rank).padStart(8, '0');
  return { table: 'ledger', pk: WORK_PARTITIONS[row.desired ? 'create' : 'delete'], sk: `${rank}#${rowId(row)}` };
}

export function operationKey(assignment: Assignment): Key {
  return { table: 'ledger', pk: OPERATIONS, sk: rowId(assignment) };
}

/** Marks a row that waits for a policy of its account, so that it is looked at again from time to time. */
export function heldKey(row: Assignment): Key {
  return { table: 'ledger', pk: HELD_ROWS, sk: rowId(row) };
}

/** Whether the row still has something to apply and may be tried. */
export function isUnfinished(row: LedgerRow): boolean {
  return row.applied < row.generation && row.parked?.generation !== row.generation && row.unreachable === undefined;
}
