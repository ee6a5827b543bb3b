import type { OnConflict } from '../../lambda/domain/import-report';
import { printLink } from '../../lambda/domain/link';
import {
  compareAssignments,
  type ObservedAssignment,
  type ReadingOfLinks,
} from '../../lambda/domain/migration/compared-assignments';
import type { Finding, LeftOut } from '../../lambda/domain/migration/finding';
import { migratedLinks } from '../../lambda/domain/migration/migrated-links';
import { migratedPermissionSets } from '../../lambda/domain/migration/migrated-permission-sets';
import { type Migration, migrationOf } from '../../lambda/domain/migration/migration-report';
import { planPermissionSets, type Standing } from '../../lambda/domain/migration/planned-permission-sets';
import { type PredecessorData, type Preference, textOf } from '../../lambda/domain/migration/predecessor-data';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { Definition } from '../../lambda/domain/permission-set-definition';
import { pages, readLinks, readPermissionSets } from './declared-documents';
import type { Answered, Api } from './signed-api';

/** What somebody decided beforehand. */
export interface Decisions {
  readonly prefer?: Preference;
  readonly onConflict?: OnConflict;
}

/** The installation that takes over, as far as it is there and may be looked at. */
export interface Successor {
  readonly api: Api;
  /** Whether permission sets can be posted, and so be tried with a dry run. */
  readonly takesPosts: boolean;
  /** Permission sets as they are; absent when they cannot be read. */
  readonly live?: (names: ReadonlySet<string>) => Promise<ReadonlyMap<string, Definition>>;
  readonly reading: () => Promise<ReadingOfLinks>;
}

const NOTHING_HERE = {
  declaredLinks: new Set<string>(),
  declared: new Map<string, PermissionSet>(),
  standings: new Map<string, Standing>(),
};

/**
 * What the predecessor declares, and what it comes to. Without a successor only tables and files are looked at. Nothing is
 * changed by it.
 */
export async function planMigration(
  data: PredecessorData,
  successor: Successor | undefined,
  { prefer, onConflict }: Decisions,
): Promise<Migration> {
  const sets = migratedPermissionSets(data, prefer);
  const names = knownSets(data);
  const links = migratedLinks(data, (name) => names.has(name), prefer);
  const here = successor ? await lookHere(successor, sets.documents) : NOTHING_HERE;
  const planned = planPermissionSets(sets.documents, here, onConflict);
  const findings: Finding[] = [...links.findings, ...sets.findings];
  const leftOut: LeftOut[] = [...links.leftOut, ...sets.leftOut];
  const { declared, declaredLinks } = here;
  const migration = migrationOf({
    links: links.links,
    planned,
    declaredLinks,
    declaredSets: new Set(declared.keys()),
    leftOut,
    findings,
  });
  if (successor === undefined) return migration;
  const { observed, seenAt } = await readObserved(successor.api);
  const known = links.links.filter((link) => declaredLinks.has(printLink(link)));
  const compared = compareAssignments(
    [...migration.links, ...known],
    { data, observed, permissionSets: names },
    await successor.reading(),
  );
  return { ...migration, adopted: compared.adopted, seenAt, findings: [...migration.findings, ...compared.findings] };
}

/** Every permission set that a table or a file of the predecessor names. */
function knownSets({ tables, permissionSetFiles }: PredecessorData): ReadonlySet<string> {
  const rows = [tables.permissionSetTable, tables.permissionSetArnTable, tables.linksTable].flatMap((one) => one ?? []);
  const files = (permissionSetFiles ?? []).map(({ name }) => name.replace(/\.json$/, ''));
  return new Set([...rows.map((row) => textOf(row, 'permissionSetName')), ...files]);
}

async function lookHere(successor: Successor, documents: readonly PermissionSet[]) {
  const [links, sets] = [await readLinks(successor.api), await readPermissionSets(successor.api)];
  const declared = new Map(sets.map((document) => [document.permissionSetName as string, document]));
  const others = documents.filter(({ permissionSetName }) => !declared.has(permissionSetName));
  return {
    declared,
    declaredLinks: new Set(links.map(({ link }) => printLink(link))),
    standings: await standingsOf(successor, others),
  };
}

async function standingsOf(
  { api, takesPosts, live }: Successor,
  documents: readonly PermissionSet[],
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>();
  const found = await live?.(new Set(documents.map(({ permissionSetName }) => permissionSetName)));
  for (const [name, definition] of found ?? []) standings.set(name, { kind: 'live', live: definition });
  if (found !== undefined || !takesPosts) return standings;
  for (const document of documents) standings.set(document.permissionSetName, await tried(api, document));
  return standings;
}

/** What a dry run tells: in what a permission set differs, never how. */
async function tried(api: Api, permissionSetData: PermissionSet): Promise<Standing> {
  try {
    const { plan } = await api.post(
      '/postPermissionSetData',
      { action: 'create', permissionSetData },
      { dryRun: 'true' },
    );
    const { kind, parts } = plan.permissionSet;
    return kind === 'update' ? { kind: 'differs', parts } : { kind: 'fits' };
  } catch (fault) {
    return { kind: 'refused', why: (fault as Error).message };
  }
}

/** Everything that is assigned: what the last inventory found, and what is ours. */
async function readObserved(api: Api): Promise<{ observed: ObservedAssignment[]; seenAt: string }> {
  const observed: ObservedAssignment[] = [];
  let seenAt = '';
  for await (const { assignments, inventory } of pages(api, '/assignments', { managed: 'false' })) {
    seenAt = inventory.finishedAt;
    for (const one of assignments) observed.push({ ...one, isManaged: false });
  }
  for await (const { assignments } of pages(api, '/assignments')) {
    for (const one of assignments.filter(isThere)) observed.push({ ...one, isManaged: true });
  }
  return { observed, seenAt };
}

function isThere({ state }: Answered): boolean {
  return state !== 'FAILED' && state !== 'HELD' && state !== 'PENDING';
}
