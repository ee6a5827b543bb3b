import { markWrite, type Slice } from '../domain/slice';
import { type RingWorld, ring } from '../leadership/ring';
import type { UniqueId } from '../ports/clock';
import type { OrganizationReader } from '../ports/organization-reader';
import type { OrganizationSnapshot } from './organization-snapshot';

export interface WatchWorld extends RingWorld {
  readonly organization: OrganizationReader;
  readonly snapshot: OrganizationSnapshot;
  readonly newId: UniqueId;
}

/** Of more accounts that changed, everything is looked at. */
const MOST_SINGLE_ACCOUNTS = 100;

/**
 * Compares the organization with what is known of it, and marks the accounts that differ. AWS: no event tells that an
 * account was suspended or reopened, and events are delivered at best effort. Answers how many accounts differ.
 */
export async function watchOrganization(world: WatchWorld): Promise<{ differing: number }> {
  const { clock, snapshot, organization } = world;
  const startedAt = clock.now();
  if ((await snapshot.isMissing()) || !(await snapshot.isWatchDue(startedAt))) return { differing: 0 };
  const accounts = await organization.readAccounts();
  const differing = await snapshot.differences(accounts);
  const slices: Slice[] =
    differing.length > MOST_SINGLE_ACCOUNTS
      ? [{ kind: 'everything' }]
      : differing.map((accountId) => ({ kind: 'account', accountId }));
  const markedAt = new Date(clock.now()).toISOString();
  for (const slice of slices) await world.store.transact([markWrite(slice, world.newId(), markedAt)]);
  await snapshot.noteWatch({ readAt: startedAt, accounts: accounts.length });
  if (slices.length > 0) await ring(world, 'reconcile');
  return { differing: differing.length };
}
