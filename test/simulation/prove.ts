import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CIRCUMSTANCES, type CircumstancesName } from './circumstances';
import { KEPT_SEEDS } from './kept-seeds';
import { bundleSimulation } from './mutant';
import { MUTATIONS, type Mutation } from './mutations';

/** Seeds of the whole product, and of each mutation at most: first those that were kept for it, then 1, 2, 3, … */
const SEEDS = 10_000;
/** Of these so many in each circumstances but the usual ones. */
const CIRCUMSTANCES_SHARE = 0.1;
const MUTANT_SEEDS = 200;
/** A mutant that goes on for ever has been noticed, too. */
const MUTANT_TIMEOUT_MS = 300_000;

/** Where mutants are built, and how many seeds each gets. */
interface Budget {
  readonly folder: string;
  readonly seeds: number;
}

/** What a bundle printed, and how it ended. */
interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/**
 * `npm run prove`: many seeds, and every mutation of the product has to fail. `--seeds N`; `--only <text>` picks mutations
 * by name; `--mutant-seeds N` looks for a seed to keep.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  try {
    const only = textAfter('--only');
    const seeds = Number(textAfter('--seeds') ?? SEEDS);
    const mutantSeeds = Number(textAfter('--mutant-seeds') ?? MUTANT_SEEDS);
    const isProven = [
      only !== undefined || (await holds(folder, seeds)),
      await areNoticed({ folder, seeds: mutantSeeds }, only),
    ];
    if (isProven.includes(false)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The product as it is passes all seeds, and in circumstances a tenth as many. */
async function holds(folder: string, seeds: number): Promise<boolean> {
  const file = join(folder, 'simulation.cjs');
  await bundleSimulation(file);
  let isSound = true;
  for (const circumstances of Object.keys(CIRCUMSTANCES) as CircumstancesName[]) {
    const count = circumstances === 'usual' ? seeds : Math.ceil(seeds * CIRCUMSTANCES_SHARE);
    const { status, output } = await run(file, ['--circumstances', circumstances, '--seeds', String(count)]);
    process.stdout.write(`${circumstances}: ${output}`);
    isSound &&= status === 0;
  }
  return isSound;
}

/** Every mutation fails in one of its seeds. */
async function areNoticed(budget: Budget, only = ''): Promise<boolean> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  const missed: Mutation[] = [];
  for (const mutation of chosen) {
    const seen = await noticed(budget, mutation);
    console.log(`${seen === undefined ? 'MISSED ' : 'noticed'}  ${mutation.name}${seen ? `: ${seen}` : ''}`);
    if (seen === undefined) missed.push(mutation);
  }
  console.log(`${chosen.length - missed.length} of ${chosen.length} mutations were noticed`);
  return missed.length === 0;
}

/** The first seed in which a mutation fails; nothing when it passes all. */
async function noticed({ folder, seeds }: Budget, mutation: Mutation): Promise<string | undefined> {
  const file = join(folder, 'mutant.cjs');
  await bundleSimulation(file, mutation);
  const kept = KEPT_SEEDS.filter(({ notices }) => notices === mutation.name);
  for (const { seed, circumstances = 'usual' } of kept) {
    const words = ['--seed', String(seed), '--seeds', '1', '--trace', '0', '--circumstances', circumstances];
    const failure = failureOf(await run(file, words));
    if (failure) return `kept seed ${seed}: ${failure.message}`;
    console.log(`         ${mutation.name}: kept seed ${seed} does not show it any more`);
  }
  const count = seeds - kept.length;
  const { circumstances = 'usual' } = mutation;
  const words = ['--seeds', String(count), '--most-failures', '1', '--trace', '0', '--circumstances', circumstances];
  const failure = failureOf(await run(file, words));
  return failure && `seed ${failure.seed} (${circumstances}): ${failure.message}`;
}

/** The first failure of a run; nothing when all seeds passed. */
function failureOf({ status, output }: Ended): { seed: string; message: string } | undefined {
  if (status === 0) return undefined;
  const [, seed = '?', message = 'the run does not end, or ends with its process'] =
    /^Seed (\d+) fails:\n {2}(.{1,100})/m.exec(output) ?? [];
  return { seed, message };
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
