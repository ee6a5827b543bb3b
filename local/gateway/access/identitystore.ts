import type { DeriveAccess } from './access';
import { accessByResourceTypes, inCallersAccount } from './by-resource-type';

/**
 * Identity Store. `ownerAccountId` is the account in the identity store's ARN: the one that owns the instance.
 * AWS: GetGroupId and GetUserId name no group or user; the right must cover all of them.
 */
export function identitystoreAccess(ownerAccountId: string): DeriveAccess {
  const resource = (type: string, id: unknown): readonly string[] => {
    const text = String(id ?? '*');
    return [text.startsWith('arn:') ? text : `arn:aws:identitystore:::${type}/${text}`];
  };
  const derive = accessByResourceTypes('identitystore', {
    Identitystore: ({ input }) => {
      const id = String(input.IdentityStoreId ?? '*');
      return [id.startsWith('arn:') ? id : `arn:aws:identitystore::${ownerAccountId}:identitystore/${id}`];
    },
    Group: ({ input }) =>
      Array.isArray(input.GroupIds)
        ? input.GroupIds.flatMap((id: unknown) => resource('group', id))
        : resource('group', input.GroupId),
    User: ({ input }) => resource('user', input.UserId ?? input.MemberId?.UserId),
    GroupMembership: ({ input }) => resource('membership', input.MembershipId),
    AllGroups: () => resource('group', '*'),
    AllUsers: () => resource('user', '*'),
    AllGroupMemberships: () => resource('membership', '*'),
  });
  // AWS: the delegated administrator reads the store of the management account with its own policies alone.
  return inCallersAccount(derive);
}
