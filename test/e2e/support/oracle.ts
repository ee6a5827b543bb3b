import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';

/** The part of an organization file that decides which accounts a link covers. */
export interface UnitEntry {
  readonly id?: string;
  readonly accounts?: readonly AccountEntry[];
  readonly organizationalUnits?: readonly UnitEntry[];
}

export interface AccountEntry {
  readonly id: string;
  readonly state?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface OrganizationEntries {
  readonly organization: { readonly managementAccountId: string };
  readonly root: UnitEntry;
  readonly groups?: readonly { readonly displayName: string }[];
  readonly users?: readonly { readonly userName: string }[];
  readonly permissionSets?: readonly { readonly permissionSetName: string }[];
  readonly assignments?: readonly AssignmentEntry[];
}

export interface AssignmentEntry {
  readonly accountId: string;
  readonly permissionSetName: string;
  readonly principalType: string;
  readonly principalName: string;
}

/** One assignment by names, as one line of text, so that sets of them compare readably. */
export function assignmentText({
  accountId,
  permissionSetName,
  principalType,
  principalName,
}: AssignmentEntry): string {
  return `${accountId} ${permissionSetName} ${principalType} ${principalName}`;
}

/** The organization that `npm start` simulates unless it is given another one. */
export function defaultOrganization(): OrganizationEntries {
  const file = join(__dirname, '../../../config/local-organization.yaml');
  return parseYaml(readFileSync(file, 'utf8')) as OrganizationEntries;
}

interface PlacedAccount {
  readonly account: AccountEntry;
  /** Ids of the root and of every unit above the account. */
  readonly parents: readonly string[];
}

/** Written from the documents alone, by filtering all accounts: slow, and nothing of the product is in it. */
export class Oracle {
  private readonly accounts: readonly PlacedAccount[];

  constructor(private readonly file: OrganizationEntries) {
    this.accounts = placed(file.root, []);
  }

  /** All assignments there should be when exactly these links (in text form) are declared; sorted. */
  expected(links: readonly string[]): string[] {
    const wanted = new Set((this.file.assignments ?? []).map(assignmentText));
    for (const link of links) for (const text of this.assignmentsOf(link)) wanted.add(text);
    return [...wanted].sort();
  }

  /** Accounts that one link covers; sorted. */
  accountsOf(link: string): string[] {
    const [scope = '', value = ''] = link.split('%');
    return this.accounts
      .filter((candidate) => this.covers(scope, value, candidate))
      .map(({ account }) => account.id)
      .sort();
  }

  private assignmentsOf(link: string): string[] {
    const [, , permissionSetName = '', principal = '', principalType = ''] = link.split(/%(?!25)/);
    const principalName = principal.replaceAll('%25', '%');
    if (!this.exists(permissionSetName, principalType, principalName)) return [];
    return this.accountsOf(link).map((accountId) =>
      assignmentText({ accountId, permissionSetName, principalType, principalName }),
    );
  }

  private exists(permissionSetName: string, principalType: string, principalName: string): boolean {
    const { groups = [], users = [], permissionSets = [] } = this.file;
    if (!permissionSets.some((known) => known.permissionSetName === permissionSetName)) return false;
    if (principalType === 'GROUP') return groups.some(({ displayName }) => displayName === principalName);
    return users.some(({ userName }) => userName === principalName);
  }

  private covers(scope: string, value: string, { account, parents }: PlacedAccount): boolean {
    if (account.id === this.file.organization.managementAccountId) return false;
    if ((account.state ?? 'ACTIVE') !== 'ACTIVE') return false;
    if (scope === 'root') return true;
    if (scope === 'account') return account.id === value;
    // The local configuration has `SupportNestedOU: true`: a unit covers its whole subtree.
    if (scope === 'ou_id') return parents.includes(value);
    const [key = '', wanted = ''] = value.split('^');
    return account.tags?.[key] === wanted;
  }
}

function placed(unit: UnitEntry, above: readonly string[]): PlacedAccount[] {
  const parents = unit.id === undefined ? above : [...above, unit.id];
  const own = (unit.accounts ?? []).map((account) => ({ account, parents }));
  return [...own, ...(unit.organizationalUnits ?? []).flatMap((child) => placed(child, parents))];
}
