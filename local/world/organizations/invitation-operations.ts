import type { Call } from '../../cloud/service';
import { randomHex } from '../derived-ids';
import type { Operations } from '../operation';
import { emitDeparture, emitJoining } from './account-operations';
import {
  accessDenied,
  duplicateHandshake,
  handshakeInWrongState,
  handshakeNotFound,
  invalidInput,
  invitationImpossible,
  managementAccountCannotLeave,
  notInUse,
  organizationsOperation,
} from './faults';
import type { Invitation, Organization } from './organization';
import * as shapes from './shapes';
import { mergedTags } from './tag-operations';

/** AWS: an invitation is open for 15 days. */
const OPEN_DAYS = 15;
const DAY_MS = 24 * 3600 * 1000;

/** What an account may call that is invited, or that leaves. */
export const OPEN_TO_INVITED: readonly string[] = [
  'AcceptHandshake',
  'DeclineHandshake',
  'DescribeHandshake',
  'LeaveOrganization',
  'ListHandshakesForAccount',
];

/** Inviting accounts, and what invited accounts do. */
export function invitationOperations(organization: Organization): Operations {
  const { invitations, managementAccountId } = organization;
  const requireInvitation = (id: string, { principal }: Call): Invitation => {
    const invitation = invitations.get(id);
    if (!invitation) throw handshakeNotFound();
    if (![managementAccountId, invitation.accountId].includes(principal.accountId)) throw accessDenied();
    return invitation;
  };
  const answered = (state: 'ACCEPTED' | 'DECLINED') =>
    organizationsOperation('write', shapes.handshake, (input, call) => {
      const invitation = requireInvitation(input.HandshakeId, call);
      if (call.principal.accountId !== invitation.accountId) throw accessDenied();
      end(invitation, state);
      if (state === 'ACCEPTED') join(organization, invitation);
      return { Handshake: described(organization, invitation) };
    });
  const handshakes = (list: string, accepts?: (invitation: Invitation) => boolean) =>
    organizationsOperation('read', shapes.onlyPaging, (input) => {
      const { items, NextToken } = organization.page(invitations, list, input, accepts);
      const Handshakes = items.map((invitation) => described(organization, invitation));
      return { Handshakes, ...(NextToken === undefined ? {} : { NextToken }) };
    });
  return {
    InviteAccountToOrganization: organizationsOperation('write', shapes.invite, (input) => {
      const tags = mergedTags(organization, new Map(), input.Tags ?? []);
      const invitation = invite(organization, input.Target, tags);
      return { Handshake: described(organization, invitation) };
    }),
    AcceptHandshake: answered('ACCEPTED'),
    DeclineHandshake: answered('DECLINED'),
    CancelHandshake: organizationsOperation('write', shapes.handshake, (input, call) => {
      const invitation = requireInvitation(input.HandshakeId, call);
      end(invitation, 'CANCELED');
      return { Handshake: described(organization, invitation) };
    }),
    DescribeHandshake: organizationsOperation('read', shapes.handshake, (input, call) => ({
      Handshake: described(organization, requireInvitation(input.HandshakeId, call)),
    })),
    ListHandshakesForOrganization: handshakes('handshakes'),
    ListHandshakesForAccount: organizationsOperation('read', shapes.onlyPaging, (input, { principal }) => {
      const isTheirs = ({ accountId }: Invitation) => accountId === principal.accountId;
      const { items, NextToken } = organization.page(invitations, 'handshakes of an account', input, isTheirs);
      const Handshakes = items.map((invitation) => described(organization, invitation));
      return { Handshakes, ...(NextToken === undefined ? {} : { NextToken }) };
    }),
    LeaveOrganization: organizationsOperation('write', shapes.nothing, (_input, { principal }) => {
      const account = organization.tree.accounts.get(principal.accountId);
      if (!account) throw notInUse();
      if (account.id === managementAccountId) throw managementAccountCannotLeave();
      organization.tree.removeAccount(account);
      emitDeparture(organization, account.id, 'LEFT');
      return {};
    }),
  };
}

function invite(
  organization: Organization,
  { Id, Type }: { readonly Id: string; readonly Type: string },
  tags: ReadonlyMap<string, string>,
): Invitation {
  if (Type !== 'ACCOUNT' || !/^\d{12}$/.test(Id)) {
    throw invalidInput('INVALID_PARTY_TYPE_TARGET', 'The local cloud invites accounts by their id.');
  }
  if (organization.tree.accounts.has(Id)) {
    throw invitationImpossible('ALREADY_IN_AN_ORGANIZATION', 'The account is already a member of an organization.');
  }
  for (const { accountId, state } of organization.invitations.values()) {
    if (accountId === Id && state === 'OPEN') throw duplicateHandshake();
  }
  const id = `h-${randomHex(organization.idRandom, 32)}`;
  const invitation: Invitation = { id, accountId: Id, requestedAt: organization.now(), tags, state: 'OPEN' };
  organization.invitations.set(id, invitation);
  return invitation;
}

function end(invitation: Invitation, state: Invitation['state']): void {
  if (invitation.state !== 'OPEN') throw handshakeInWrongState(invitation.state);
  invitation.state = state;
}

/** AWS: an account that joins is put into the root. What it is called is its own affair. */
function join(organization: Organization, { accountId: id, tags }: Invitation): void {
  const { tree } = organization;
  const account = tree.addAccount({
    id,
    email: `owner@${id}.example.com`,
    name: `invited-${id}`,
    joinedMethod: 'INVITED',
    joinedAt: organization.now(),
    state: 'ACTIVE',
    parentId: tree.root.id,
  });
  tree.setTags(account, tags);
  emitJoining(organization, id, 'INVITED');
}

function described({ tree, managementAccountId }: Organization, { id, accountId, requestedAt, state }: Invitation) {
  return {
    Id: id,
    Arn: `arn:aws:organizations::${managementAccountId}:handshake/${tree.ids.organizationId}/invite/${id}`,
    Parties: [
      { Id: accountId, Type: 'ACCOUNT' },
      { Id: tree.ids.organizationId.slice('o-'.length), Type: 'ORGANIZATION' },
    ],
    State: state,
    RequestedTimestamp: requestedAt,
    ExpirationTimestamp: new Date(requestedAt.getTime() + OPEN_DAYS * DAY_MS),
    Action: 'INVITE',
    Resources: [{ Type: 'ORGANIZATION', Value: tree.ids.organizationId }],
  };
}
