import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { exportedFiles } from '../lambda/domain/exported-files';
import { parseImportInput } from '../lambda/domain/import-report';
import { type Migration, migrationReport, migrationText } from '../lambda/domain/migration/migration-report';
import type { PredecessorData } from '../lambda/domain/migration/predecessor-data';
import { nameInDirectory } from '../lambda/domain/name-in-directory';
import type { Configuration } from '../lib/config/configuration';
import { applyMigration } from './commands/apply-migration';
import { apiOf, configurationNamed, requestsPerSecondOf, run } from './commands/command-line';
import { writeExport } from './commands/export-folder';
import { knownOrganization } from './commands/known-organization';
import { readLivePermissionSets } from './commands/live-permission-sets';
import { type Decisions, planMigration, type Successor } from './commands/plan-migration';
import { readPredecessorFolder } from './commands/predecessor-folder';
import { readPredecessorTables } from './commands/predecessor-tables';
import type { Api } from './commands/signed-api';

const OPTIONS = {
  from: { type: 'string' },
  tables: { type: 'string' },
  api: { type: 'string' },
  'identity-center-profile': { type: 'string' },
  'requests-per-second': { type: 'string', default: '3' },
  prefer: { type: 'string' },
  'on-conflict': { type: 'string' },
  report: { type: 'string' },
  to: { type: 'string' },
  portable: { type: 'boolean', default: process.platform !== 'linux' },
  apply: { type: 'boolean', default: false },
} as const;

/**
 * `npm run migrate -- [configuration] --from FOLDER [--api URL] [--report FILE] [--apply]`: what the predecessor
 * declares, what its defects left behind, and what would come of it here; with `--apply` it is brought in.
 */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const configuration = configurationNamed(positionals);
  const decisions = decisionsOf(values);
  if (values.apply) requirePosts(configuration);
  const api = values.api === undefined && !values.apply ? undefined : apiOf(configuration, values.api);
  const data = await predecessorData(configuration, values);
  const requestsPerSecond = requestsPerSecondOf(values['requests-per-second']);
  const successor = api && successorOf(configuration, api, values['identity-center-profile'], requestsPerSecond);
  const migration = await planMigration(data, successor, decisions);
  console.log(migrationText(migration));
  if (values.report !== undefined)
    writeFileSync(values.report, `${JSON.stringify(migrationReport(migration), null, 2)}\n`);
  if (values.to !== undefined) writeFiles(values.to, migration, values.portable);
  if (values.apply && api) await apply(api, migration);
}

function decisionsOf(values: { readonly prefer?: string; readonly 'on-conflict'?: string }): Decisions {
  const { prefer, 'on-conflict': onConflict } = values;
  const asked = parseImportInput({ onConflict });
  if (!asked.ok) throw new Error(asked.problems.map(({ message }) => `--on-conflict: ${message}`).join('\n'));
  if (prefer === undefined) return asked.value;
  if (prefer === 'tables' || prefer === 'files') return { ...asked.value, prefer };
  throw new Error(`--prefer: expected tables or files, got ${prefer}.`);
}

function requirePosts({ linksProvisioningMode, permissionSetProvisioningMode }: Configuration): void {
  if (linksProvisioningMode !== 's3' && permissionSetProvisioningMode !== 's3') return;
  throw new Error(
    '--apply posts links and permission sets, but LinksProvisioningMode or PermissionSetProvisioningMode is s3: ' +
      'set it to both meanwhile, or write files with --to and upload them.',
  );
}

interface Sources {
  readonly from?: string;
  readonly tables?: string;
}

async function predecessorData(configuration: Configuration, { from, tables }: Sources): Promise<PredecessorData> {
  if (from === undefined && tables === undefined)
    throw new Error('Expected --from, a folder with what was taken out of the predecessor, or --tables, or both.');
  const data = from === undefined ? { tables: {} } : readPredecessorFolder(from);
  if (tables === undefined) return data;
  if (Object.keys(data.tables).length > 0)
    throw new Error('--tables reads the tables that are in the folder of --from as well: give one of them.');
  const client = new DynamoDBClient({ region: configuration.target.region });
  return { ...data, tables: await readPredecessorTables(client, tables) };
}

function successorOf(
  configuration: Configuration,
  api: Api,
  profile: string | undefined,
  requestsPerSecond: number,
): Successor {
  const { permissionSetProvisioningMode, supportNestedOu, domainName, isAdUsed } = configuration;
  const domain = isAdUsed ? domainName : undefined;
  return {
    api,
    takesPosts: permissionSetProvisioningMode !== 's3',
    ...(profile
      ? { live: (names) => readLivePermissionSets(configuration, { profile, requestsPerSecond }, names) }
      : {}),
    reading: async () => ({
      organization: await knownOrganization(configuration),
      supportNestedOu,
      nameInDirectory: (name) => nameInDirectory(name, domain),
    }),
  };
}

function writeFiles(to: string, { links, permissionSets }: Migration, portable: boolean): void {
  const declared = links.map((link) => ({ link, limits: {} }));
  const { files } = exportedFiles(declared, permissionSets, { portable, asRequests: false, now: 0 });
  writeExport(to, files, false);
  console.log(`\n${to}: ${files.length} files, to be uploaded as an export`);
}

async function apply(api: Api, migration: Migration): Promise<void> {
  const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const { permissionSets, links, removed, left } = await applyMigration({ api, pause }, migration);
  console.log(
    `\nbrought in: ${permissionSets} permission sets, ${links} links; account assignments to be removed: ${removed}`,
  );
  for (const text of left) console.log(`left: ${text}`);
  const { leftOut } = migration;
  for (const { subject, why } of leftOut) console.log(`left out: ${subject}: ${why}`);
  if (left.length + leftOut.length > 0) process.exitCode = 1;
}

run(main);
