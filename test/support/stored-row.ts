import type {
  AccountId,
  PermissionSetArn,
  PermissionSetName,
  PrincipalId,
  PrincipalType,
} from '../../lambda/domain/ids';
import { principalKey } from '../../lambda/domain/ids';
import type { LedgerRow } from '../../lambda/domain/ledger-row';
import { rowKey } from '../../lambda/domain/ledger-row';
import type { Link } from '../../lambda/domain/link';
import { linkIdOf, printLink } from '../../lambda/domain/link';
import type { Write } from '../../lambda/domain/write';

/** ARNs and ids as Identity Center and the Identity Store make them, derived from the names. */
export function permissionSetArn(name: string): PermissionSetArn {
  return `arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-${name}` as PermissionSetArn;
}

export function principalId(name: string): PrincipalId {
  return `id-of-${name}` as PrincipalId;
}

/** A ledger row of a link in one account: desired, claimed and applied unless said otherwise. */
export function ledgerRow(link: Link, accountId: string, changed: Partial<LedgerRow> = {}): LedgerRow {
  const type: PrincipalType = link.principal.type;
  return {
    accountId: accountId as AccountId,
    permissionSetArn: permissionSetArn(link.permissionSetName),
    permissionSetName: link.permissionSetName as PermissionSetName,
    principalType: type,
    principalId: principalId(link.principal.name),
    principalName: link.principal.name,
    principalKey: principalKey(type, link.principal.name),
    desired: true,
    generation: 1,
    revision: 1,
    rank: 0,
    claims: [{ linkId: linkIdOf(link), linkData: printLink(link) }],
    reason: `claimed by link ${printLink(link)}`,
    born: 'plan-1',
    applied: 1,
    ...changed,
  };
}

export function rowWrite(row: LedgerRow): Write {
  return { at: rowKey(row), put: { ...row } };
}
