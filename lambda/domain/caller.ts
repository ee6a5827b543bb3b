/** Who calls, as IAM knows them: `arn:…` and the unique id, with its session (`AROA…:alice`, `AIDA…`). */
export interface Caller {
  readonly arn: string;
  readonly userId?: string;
}

const ASSUMED_ROLE = /^arn:[^:]+:sts::(\d+):assumed-role\/([^/]+)\/(.+)$/;
/** AWS: S3 names who put a file by the unique id. */
const OF_FILE = 'AWS:';
/** AWS: roles that Identity Center makes. It names their sessions after the users, who cannot choose another name. */
const ROLE_OF_PEOPLE = 'AWSReservedSSO_';

/**
 * Whether a caller is the one who submitted. Whoever assumes a role chooses the name of the session, so all sessions of
 * a role are one caller, except where Identity Center names them.
 */
export function isSameCaller({ arn, userId }: Caller, submittedBy: string): boolean {
  if (submittedBy === arn) return true;
  if (submittedBy.startsWith(OF_FILE)) return userId !== undefined && isSameId(arn, userId, submittedBy.slice(4));
  return identityOf(arn) === identityOf(submittedBy);
}

function isSameId(arn: string, userId: string, other: string): boolean {
  return hasNamedSessions(arn) ? userId === other : uniqueId(userId) === uniqueId(other);
}

function uniqueId(id: string): string {
  return id.split(':')[0] ?? id;
}

function identityOf(arn: string): string {
  const [, accountId, role] = ASSUMED_ROLE.exec(arn) ?? [];
  return role === undefined || hasNamedSessions(arn) ? arn : `${accountId}/${role}`;
}

function hasNamedSessions(arn: string): boolean {
  return ASSUMED_ROLE.exec(arn)?.[2]?.startsWith(ROLE_OF_PEOPLE) ?? false;
}
