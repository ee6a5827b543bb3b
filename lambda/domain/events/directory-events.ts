import type { PrincipalId, PrincipalType } from '../ids';
import { type EventReading, ignored, lookAt } from './event-reading';
import { type Fields, textAt } from './record';

/** The console, the API and the SCIM endpoint write the same directory, each under a name of its own. */
export const DIRECTORY_SOURCES: readonly string[] = [
  'sso-directory.amazonaws.com',
  'identitystore.amazonaws.com',
  'identitystore-scim.amazonaws.com',
];

/** The Identity Store's ids: a UUID, for older directories with ten characters before it. */
const PRINCIPAL_ID = /^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Calls that make, rename or delete a group or user. Memberships change nothing here: assignments name the group. */
const CALLS: Readonly<Record<PrincipalType, readonly string[]>> = {
  GROUP: ['CreateGroup', 'UpdateGroup', 'UpdateGroupDisplayName', 'PutGroup', 'PatchGroup', 'DeleteGroup'],
  USER: ['CreateUser', 'UpdateUser', 'UpdateUserName', 'PutUser', 'PatchUser', 'DeleteUser'],
};

export const DIRECTORY_EVENTS: readonly string[] = [...CALLS.GROUP, ...CALLS.USER];

/**
 * Reads a CloudTrail record of the directory. Only the id is taken: AWS hides names (`HIDDEN_DUE_TO_SECURITY_REASONS`),
 * so what the principal is called is asked of the Identity Store.
 */
export function readDirectoryEvent(name: string, detail: Fields): EventReading {
  const principalType = CALLS.GROUP.includes(name) ? 'GROUP' : 'USER';
  if (!CALLS[principalType].includes(name)) return ignored('unknown');
  const kind = principalType.toLowerCase();
  const id = textAt(
    detail,
    PRINCIPAL_ID,
    ['responseElements', kind, `${kind}Id`],
    ['responseElements', `${kind}Id`],
    ['responseElements', 'id'],
    ['requestParameters', `${kind}Id`],
    ['requestParameters', 'id'],
  );
  return lookAt(id === undefined ? [] : [{ kind: 'principal', principalType, principalId: id as PrincipalId }]);
}
