import type { ScopedLink } from '../../lambda/domain/claims';
import type { AccountId, OrganizationalUnitId } from '../../lambda/domain/ids';
import { type Link, linkIdOf, printLink } from '../../lambda/domain/link';
import type { Account, AccountState } from '../../lambda/domain/organization';
import type { Scope } from '../../lambda/domain/scope';

/** A link of the pair `Billing-ps` × `team-Accountants`, which most tests are about. */
export function linkWith(scope: Scope): Link {
  return {
    permissionSetName: 'Billing-ps' as Link['permissionSetName'],
    principal: { type: 'GROUP', name: 'team-Accountants' },
    scope,
  };
}

export function scopedLink(scope: Scope): ScopedLink {
  const link = linkWith(scope);
  return { linkId: linkIdOf(link), linkData: printLink(link), scope };
}

export const root = 'r-ab12' as OrganizationalUnitId;

/** An account below the given parents, the nearest first; the root is added. */
export function account(
  id: string,
  parents: readonly string[] = [],
  tags: Record<string, string> = {},
  state: AccountState = 'ACTIVE',
): Account {
  return {
    id: id as AccountId,
    name: `account ${id}`,
    state,
    ancestors: [...(parents as OrganizationalUnitId[]), root],
    tags,
  };
}
