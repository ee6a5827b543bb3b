import type { Circumstances } from './circumstances';
import type { FaultKind } from './faults';
import { type Outcome, simulate } from './simulation';

/** What many seeds together came to. */
export interface Totals {
  readonly seeds: number;
  readonly failures: readonly Outcome[];
  readonly steps: number;
  readonly checks: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
}

/** How many seeds to run, and when to stop early. */
export interface SeedOptions {
  readonly circumstances?: Circumstances;
  readonly mostFailures?: number;
  /** Called for each seed that fails, as soon as it has. */
  readonly onFailure?: (failure: Outcome) => void;
}

/** Runs `count` seeds from `first` on, one after the other; stops early after so many failures. */
export async function runSeeds(
  first: number,
  count: number,
  { circumstances, mostFailures = Number.POSITIVE_INFINITY, onFailure = () => undefined }: SeedOptions = {},
): Promise<Totals> {
  const failures: Outcome[] = [];
  const faults = new Map<FaultKind, number>();
  let [seeds, steps, checks] = [0, 0, 0];
  for (let seed = first; seed < first + count && failures.length < mostFailures; seed += 1) {
    const outcome = await simulate(seed, circumstances);
    seeds += 1;
    steps += outcome.steps;
    checks += outcome.checks;
    for (const [kind, times] of outcome.faults) faults.set(kind, (faults.get(kind) ?? 0) + times);
    if (outcome.violations.length === 0) continue;
    failures.push(outcome);
    onFailure(outcome);
  }
  return { seeds, failures, steps, checks, faults };
}
