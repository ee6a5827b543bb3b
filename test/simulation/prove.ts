import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSimulation } from './mutant';
import { MUTATIONS, type Mutation } from './mutations';

/** Seeds of the whole product, and of each mutation at most. */
const SEEDS = 10_000;
const MUTANT_SEEDS = 200;
/** A mutation is known to be noticed after this many failing seeds. */
const ENOUGH_FAILURES = 3;
/** A mutant that goes on for ever has been noticed, too. */
const MUTANT_TIMEOUT_MS = 300_000;

/** What a bundle printed, and how it ended. */
interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** `npm run prove`: many seeds, and every mutation of the product has to fail. `--only <text>` picks mutations by name. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  try {
    const only = textAfter('--only');
    const seeds = Number(textAfter('--seeds') ?? SEEDS);
    const isProven = [await holds(folder, only === undefined ? seeds : MUTANT_SEEDS), await areNoticed(folder, only)];
    if (isProven.includes(false)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The product as it is passes all seeds. */
async function holds(folder: string, seeds: number): Promise<boolean> {
  const file = join(folder, 'simulation.cjs');
  await bundleSimulation(file);
  const { status, output } = await run(file, ['--seeds', String(seeds)]);
  process.stdout.write(output);
  return status === 0;
}

/** Every mutation fails in one of its seeds. */
async function areNoticed(folder: string, only = ''): Promise<boolean> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  const missed: Mutation[] = [];
  for (const mutation of chosen) {
    const seen = await noticed(folder, mutation);
    console.log(`${seen === undefined ? 'MISSED ' : 'noticed'}  ${mutation.name}${seen ? `: ${seen}` : ''}`);
    if (seen === undefined) missed.push(mutation);
  }
  console.log(`${chosen.length - missed.length} of ${chosen.length} mutations were noticed`);
  return missed.length === 0;
}

/** In how many seeds a mutation fails; nothing when it passes all. */
async function noticed(folder: string, mutation: Mutation): Promise<string | undefined> {
  const file = join(folder, 'mutant.cjs');
  await bundleSimulation(file, mutation);
  const limits = ['--seeds', String(MUTANT_SEEDS), '--most-failures', String(ENOUGH_FAILURES), '--trace', '0'];
  const { status, output } = await run(file, limits);
  if (status === 0) return undefined;
  const [, seeds, failed] = /^(\d+) seeds, (\d+) of them failed/m.exec(output) ?? [];
  if (!seeds) return 'the run does not end, or ends with its process';
  const [, first] = /^ {2}(.{1,90})/m.exec(output) ?? [];
  return `${failed} of ${seeds} seeds, for instance: ${first}`;
}

function run(file: string, words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...words], { timeout: MUTANT_TIMEOUT_MS * 4 });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

function textAfter(name: string): string | undefined {
  const position = process.argv.indexOf(name);
  return position < 0 ? undefined : process.argv[position + 1];
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
