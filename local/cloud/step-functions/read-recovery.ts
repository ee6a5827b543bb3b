import { isRecord } from '../../assembly/resource';
import { RETRY_FIELDS } from './state-fields';

type Fields = Readonly<Record<string, unknown>>;

/** Takes what is wrong in a definition, with its path. */
export interface Findings {
  add(path: string, message: string): void;
}

/** AWS: the highest number of seconds and attempts. */
const MOST = 99_999_999;

/** Checks `Retry` and the `ErrorEquals` lists of `Catch`. */
export function checkRecovery(state: Fields, path: string, findings: Findings): void {
  for (const name of ['Retry', 'Catch'] as const) {
    const rules = state[name];
    if (rules === undefined) continue;
    if (!Array.isArray(rules) || !rules.every(isRecord)) {
      findings.add(`${path}/${name}`, `${name} must be a list of objects`);
      continue;
    }
    for (const [index, rule] of rules.entries()) {
      const at = `${path}/${name}[${index}]`;
      checkErrorEquals(rule.ErrorEquals, index === rules.length - 1, at, findings);
      if (name === 'Retry') checkRetrier(rule, at, findings);
    }
  }
}

function checkErrorEquals(names: unknown, isLast: boolean, path: string, findings: Findings): void {
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    findings.add(path, 'ErrorEquals must be a list of error names');
    return;
  }
  // AWS: the wildcard stands alone, in the last rule.
  if (!names.includes('States.ALL')) return;
  if (names.length > 1) findings.add(path, 'States.ALL must stand alone');
  if (!isLast) findings.add(path, 'States.ALL must be in the last rule');
}

function checkRetrier(retrier: Fields, path: string, findings: Findings): void {
  for (const name of Object.keys(retrier)) {
    if (!RETRY_FIELDS.includes(name)) {
      findings.add(`${path}/${name}`, `field ${name} is not implemented by the local cloud`);
    }
  }
  const { IntervalSeconds, MaxAttempts, MaxDelaySeconds, BackoffRate, JitterStrategy } = retrier;
  const check = (name: string, value: unknown, good: boolean) => {
    if (value !== undefined && !good) findings.add(`${path}/${name}`, `${name} is out of range`);
  };
  check('IntervalSeconds', IntervalSeconds, isWholeBetween(IntervalSeconds, 1));
  check('MaxAttempts', MaxAttempts, isWholeBetween(MaxAttempts, 0));
  check('MaxDelaySeconds', MaxDelaySeconds, isWholeBetween(MaxDelaySeconds, Number(IntervalSeconds ?? 1) + 1));
  check('BackoffRate', BackoffRate, typeof BackoffRate === 'number' && BackoffRate >= 1);
  check('JitterStrategy', JitterStrategy, JitterStrategy === 'FULL' || JitterStrategy === 'NONE');
}

function isWholeBetween(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MOST;
}
