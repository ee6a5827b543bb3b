import type { AccountId, OrganizationalUnitId } from './ids';

/** Which accounts a link covers. */
export type Scope =
  | { readonly type: 'account'; readonly accountId: AccountId }
  /** Every active account of the organization. */
  | { readonly type: 'root' }
  /** The accounts directly in an organizational unit or the root, or its whole subtree with `SupportNestedOU`. */
  | { readonly type: 'ou_id'; readonly organizationalUnitId: OrganizationalUnitId }
  /** The accounts that carry the tag with exactly this value. */
  | { readonly type: 'account_tag'; readonly key: string; readonly value: string };

export type ScopeType = Scope['type'];

export const SCOPE_TYPES: readonly ScopeType[] = ['account', 'root', 'ou_id', 'account_tag'];

/** Between a tag's key and its value. AWS: neither may contain it. */
export const TAG_SEPARATOR = '^';

/** The second field of a link's text form. */
export function scopeValueOf(scope: Scope): string {
  switch (scope.type) {
    case 'account':
      return scope.accountId;
    case 'root':
      return 'all';
    case 'ou_id':
      return scope.organizationalUnitId;
    case 'account_tag':
      return `${scope.key}${TAG_SEPARATOR}${scope.value}`;
  }
}

/** The first two fields of a link's text form, `account_tag%team^Finance`; two scopes are the same when these are. */
export function printScope(scope: Scope): string {
  return `${scope.type}%${scopeValueOf(scope)}`;
}
