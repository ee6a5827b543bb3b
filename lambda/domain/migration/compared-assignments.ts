import { coverage, expandScopes } from '../claims';
import type { AccountId, PairId } from '../ids';
import { type Link, linkIdOf, pairIdOf, printLink } from '../link';
import { type Organization, unreachableReason } from '../organization';
import type { Finding } from './finding';
import { type PredecessorData, textOf } from './predecessor-data';

/** An assignment of Identity Center: of the inventory with its ids, or one of ours. */
export interface ObservedAssignment {
  readonly accountId: string;
  readonly permissionSetName: string;
  readonly principalType: string;
  /** Absent when the directory knows nobody of this id, or hides the name. */
  readonly principalName?: string;
  readonly isManaged: boolean;
  readonly permissionSetArn?: string;
  readonly principalId?: string;
}

/** How the installation reads links. */
export interface ReadingOfLinks {
  readonly organization: Organization;
  readonly supportNestedOu: boolean;
  readonly nameInDirectory: (name: string) => string;
}

export interface ComparedAssignments {
  /** Assignments that links claim and that are there. */
  readonly adopted: number;
  readonly findings: readonly Finding[];
}

interface Compared {
  readonly data: PredecessorData;
  readonly observed: readonly ObservedAssignment[];
  /** Permission sets that the predecessor knows in any way. */
  readonly permissionSets: ReadonlySet<string>;
}

/** Compares what links claim with what is there, and both with what the predecessor noted. Nothing of it is decided here. */
export function compareAssignments(
  links: readonly Link[],
  { data, observed, permissionSets }: Compared,
  reading: ReadingOfLinks,
): ComparedAssignments {
  const claims = claimsOf(links, reading);
  const byKey = new Map(observed.map((one) => [keyOf(one), one]));
  const records = new Records(data, observed);
  const unclaimed = observed.filter((one) => !one.isManaged && !claims.has(keyOf(one)));
  const there = [...claims.keys()].flatMap((key) => byKey.get(key) ?? []);
  const missing = [...claims].filter(([key]) => !byKey.has(key));
  const unrecorded = there.filter((one) => !one.isManaged && records.areGiven && !records.has(one));
  return {
    adopted: there.length,
    findings: [
      ...waitingLinks(links, reading),
      ...missing.map(([subject, message]) => ({ kind: 'missingAssignment', subject, message }) as const),
      ...unclaimed.flatMap((one) => unclaimedFinding(one, records, permissionSets, reading)),
      ...unrecorded.map((one) => {
        return { kind: 'unrecordedAssignment', subject: keyOf(one), message: claims.get(keyOf(one)) ?? '' } as const;
      }),
      ...records.stale(),
    ],
  };
}

/** Claimed assignments by their text, with the first link that claims each. */
function claimsOf(links: readonly Link[], reading: ReadingOfLinks): Map<string, string> {
  const pairs = new Map<PairId, Link[]>();
  for (const link of links) pairs.set(pairIdOf(link), [...(pairs.get(pairIdOf(link)) ?? []), link]);
  const claims = new Map<string, string>();
  for (const pair of pairs.values()) {
    const [{ permissionSetName = '', principal = { type: 'GROUP', name: '' } } = {}] = pair;
    const principalName = reading.nameInDirectory(principal.name);
    const scoped = pair.map((link) => ({ scope: link.scope, linkId: linkIdOf(link), linkData: printLink(link) }));
    for (const [accountId, [claim]] of expandScopes(scoped, reading.organization, reading.supportNestedOu)) {
      const key = keyOf({ accountId, permissionSetName, principalType: principal.type, principalName });
      claims.set(key, `claimed by ${claim?.linkData}`);
    }
  }
  return claims;
}

function keyOf(one: Omit<ObservedAssignment, 'isManaged'>): string {
  const { accountId, permissionSetName, principalType, principalName, principalId } = one;
  return `${accountId} ${permissionSetName} ${principalType} ${principalName ?? `(${principalId})`}`;
}

function waitingLinks(links: readonly Link[], { organization, supportNestedOu }: ReadingOfLinks): Finding[] {
  return links.flatMap((link) => {
    const { waitingFor } = coverage(link.scope, organization, supportNestedOu);
    if (waitingFor.length === 0) return [];
    return [{ kind: 'waitingLink', subject: printLink(link), message: waitingFor.join('; ') } as const];
  });
}

function unclaimedFinding(
  one: ObservedAssignment,
  records: Records,
  permissionSets: ReadonlySet<string>,
  { organization }: ReadingOfLinks,
): Finding[] {
  const isRecorded = records.has(one);
  if (!isRecorded && !permissionSets.has(one.permissionSetName)) return [];
  const gone = one.principalName === undefined ? 'the directory knows nobody of this id, or hides the name; ' : '';
  const { accountId, permissionSetArn, principalType, principalId } = one;
  const unreachable = unreachableReason(organization, accountId as AccountId);
  const message = `${gone}${unreachable ? `${unreachable}; ` : ''}to take it away: aws sso-admin delete-account-assignment --target-type AWS_ACCOUNT --target-id ${accountId} --permission-set-arn ${permissionSetArn} --principal-type ${principalType} --principal-id ${principalId} --instance-arn ${instanceOf(permissionSetArn)}`;
  const subject = keyOf(one);
  if (one.accountId === organization.managementAccountId) return [{ kind: 'managementAccount', subject, message }];
  return [{ kind: isRecorded ? 'orphanedAssignment' : 'unknownAssignment', subject, message }];
}

/** AWS: `arn:aws:sso:::permissionSet/<instance id>/ps-…` is of the instance `arn:aws:sso:::instance/<instance id>`. */
function instanceOf(permissionSetArn = ''): string {
  return permissionSetArn.replace(/permissionSet\/([^/]+)\/.*$/, 'instance/$1');
}

function permissionSetIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** What the predecessor noted of assignments that it made: `principalId@accountId@instanceId@permissionSetId`. */
class Records {
  readonly areGiven: boolean;
  private readonly keys: ReadonlySet<string>;
  private readonly observedIds: ReadonlySet<string>;
  private readonly managedIn: ReadonlySet<string>;
  private readonly names: ReadonlyMap<string, string>;

  constructor({ tables }: PredecessorData, observed: readonly ObservedAssignment[]) {
    const rows = tables.provisionedLinksTable;
    this.areGiven = rows !== undefined;
    this.keys = new Set((rows ?? []).map((row) => recordKey(...splitRecord(textOf(row, 'parentLink')))));
    this.observedIds = new Set(observed.map(idsOf));
    this.managedIn = new Set(observed.filter(({ isManaged }) => isManaged).map(placeOf));
    const arns = (tables.permissionSetArnTable ?? []).map(
      (row) => [permissionSetIdOf(textOf(row, 'permissionSetArn')), textOf(row, 'permissionSetName')] as const,
    );
    const live = observed.map((one) => [permissionSetIdOf(one.permissionSetArn ?? ''), one.permissionSetName] as const);
    this.names = new Map([...arns, ...live]);
  }

  has(one: ObservedAssignment): boolean {
    return this.keys.has(idsOf(one));
  }

  /** Those that are not there. Managed ones are told without ids: where there is one in the account, nothing is said. */
  stale(): Finding[] {
    return [...this.keys].flatMap((key) => {
      const [principalId = '', accountId = '', permissionSetId = ''] = key.split('@');
      const permissionSetName = this.names.get(permissionSetId) ?? permissionSetId;
      if (this.observedIds.has(key) || this.managedIn.has(placeOf({ accountId, permissionSetName }))) return [];
      const subject = `${accountId} ${permissionSetName} (${principalId})`;
      return [{ kind: 'staleRecord', subject, message: 'nothing is to be done about it' } as const];
    });
  }
}

function splitRecord(text: string): [string, string, string] {
  // Ids of principals contain no @; what is more than four parts is no record.
  const [principalId = '', accountId = '', , permissionSetId = ''] = text.split('@');
  return [principalId, accountId, permissionSetId];
}

function recordKey(principalId: string, accountId: string, permissionSetId: string): string {
  return `${principalId}@${accountId}@${permissionSetId}`;
}

function idsOf({ principalId = '', accountId, permissionSetArn = '' }: ObservedAssignment): string {
  return recordKey(principalId, accountId, permissionSetIdOf(permissionSetArn));
}

function placeOf({ accountId, permissionSetName }: Pick<ObservedAssignment, 'accountId' | 'permissionSetName'>) {
  return `${accountId} ${permissionSetName}`;
}
