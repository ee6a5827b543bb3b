import type { Slice } from '../../lambda/domain/slice';
import { MANAGEMENT_ACCOUNT } from './organization-world';

/** The account from which Identity Center is administered. */
export const ADMINISTRATION = '222222222222';

/** An event as EventBridge hands it on, about a change of what the slice names. Other slices have no event. */
export function eventAbout(slice: Slice): unknown {
  switch (slice.kind) {
    case 'account':
      return record('organizations', 'MoveAccount', { accountId: slice.accountId });
    case 'organizationalUnit':
      return record('organizations', 'UpdateOrganizationalUnit', { organizationalUnitId: slice.organizationalUnitId });
    case 'principal':
      return slice.principalType === 'GROUP'
        ? record('sso-directory', 'UpdateGroup', { groupId: slice.principalId })
        : record('sso-directory', 'UpdateUser', { userId: slice.principalId });
    case 'permissionSet':
      return record('sso', 'CreatePermissionSet', { name: slice.permissionSetName });
    default:
      throw new Error(`There is no event about ${slice.kind}.`);
  }
}

function record(service: string, eventName: string, requestParameters: Readonly<Record<string, string>>): unknown {
  const detail = { eventSource: `${service}.amazonaws.com`, eventName, requestParameters };
  const account = service === 'organizations' ? MANAGEMENT_ACCOUNT : ADMINISTRATION;
  return { source: `aws.${service}`, account, detail };
}
