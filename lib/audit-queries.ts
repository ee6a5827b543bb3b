import { AUDIT_TABLE } from './audit-table';

/** A query that is saved in Athena. What is in capitals between angle brackets is to be replaced. */
export interface AuditQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** `database`: as Glue knows it. */
export function auditQueries(database: string): readonly AuditQuery[] {
  const table = `${database}.${AUDIT_TABLE}`;
  return [
    {
      name: 'access-to-an-account',
      description: 'Who had access to an account at the end of a day, and which links claimed it when it was given',
      sql: `-- Of each assignment the last event that made or ended it counts.
WITH ends AS (
  SELECT permissionsetname, principaltype, principalname, principalid, callers, claims, at, type, action,
    row_number() OVER (
      PARTITION BY permissionsetarn, principaltype, principalid
      ORDER BY length(sequence) DESC, sequence DESC, eventid DESC
    ) AS place
  FROM ${table}
  WHERE day <= '<YYYY-MM-DD>'
    AND accountid = '<ACCOUNT ID>'
    AND type IN ('Assignment Adopted', 'Assignment Change Succeeded', 'Assignment Disowned')
)
SELECT permissionsetname, principaltype, principalname, at AS since, callers, claims
FROM ends
WHERE place = 1
  AND type <> 'Assignment Disowned'
  AND (type = 'Assignment Adopted' OR action = 'create')
ORDER BY permissionsetname, principalname`,
    },
    {
      name: 'by-a-caller',
      description: 'What somebody asked for, decided or brought about',
      sql: `SELECT DISTINCT at, type, result, action, subject, accountid, permissionsetname, principalname, reason, requests
FROM ${table}
WHERE day BETWEEN '<YYYY-MM-DD>' AND '<YYYY-MM-DD>'
  AND (decidedby LIKE '%<CALLER>%' OR any_match(callers, caller -> caller LIKE '%<CALLER>%'))
ORDER BY at`,
    },
    {
      name: 'changes-of-a-link',
      description: 'Everything that a link brought about',
      sql: `SELECT DISTINCT at, type, result, action, accountid, permissionsetname, principalname, callers, reason
FROM ${table}
WHERE day >= '<YYYY-MM-DD>'
  AND (
    linkid = '<LINK ID>'
    OR any_match(claims, claim -> claim.linkid = '<LINK ID>')
    OR any_match(formerclaims, claim -> claim.linkid = '<LINK ID>')
  )
ORDER BY at`,
    },
    {
      name: 'failures',
      description: 'What was refused, failed or was set aside, and why',
      sql: `SELECT DISTINCT at, type, action, subject, accountid, permissionsetname, principalname, reason, errors, callers
FROM ${table}
WHERE day >= '<YYYY-MM-DD>'
  AND result IN ('REFUSED', 'FAILED', 'SET_ASIDE')
ORDER BY at`,
    },
    {
      name: 'a-request',
      description: 'What became of a request',
      sql: `SELECT DISTINCT at, type, result, action, accountid, permissionsetname, principalname, reason, waitingfor, errors
FROM ${table}
WHERE day >= '<YYYY-MM-DD>'
  AND contains(requests, '<REQUEST ID>')
ORDER BY at`,
    },
  ];
}
