import type { AccountId, PermissionSetArn } from '../domain/ids';
import { type LedgerRow, pairPartition } from '../domain/ledger-row';
import { Denied } from '../ports/faults';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import { queryAll, type Store } from '../ports/store';
import type { ManagedPrincipal } from './managed-pairs';

/** How the assignments of one principal differ from the ledger. */
export interface Comparison {
  /** Managed assignments that were applied and are not there. */
  readonly missing: readonly LedgerRow[];
  /** Assignments of managed permission sets that are there and not managed; they are never touched. */
  readonly unmanaged: readonly { readonly accountId: AccountId; readonly permissionSetArn: PermissionSetArn }[];
}

type Assigned = ReadonlyMap<PermissionSetArn, ReadonlySet<AccountId>>;

export async function comparePrincipal(
  { store, identityCenter }: { readonly store: Store; readonly identityCenter: IdentityCenterReader },
  { principalType, principalId, permissionSetArns }: ManagedPrincipal,
): Promise<Comparison> {
  const rows: LedgerRow[] = [];
  for (const permissionSetArn of permissionSetArns) {
    const pk = pairPartition({ permissionSetArn, principalType, principalId });
    rows.push(...((await queryAll(store, { table: 'ledger', pk })) as unknown as LedgerRow[]));
  }
  const assigned = await observe(identityCenter, { principalType, principalId }, rows);
  const known = new Set(rows.map(({ permissionSetArn, accountId }) => `${permissionSetArn} ${accountId}`));
  const observed = [...assigned].flatMap(([permissionSetArn, accounts]) =>
    [...accounts].map((accountId) => ({ accountId, permissionSetArn })),
  );
  return {
    missing: rows.filter((row) => isSettled(row) && !assigned.get(row.permissionSetArn)?.has(row.accountId)),
    unmanaged: observed.filter(({ permissionSetArn, accountId }) => !known.has(`${permissionSetArn} ${accountId}`)),
  };
}

/** Applied, wanted, and nothing under way: it should be there. */
function isSettled({ desired, applied, generation, operation, unreachable }: LedgerRow): boolean {
  return desired && applied >= generation && operation === undefined && unreachable === undefined;
}

/** AWS: the list by principal is answered in the management account only; where it is denied, each account is asked. */
async function observe(
  identityCenter: IdentityCenterReader,
  { principalType, principalId }: Pick<ManagedPrincipal, 'principalType' | 'principalId'>,
  rows: readonly LedgerRow[],
): Promise<Assigned> {
  try {
    return await identityCenter.assignmentsOf(principalType, principalId);
  } catch (fault) {
    if (!(fault instanceof Denied)) throw fault;
    const assigned = new Map<PermissionSetArn, Set<AccountId>>();
    for (const row of rows.filter(isSettled)) {
      if (!(await identityCenter.isAssigned(row))) continue;
      assigned.set(row.permissionSetArn, (assigned.get(row.permissionSetArn) ?? new Set()).add(row.accountId));
    }
    return assigned;
  }
}
