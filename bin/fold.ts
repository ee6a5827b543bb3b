import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportedFiles } from '../lambda/domain/exported-files';
import { type FoldProposal, foldLinks, tagKeysInUse } from '../lambda/domain/fold';
import { foldDocumentOf, foldSummary, parseFoldDocuments } from '../lambda/domain/fold-document';
import type { Configuration } from '../lib/config';
import { acceptFold } from './commands/accept-fold';
import { apiOf, configurationNamed, run } from './commands/command-line';
import { readLinks } from './commands/declared-documents';
import { knownOrganization } from './commands/known-organization';
import type { Api } from './commands/signed-api';

const OPTIONS = {
  to: { type: 'string' },
  accept: { type: 'string' },
  api: { type: 'string' },
  'tag-keys': { type: 'string' },
  portable: { type: 'boolean', default: process.platform !== 'linux' },
} as const;

const PROPOSALS = 'proposals.json';
const SUMMARY = 'summary.txt';

/**
 * `npm run fold -- [configuration] --api URL --to FOLDER [--tag-keys KEY,…] [--portable]` proposes wider links in place
 * of links to single accounts; with `--accept FOLDER` it carries out what was proposed there.
 */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { to, accept, portable, 'tag-keys': tagKeys } = values;
  const configuration = configurationNamed(positionals);
  if ((to === undefined) === (accept === undefined)) {
    throw new Error(
      'Expected either --to, the folder for proposals, or --accept, a folder with proposals to carry out.',
    );
  }
  const api = apiOf(configuration, values.api);
  if (accept !== undefined) return carryOut(api, accept);
  requireEmpty(to ?? '');
  writeProposals(to ?? '', await propose(api, configuration, tagKeys?.split(',')), portable);
}

async function propose(api: Api, configuration: Configuration, tagKeys: readonly string[] | undefined) {
  const links = await readLinks(api);
  const organization = await knownOrganization(configuration);
  const { supportNestedOu } = configuration;
  return foldLinks(links, organization, { supportNestedOu, tagKeys: new Set(tagKeys ?? tagKeysInUse(links)) });
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  const found = readdirSync(folder);
  if (found.length > 0)
    throw new Error(`--to: expected an empty folder, but ${found[0]} is in ${folder}; give another.`);
}

function writeProposals(folder: string, proposals: readonly FoldProposal[], portable: boolean): void {
  const links = proposals.filter(({ isDeclared }) => !isDeclared).map(({ by }) => ({ link: by, limits: {} }));
  const { files } = exportedFiles(links, [], { portable, asRequests: false, now: 0 });
  const summary = foldSummary(proposals);
  const written = [
    ...files,
    { path: PROPOSALS, content: `${JSON.stringify(proposals.map(foldDocumentOf), null, 2)}\n` },
    { path: SUMMARY, content: summary },
  ];
  for (const { path, content } of written) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  console.log(summary.trimEnd());
}

/** What is no JSON is no list of proposals either. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function carryOut(api: Api, folder: string): Promise<void> {
  const file = join(folder, PROPOSALS);
  if (!existsSync(file))
    throw new Error(`--accept: expected a folder with ${PROPOSALS}, as --to makes one; got ${folder}.`);
  const parsed = parseFoldDocuments(parsedJson(readFileSync(file, 'utf8')));
  if (!parsed.ok) {
    const told = parsed.problems.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
    throw new Error(`--accept: ${file} holds no proposals as --to writes them:${told}`);
  }
  const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const { created, deleted, left } = await acceptFold({ api, pause }, parsed.value);
  const effect = left.length === 0 ? '; no assignment was created or removed by it' : '';
  console.log(`${created} wider links created, ${deleted} links deleted${effect}.`);
  for (const text of left) console.log(`left as it is: ${text}`);
  if (left.length > 0) process.exitCode = 1;
}

run(main);
