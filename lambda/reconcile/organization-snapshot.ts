import type { AccountId, OrganizationalUnitId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { Account, Organization } from '../domain/organization';
import { indexOrganization } from '../domain/organization';
import type { Item, Key, Write } from '../domain/write';
import { queryAll, type Store } from '../ports/store';
import { commitFenced } from './commit-fenced';

const ACCOUNTS = 'ACCOUNTS';
const UNITS = 'ORGANIZATIONAL_UNITS';
const META: Key = { table: 'organization', pk: 'META', sk: 'LAST_FULL_READ' };
const WATCHED: Key = { table: 'organization', pk: 'META', sk: 'LAST_COMPARED' };

/** A full read is repeated when it is older than this many times what it took: cheap for small organizations, rare for large ones. */
const FRESH_FOR_READS = 20;
const FRESH_AT_LEAST_MS = 5_000;

/**
 * Comparing takes a twentieth of the time at most. AWS: 8 pages of 20 accounts a second, so an account takes 1/160 s.
 */
const WATCH_MS_PER_ACCOUNT = 125;
/** It is asked for this often, so up to 2,400 accounts each time is in time. */
const SCHEDULED_EVERY_MS = 300_000;

/** When the organization was last compared with the snapshot, and how large it was. */
export interface Watch {
  readonly readAt: number;
  readonly accounts: number;
}

/** When the whole organization was last read, and how long that took. */
export interface FullRead {
  readonly readAt: number;
  readonly tookMs: number;
}

/**
 * The organization as it was last read, kept in the organization table. Writes are fenced: an overtaken run leaves no
 * stale accounts behind. They answer false when it was overtaken.
 */
export class OrganizationSnapshot {
  constructor(
    private readonly store: Store,
    private readonly managementAccountId: AccountId,
  ) {}

  async isMissing(): Promise<boolean> {
    return (await this.store.get(META)) === undefined;
  }

  async isOld(now: number): Promise<boolean> {
    const item = await this.store.get(META);
    if (!item) return true;
    const { readAt, tookMs } = item as unknown as FullRead;
    return now - readAt > Math.max(FRESH_AT_LEAST_MS, FRESH_FOR_READS * tookMs);
  }

  /** Whether the organization should be compared with the snapshot again. */
  async isWatchDue(now: number): Promise<boolean> {
    const watched = (await this.store.get(WATCHED)) as unknown as Watch | undefined;
    return watched === undefined || now - watched.readAt > WATCH_MS_PER_ACCOUNT * watched.accounts - SCHEDULED_EVERY_MS;
  }

  async noteWatch(watch: Watch): Promise<void> {
    await this.store.transact([{ at: WATCHED, put: { ...watch } }]);
  }

  /** Accounts that are not as the snapshot has them, those included that came or went. */
  async differences(accounts: readonly Account[]): Promise<AccountId[]> {
    const known = new Map((await this.accounts()).map((account) => [account.id, account]));
    const present = new Set(accounts.map(({ id }) => id));
    const changed = accounts.filter((account) => !isSame(known.get(account.id), account)).map(({ id }) => id);
    return [...changed, ...[...known.keys()].filter((id) => !present.has(id))];
  }

  async load(): Promise<Organization> {
    const accounts = await this.accounts();
    const units = await queryAll(this.store, { table: 'organization', pk: UNITS });
    return indexOrganization(
      this.managementAccountId,
      accounts,
      units.map(({ sk }) => sk as OrganizationalUnitId),
    );
  }

  /** Makes the snapshot equal to a full read; writes only what differs. */
  async replace(fence: Fence, accounts: readonly Account[], read: FullRead): Promise<boolean> {
    const known = new Map((await this.accounts()).map((account) => [account.id, account]));
    const writes: Write[] = accounts.filter((account) => !isSame(known.get(account.id), account)).map(putAccount);
    const present = new Set(accounts.map(({ id }) => id));
    for (const id of known.keys()) if (!present.has(id)) writes.push({ at: accountKey(id), delete: true });
    for (const { sk } of await queryAll(this.store, { table: 'organization', pk: UNITS })) {
      writes.push({ at: unitKey(sk as OrganizationalUnitId), delete: true });
    }
    return this.write(fence, [...writes, { at: META, put: { ...read } }]);
  }

  /** One account as it is now; nothing: it left the organization. */
  async update(fence: Fence, accountId: AccountId, account: Account | undefined): Promise<boolean> {
    const known = await this.store.get(accountKey(accountId));
    if (isSame(known && accountOf(known), account)) return true;
    return this.write(fence, [account ? putAccount(account) : { at: accountKey(accountId), delete: true }]);
  }

  /** Those of the units that no account of the snapshot lies in and that were not looked up before. */
  async unknownUnits(ids: ReadonlySet<OrganizationalUnitId>): Promise<OrganizationalUnitId[]> {
    if (ids.size === 0) return [];
    const { organizationalUnits } = await this.load();
    return [...ids].filter((id) => !organizationalUnits.has(id));
  }

  /** Accounts that lie in one of the units or below it, as far as is known. */
  async accountsBelow(ids: ReadonlySet<OrganizationalUnitId>): Promise<AccountId[]> {
    if (ids.size === 0) return [];
    const accounts = await this.accounts();
    return accounts.filter(({ ancestors }) => ancestors.some((unit) => ids.has(unit))).map(({ id }) => id);
  }

  /** A unit that was looked up: it may exist without accounts. */
  async updateUnit(fence: Fence, id: OrganizationalUnitId, exists: boolean): Promise<boolean> {
    return this.write(fence, [exists ? { at: unitKey(id), put: {} } : { at: unitKey(id), delete: true }]);
  }

  private async accounts(): Promise<Account[]> {
    return (await queryAll(this.store, { table: 'organization', pk: ACCOUNTS })).map(accountOf);
  }

  /** Writes without conditions of their own; an overtaken run writes nothing more. */
  private async write(fence: Fence, writes: readonly Write[]): Promise<boolean> {
    return (await commitFenced(this.store, fence, writes)) !== 'overtaken';
  }
}

function accountKey(id: AccountId): Key {
  return { table: 'organization', pk: ACCOUNTS, sk: id };
}

function unitKey(id: OrganizationalUnitId): Key {
  return { table: 'organization', pk: UNITS, sk: id };
}

function putAccount({ id, name, state, ancestors, tags }: Account): Write {
  return { at: accountKey(id), put: { id, name, state, ancestors, tags } };
}

function accountOf(item: Item): Account {
  const { id, name, state, ancestors, tags } = item as unknown as Account;
  return { id, name, state, ancestors, tags };
}

function isSame(left: Account | undefined, right: Account | undefined): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(account: Account | undefined): unknown {
  if (!account) return undefined;
  const { id, name, state, ancestors, tags } = account;
  return [id, name, state, ancestors, Object.entries(tags).sort(([left], [right]) => (left < right ? -1 : 1))];
}
