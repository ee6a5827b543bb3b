import { parseArgs } from 'node:util';
import { type Export, exportedFiles, LINKS_FOLDER, PERMISSION_SETS_FOLDER } from '../lambda/domain/exported-files';
import { apiOf, configurationNamed, run } from './commands/command-line';
import { readLinks, readPermissionSets } from './commands/declared-documents';
import { type Written, writeExport } from './commands/export-folder';

const OPTIONS = {
  to: { type: 'string' },
  api: { type: 'string' },
  replace: { type: 'boolean', default: false },
  portable: { type: 'boolean', default: process.platform !== 'linux' },
  requests: { type: 'boolean', default: false },
} as const;

/**
 * `npm run export -- [configuration] --api URL --to FOLDER [--replace] [--portable] [--requests]`: everything that is
 * declared as files that declare it again, read through the API with the caller's credentials.
 */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { to, replace, portable, requests: asRequests } = values;
  const configuration = configurationNamed(positionals);
  if (!to) throw new Error('--to: expected the folder that the files are to be written to.');
  const api = apiOf(configuration, values.api);
  // All is read before anything is written: an export that fails leaves the folder as it was.
  const [links, permissionSets] = [await readLinks(api), await readPermissionSets(api)];
  const exported = exportedFiles(links, permissionSets, { portable, asRequests, now: Date.now() });
  tell(to, exported, writeExport(to, exported.files, replace));
}

function tell(folder: string, { files, expired }: Export, { removed, left }: Written): void {
  const count = (name: string) => files.filter(({ path }) => path.startsWith(`${name}/`)).length;
  const [links, permissionSets] = [count(LINKS_FOLDER), count(PERMISSION_SETS_FOLDER)];
  const requests = files.length - links - permissionSets;
  console.log(`${folder}: ${links} link files, ${permissionSets} permission set files, ${requests} requests`);
  for (const link of expired) console.log(`not exported, since it has expired: ${link}`);
  for (const path of removed) console.log(`removed, since it is no longer declared: ${path}`);
  for (const path of left) console.log(`left as it was, since no export writes it: ${path}`);
}

run(main);
