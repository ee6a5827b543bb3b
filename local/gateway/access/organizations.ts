import type { Call } from '../../cloud/service';
import type { DeriveAccess } from './access';
import { accessByResourceTypes, inCallersAccount } from './by-resource-type';

/** Members of inputs that hold the id of an account, organizational unit or root. */
const ID_MEMBERS = [
  'AccountId',
  'ChildId',
  'DestinationParentId',
  'OrganizationalUnitId',
  'ParentId',
  'ResourceId',
  'SourceParentId',
];

export interface OrganizationIds {
  /** `o-…`. */
  readonly id: string;
  readonly managementAccountId: string;
}

/** Organizations: accounts, organizational units and roots are named by id; their ARNs carry the organization's. */
export function organizationsAccess(organization: OrganizationIds): DeriveAccess {
  const named =
    (pattern: RegExp, type: string) =>
    (call: Call): readonly string[] => {
      const ids = ID_MEMBERS.map((member) => call.input[member]).filter((id) => pattern.test(String(id ?? '')));
      return ids.map(
        (id) => `arn:aws:organizations::${organization.managementAccountId}:${type}/${organization.id}/${id}`,
      );
    };
  const derive = accessByResourceTypes('organizations', {
    account: named(/^\d{12}$/, 'account'),
    organizationalunit: named(/^ou-/, 'ou'),
    handshake: ({ input }) =>
      input.HandshakeId === undefined
        ? []
        : [
            `arn:aws:organizations::${organization.managementAccountId}:handshake/${organization.id}/invite/${input.HandshakeId}`,
          ],
    root: named(/^r-/, 'root'),
  });
  // AWS: a delegated administrator reads the management account's organization with its own policies alone.
  return inCallersAccount(derive);
}
