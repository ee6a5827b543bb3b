import { CIRCUMSTANCES, type CircumstancesName } from './circumstances';
import { FAULT_KINDS } from './faults';
import { runSeeds, type Totals } from './seeds';
import type { Outcome } from './simulation';

/** Lines of the trace that are shown of a failing seed. */
const SHOWN_LINES = 60;
const USAGE = 'npm run simulate -- [--seeds N] [--seed S] [--most-failures N] [--trace N] [--circumstances NAME]';

/** `npm run simulate`: N seeds from S on; exit status 1 when one fails. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const totals = await runSeeds(options.seed, options.seeds, {
    circumstances: CIRCUMSTANCES[options.circumstances],
    mostFailures: options['most-failures'],
    onFailure: (failure) => tell(failure, options.trace),
  });
  summarize(totals);
  if (totals.failures.length > 0) process.exitCode = 1;
}

function tell({ seed, violations, lastLines }: Outcome, shownLines: number): void {
  console.log(`Seed ${seed} fails:`);
  for (const violation of violations) console.log(`  ${violation}`);
  for (const line of shownLines > 0 ? lastLines.slice(-shownLines) : []) console.log(`    ${line}`);
}

function summarize({ seeds, failures, steps, checks, faults }: Totals): void {
  console.log(`${seeds} seeds, ${failures.length} of them failed; ${steps} steps, ${checks} checks`);
  console.log(`faults: ${FAULT_KINDS.map((kind) => `${kind} ${faults.get(kind) ?? 0}`).join(', ')}`);
}

function readOptions(words: readonly string[]) {
  const options = { seeds: 200, seed: 1, 'most-failures': Number.MAX_SAFE_INTEGER, trace: SHOWN_LINES };
  let circumstances: CircumstancesName = 'usual';
  for (let position = 0; position < words.length; position += 2) {
    const name = words[position]?.replace(/^--/, '') ?? '';
    const text = words[position + 1] ?? '';
    if (name === 'circumstances' && text in CIRCUMSTANCES) {
      circumstances = text as CircumstancesName;
      continue;
    }
    const value = Number(text);
    if (!(name in options) || !Number.isSafeInteger(value) || value < 0) throw new Error(`Usage: ${USAGE}`);
    options[name as keyof typeof options] = value;
  }
  return { ...options, circumstances };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
