import type { AccountId, OrganizationalUnitId } from '../../lambda/domain/ids';
import type { Account, AccountState } from '../../lambda/domain/organization';
import type { OrganizationReader } from '../../lambda/ports/organization-reader';
import type { Invocation } from './invocation';
import { Timeline } from './timeline';

export const MANAGEMENT_ACCOUNT = '111111111111' as AccountId;
export const ROOT = 'r-ab12' as OrganizationalUnitId;

/** An account as the organization has it. */
interface Member {
  readonly id: AccountId;
  readonly parent: OrganizationalUnitId;
  readonly state: AccountState;
  readonly tags: Readonly<Record<string, string>>;
}

/** AWS Organizations in memory, and how each account was at any time. */
export class OrganizationWorld {
  /** Units and their parents. */
  readonly units = new Map<OrganizationalUnitId, OrganizationalUnitId>();
  private readonly members = new Map<AccountId, Member>();
  private readonly histories = new Map<AccountId, Timeline<Account | undefined>>();
  private created = 0;

  constructor(private readonly now: () => number) {}

  addUnit(parent: OrganizationalUnitId): OrganizationalUnitId {
    this.created += 1;
    const id = `ou-ab12-${String(this.created).padStart(8, '0')}` as OrganizationalUnitId;
    this.units.set(id, parent);
    return id;
  }

  /** AWS: only a unit without accounts and units can be deleted. */
  isEmpty(unit: OrganizationalUnitId): boolean {
    const parents = [...this.units.values(), ...[...this.members.values()].map(({ parent }) => parent)];
    return !parents.includes(unit);
  }

  deleteUnit(unit: OrganizationalUnitId): void {
    this.units.delete(unit);
  }

  addAccount(
    parent: OrganizationalUnitId,
    tags: Readonly<Record<string, string>>,
    id = this.nextAccountId(),
  ): AccountId {
    this.set({ id, parent, state: 'ACTIVE', tags });
    return id;
  }

  change(id: AccountId, changed: Partial<Omit<Member, 'id'>>): void {
    const member = this.members.get(id);
    if (member) this.set({ ...member, ...changed });
  }

  remove(id: AccountId): void {
    this.members.delete(id);
    this.historyOf(id).set(this.now(), undefined);
  }

  account(id: AccountId): Account | undefined {
    const member = this.members.get(id);
    if (!member) return undefined;
    const { parent, state, tags } = member;
    return { id, name: `account ${id}`, state, ancestors: this.ancestors(parent), tags };
  }

  accounts(): Account[] {
    return [...this.members.keys()].flatMap((id) => this.account(id) ?? []);
  }

  /** Every state the account had since `from`. */
  versionsSince(id: AccountId, from: number): readonly (Account | undefined)[] {
    return this.historyOf(id).since(from);
  }

  /** What one invocation sees of it: accounts are read one after the other. */
  readerOf(invocation: Invocation): OrganizationReader {
    return {
      readAccounts: async () => {
        const found: Account[] = [];
        for (const id of [...this.members.keys()]) {
          const account = await invocation.call('read', `reads account ${id}`, () => this.account(id));
          if (account) found.push(account);
        }
        return found;
      },
      readAccount: (id) => invocation.call('read', `reads account ${id}`, () => this.account(id)),
      organizationalUnitExists: (id) => invocation.call('read', `looks for ${id}`, () => this.units.has(id)),
    };
  }

  private set(member: Member): void {
    this.members.set(member.id, member);
    this.historyOf(member.id).set(this.now(), this.account(member.id));
  }

  private ancestors(parent: OrganizationalUnitId): OrganizationalUnitId[] {
    const found: OrganizationalUnitId[] = [];
    for (let unit: OrganizationalUnitId | undefined = parent; unit; unit = this.units.get(unit)) found.push(unit);
    return found;
  }

  private historyOf(id: AccountId): Timeline<Account | undefined> {
    const known = this.histories.get(id) ?? new Timeline<Account | undefined>(undefined);
    this.histories.set(id, known);
    return known;
  }

  private nextAccountId(): AccountId {
    this.created += 1;
    return String(300000000000 + this.created) as AccountId;
  }
}
