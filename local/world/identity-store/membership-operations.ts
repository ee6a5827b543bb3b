import type { Operations } from '../operation';
import type { Membership } from './directory';
import { memberNotFound, notFound, storeOperation } from './faults';
import { pageOf } from './paging';
import { bareId, type StoreContext } from './resource-operations';
import * as shapes from './shapes';

/** Who is a member of which group. Members are users only: groups do not nest. */
export function membershipOperations(context: StoreContext): Operations {
  const { directory, requireStore } = context;
  const requireMembership = (id: string): Membership => {
    const membership = directory.memberships.get(bareId(id));
    if (!membership) throw notFound('GROUP_MEMBERSHIP', id);
    return membership;
  };
  return {
    CreateGroupMembership: storeOperation('write', shapes.groupAndMember, (input, { principal }) => {
      requireStore(input.IdentityStoreId);
      const userId = bareId(input.MemberId.UserId ?? '');
      return identified(context, directory.addMembership(bareId(input.GroupId), userId, principal.arn));
    }),
    DescribeGroupMembership: storeOperation('read', shapes.membership, (input) => {
      requireStore(input.IdentityStoreId);
      return described(context, requireMembership(input.MembershipId));
    }),
    DeleteGroupMembership: storeOperation('write', shapes.membership, (input) => {
      requireStore(input.IdentityStoreId);
      directory.removeMembership(requireMembership(input.MembershipId));
      return {};
    }),
    GetGroupMembershipId: storeOperation('read', shapes.groupAndMember, (input) => {
      requireStore(input.IdentityStoreId);
      const membership = directory.membershipOf(bareId(input.GroupId), bareId(input.MemberId.UserId ?? ''));
      if (!membership) throw notFound('GROUP_MEMBERSHIP');
      return identified(context, membership);
    }),
    ...membershipReads(context),
  };
}

function membershipReads(context: StoreContext): Operations {
  const { directory, requireStore } = context;
  return {
    ListGroupMemberships: storeOperation('read', shapes.listMemberships, (input) => {
      requireStore(input.IdentityStoreId);
      const groupId = directory.groups.require(bareId(input.GroupId)).id;
      const { items, ...next } = pageOf(directory.membershipsOfGroup(groupId), `members ${groupId}`, input);
      return { GroupMemberships: items.map((membership) => described(context, membership)), ...next };
    }),
    ListGroupMembershipsForMember: storeOperation('read', shapes.listMembershipsForMember, (input) => {
      requireStore(input.IdentityStoreId);
      const userId = directory.users.require(bareId(input.MemberId.UserId ?? '')).id;
      const { items, ...next } = pageOf(directory.membershipsOfUser(userId), `groups ${userId}`, input);
      return { GroupMemberships: items.map((membership) => described(context, membership)), ...next };
    }),
    IsMemberInGroups: storeOperation('read', shapes.isMemberInGroups, (input) => {
      requireStore(input.IdentityStoreId);
      const userId = bareId(input.MemberId.UserId ?? '');
      if (!directory.users.all.has(userId)) throw memberNotFound();
      const Results = input.GroupIds.map((id) => {
        const GroupId = directory.groups.require(bareId(id)).id;
        const MembershipExists = directory.membershipOf(GroupId, userId) !== undefined;
        return { GroupId, MemberId: { UserId: userId }, MembershipExists };
      });
      return { Results };
    }),
  };
}

function identified({ identityStoreId }: StoreContext, { id }: Membership) {
  return {
    IdentityStoreId: identityStoreId,
    MembershipId: id,
    MembershipArn: `arn:aws:identitystore:::membership/${id}`,
  };
}

function described(context: StoreContext, membership: Membership) {
  return {
    ...identified(context, membership),
    GroupId: membership.groupId,
    MemberId: { UserId: membership.userId },
    CreatedAt: membership.createdAt,
    UpdatedAt: membership.updatedAt,
    CreatedBy: membership.createdBy,
    UpdatedBy: membership.updatedBy,
  };
}
