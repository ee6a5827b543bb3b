import type { AccountId, PermissionSetName, PrincipalId, PrincipalType } from './ids';
import { type Link, parseLinkText, printLink } from './link';
import type { Parsed } from './problem';

/** An account assignment that exists. */
export interface ExistingAssignment {
  readonly accountId: AccountId;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
}

/** The directory hides the name, or does not answer at present. */
export const UNTOLD = Symbol('a name that the directory does not tell');

/** What the directory calls a principal; nothing when it knows none of its id. */
export type NameInDirectory = string | typeof UNTOLD | undefined;

export interface LinkingRules {
  readonly managementAccountId: AccountId;
  /** Turns a name as declared into the name the directory knows. */
  readonly nameInDirectory: (name: string) => string;
  /** Why the permission set of the assignment is left alone; absent of one that is not. */
  readonly leftAlone?: string;
}

/** The `account` link that claims an assignment, or what is against it. */
export function linkOfAssignment(
  { accountId, permissionSetName, principalType, principalId }: ExistingAssignment,
  name: NameInDirectory,
  { managementAccountId, nameInDirectory, leftAlone }: LinkingRules,
): Parsed<Link> {
  const against = (message: string): Parsed<Link> => ({ ok: false, problems: [{ path: '', message }] });
  if (leftAlone !== undefined) return against(`its permission set is left alone: ${leftAlone}`);
  if (accountId === managementAccountId) return against('it is in the management account, where links do nothing');
  if (name === UNTOLD) return against('the directory does not tell the name of the principal: try again later');
  if (name === undefined) return against(`orphaned: the directory knows no ${principalType} ${principalId}`);
  if (nameInDirectory(name) !== name) return against(`links mean ${nameInDirectory(name)} by this name (DomainName)`);
  const link: Link = {
    scope: { type: 'account', accountId },
    permissionSetName,
    principal: { type: principalType, name },
  };
  const parsed = parseLinkText(printLink(link));
  if (!parsed.ok) return parsed;
  return parsed.value.principal.name === name ? parsed : against('its name does not come back from a link as it is');
}
