import type { PermissionSetArn, PrincipalId, PrincipalType } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import { type Store, scanAll } from '../ports/store';

/** A principal and the permission sets of which it holds managed assignments. */
export interface ManagedPrincipal {
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
  readonly permissionSetArns: readonly PermissionSetArn[];
}

/** What a full pass compares, as it stood when the pass began. */
export interface FullPassList {
  readonly principals: readonly ManagedPrincipal[];
}

/** Reads the whole ledger once: which principals have managed assignments, and of what. */
export async function listManaged(store: Store): Promise<FullPassList> {
  const found = new Map<
    string,
    { principalType: PrincipalType; principalId: PrincipalId; arns: Set<PermissionSetArn> }
  >();
  for await (const item of scanAll(store, 'ledger')) {
    if (!item.pk.startsWith('arn:')) continue;
    const { principalType, principalId, permissionSetArn } = item as unknown as LedgerRow;
    const key = `${principalType}|${principalId}`;
    const known = found.get(key) ?? { principalType, principalId, arns: new Set() };
    known.arns.add(permissionSetArn);
    found.set(key, known);
  }
  const principals = [...found.values()].map(({ arns, ...principal }) => ({
    ...principal,
    permissionSetArns: [...arns].sort(),
  }));
  return { principals };
}
