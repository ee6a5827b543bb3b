import { FAULT_KINDS, type FaultKind } from './faults';
import { type Outcome, simulate } from './simulation';

/** Lines of the trace that are shown of a failing seed. */
const SHOWN_LINES = 60;

/** What all seeds together came to. */
interface Totals {
  seeds: number;
  failed: number;
  steps: number;
  checks: number;
  readonly faults: Map<FaultKind, number>;
}

/** `npm run simulate -- --seeds N --seed S`: N seeds from S; exit status 1 when one fails. */
async function main(): Promise<void> {
  const seeds = numberAfter('--seeds', 200);
  const first = numberAfter('--seed', 1);
  const totals: Totals = { seeds: 0, failed: 0, steps: 0, checks: 0, faults: new Map() };
  for (let seed = first; seed < first + seeds; seed += 1) {
    const outcome = await simulate(seed);
    add(totals, outcome);
    if (outcome.violations.length > 0) tell(outcome);
  }
  summarize(totals);
  if (totals.failed > 0) process.exitCode = 1;
}

function add(totals: Totals, { violations, steps, checks, faults }: Outcome): void {
  totals.seeds += 1;
  totals.failed += violations.length > 0 ? 1 : 0;
  totals.steps += steps;
  totals.checks += checks;
  for (const [kind, count] of faults) totals.faults.set(kind, (totals.faults.get(kind) ?? 0) + count);
}

function tell({ seed, violations, lastLines }: Outcome): void {
  console.log(`Seed ${seed} fails:`);
  for (const violation of violations) console.log(`  ${violation}`);
  const shown = process.argv.includes('--trace')
    ? lastLines.length
    : process.argv.includes('--quiet')
      ? 0
      : SHOWN_LINES;
  for (const line of lastLines.slice(lastLines.length - shown)) console.log(`    ${line}`);
}

function summarize({ seeds, failed, steps, checks, faults }: Totals): void {
  console.log(`${seeds} seeds, ${failed} of them failed; ${steps} steps, ${checks} checks`);
  const counted = FAULT_KINDS.map((kind) => `${kind} ${faults.get(kind) ?? 0}`);
  console.log(`faults: ${counted.join(', ')}`);
}

function numberAfter(name: string, usual: number): number {
  const position = process.argv.indexOf(name);
  if (position < 0) return usual;
  const value = Number(process.argv[position + 1]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} needs a number.`);
  return value;
}

void main();
