import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import {
  PREDECESSOR_TABLES,
  type PredecessorData,
  type PredecessorItem,
  type PredecessorTable,
  textOf,
} from '../../lambda/domain/migration/predecessor-data';
import { parseJson } from '../../lambda/intake/parse-json';
import { readExportedTable } from './exported-table';

const NAMES = Object.keys(PREDECESSOR_TABLES) as PredecessorTable[];
const FOLDERS = ['tables', 'links_data', 'permission_sets'] as const;

/** Reads what was taken out of the predecessor: its tables, and copies of the two prefixes of its bucket; any may be absent. */
export function readPredecessorFolder(folder: string): PredecessorData {
  const [tables, links, permissionSets] = FOLDERS.map((name) => filesBelow(join(folder, name)));
  if (!tables && !links && !permissionSets)
    throw new Error(`--from: expected a folder with ${FOLDERS.join(', ')} or some of them; none is in ${folder}.`);
  return {
    tables: tables ? readTables(join(folder, 'tables')) : {},
    ...(links ? { linkFiles: links.filter((name) => !isHidden(name)) } : {}),
    ...(permissionSets
      ? {
          permissionSetFiles: permissionSets
            .filter((name) => !isHidden(name))
            .map((name) => {
              const text = readFileSync(join(folder, 'permission_sets', name), 'utf8');
              return { name, content: parseJson(text, '', 'a permission set as a JSON object') };
            }),
        }
      : {}),
  };
}

/** Whether every item is one of this table; else the file is called like another one. */
export function requireItems(table: PredecessorTable, items: readonly PredecessorItem[], source: string): void {
  const key = PREDECESSOR_TABLES[table];
  const wrong = items.find((item) => textOf(item, key) === '');
  if (wrong) throw new Error(`${source} is not the ${table}: an item has no ${key}: ${JSON.stringify(wrong)}.`);
}

function readTables(folder: string): PredecessorData['tables'] {
  const tables: Partial<Record<PredecessorTable, readonly PredecessorItem[]>> = {};
  for (const name of readdirSync(folder).filter((entry) => !isHidden(entry))) {
    const table = NAMES.find((one) => new RegExp(`(^|-)${one}(\\.json(\\.gz)?)?$`).test(name));
    if (table === undefined)
      throw new Error(`--from: ${join(folder, name)}: expected a name that ends with one of ${NAMES.join(', ')}.`);
    if (tables[table] !== undefined) throw new Error(`--from: ${folder} holds the ${table} more than once.`);
    const items = readExportedTable(join(folder, name));
    requireItems(table, items, `--from: ${join(folder, name)}`);
    tables[table] = items;
  }
  return tables;
}

/** Such as `.DS_Store`: nobody declares anything by that. */
function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** Names of all files below a folder with `/` between their parts; nothing when there is no such folder. */
function filesBelow(folder: string): string[] | undefined {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
