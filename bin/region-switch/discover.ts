import type { AccountId } from '../../lambda/domain/ids';
import {
  bundleOf,
  type DeclaredState,
  type ManagedAssignment,
  NOTHING_DECLARED,
  type SwitchRules,
} from '../../lambda/domain/region-switch';
import { readAll, readLinks, readPermissionSets } from '../commands/declared-documents';
import type { Api } from '../commands/signed-api';
import { type Source, type WrittenBundle, writeBundle } from './bundle-files';
import type { BundleStore } from './bundle-store';
import { forgetProgress, keptReading } from './kept-progress';
import { type InstanceReaders, readIdentityCenter } from './read-identity-center';

export interface DiscoverWorld {
  readonly readers: InstanceReaders;
  /** The API of the installation that manages this Identity Center, if one does. */
  readonly api: Api | undefined;
  readonly from: BundleStore;
  readonly to: BundleStore;
  readonly source: Source;
  readonly rules: SwitchRules;
  readonly now: () => number;
}

export interface Discovered extends WrittenBundle {
  readonly bundle: ReturnType<typeof bundleOf>;
}

/**
 * Reads an Identity Center and what is declared about it, and writes the bundle that recreates it into both Regions. It
 * changes nothing but that. Interrupted anywhere and started again it ends the same.
 */
export async function discover(world: DiscoverWorld): Promise<Discovered> {
  const { api, from, to, now } = world;
  const reading = keptReading(from, world.readers, now);
  const managedBefore = api === undefined ? [] : await reading.remembered(() => readManaged(api));
  const { startedAt, entries } = await readIdentityCenter(reading);
  // After it: what was submitted while it was read is declared, and what it found of that is claimed.
  const declared = api === undefined ? NOTHING_DECLARED : { ...(await readDeclared(api)), managedBefore };
  const bundle = bundleOf(entries, declared, world.rules);
  const readUntil = now();
  const bundleId = new Date(readUntil).toISOString().replace(/[:.]/g, '-');
  const facts = { bundleId, source: world.source, readFrom: startedAt, readUntil };
  const written = await writeBundle([from, to], bundle, facts);
  await forgetProgress(from);
  return { ...written, bundle };
}

function readManaged(api: Api): Promise<ManagedAssignment[]> {
  return readAll(api, '/assignments', 'assignments');
}

async function readDeclared(api: Api): Promise<Omit<DeclaredState, 'managedBefore'>> {
  const sets = await readAll(api, '/permission-sets', 'permissionSets');
  const managed = await readManaged(api);
  return {
    links: await readLinks(api),
    permissionSets: await readPermissionSets(api),
    deleting: sets.filter(({ status }) => status === 'DELETING').map(({ permissionSetName }) => permissionSetName),
    managed,
  };
}

/** AWS: the management account owns the instance of an organization. */
export function managementAccountOf(ownerAccountId: string | undefined): AccountId {
  if (ownerAccountId !== undefined) return ownerAccountId as AccountId;
  throw new Error('The Identity Center does not tell which account owns it: run the command with newer credentials.');
}
