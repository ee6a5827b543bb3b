import type { Location } from '../../../lib/config/configuration';
import { type Part, placeText } from './expectations';
import type { Reading } from './facts';

/** `stops`: the installation would not deploy or not work. `warns`: it works, with a loss that is named. */
export type Severity = 'stops' | 'warns';

export interface Finding {
  /** What was checked, as one word that machines can match: `instance`, `trail`, … */
  readonly check: string;
  readonly severity: Severity;
  readonly part: Part;
  /** `<account>/<region>`. */
  readonly place: string;
  readonly missing: string;
  /** What to do, with the exact command or setting. */
  readonly remedy: string;
}

/** A check that could not be made, and why. */
export interface Unchecked {
  readonly check: string;
  readonly part: Part;
  readonly place: string;
  readonly why: string;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** Checks that were made, whether they found something or not. */
  readonly made: readonly string[];
}

/** What a check is about. */
export interface Subject {
  readonly check: string;
  readonly part: Part;
  readonly location: Location;
}

/** What a check found, without its place. */
export type Found = Pick<Finding, 'severity' | 'missing' | 'remedy'>;

export const stops = (missing: string, remedy: string): Found => ({ severity: 'stops', missing, remedy });
export const warns = (missing: string, remedy: string): Found => ({ severity: 'warns', missing, remedy });

/** Judges a value that was read; what could not be read is told as such and never taken for good or bad. */
export function judgeReading<T>(
  { check, part, location }: Subject,
  reading: Reading<T>,
  judge: (value: T) => readonly Found[],
): Judgement {
  const place = placeText(location);
  if (!reading.isRead) return { findings: [], unchecked: [{ check, part, place, why: reading.why }], made: [] };
  const findings = judge(reading.value).map((found) => ({ check, part, place, ...found }));
  return { findings, unchecked: [], made: [`${check} ${place}`] };
}

export function together(judgements: readonly Judgement[]): Judgement {
  return {
    findings: judgements.flatMap(({ findings }) => findings),
    unchecked: judgements.flatMap(({ unchecked }) => unchecked),
    made: judgements.flatMap(({ made }) => made),
  };
}

/** Of what a stack makes. */
export function absent(what: string, stack: string): Found {
  return stops(`${what} does not exist.`, redeploy(stack));
}

export function redeploy(stack: string): string {
  return `Deploy the stack ${stack} again: npx cdk deploy -c config=<name> ${stack}`;
}
